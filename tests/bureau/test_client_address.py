"""Whose address is counted: what our own proxies saw, never what a client claims."""

import pytest
from django.test import RequestFactory

from bureau.client_address import client_address, network_of
from bureau.sign_in import AccountAdapter

OFFICE, PROXY, CLAIMED = "198.51.100.7", "10.0.0.2", "203.0.113.99"


def asked(forwarded: str = ""):
    more = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    return RequestFactory().get("/", REMOTE_ADDR=PROXY, **more)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "", PROXY),
        (0, OFFICE, PROXY),  # nobody of ours wrote it
        (1, OFFICE, OFFICE),
        (1, f"{CLAIMED}, {OFFICE}", OFFICE),
        (2, f"{CLAIMED}, {OFFICE}, 10.0.0.9", OFFICE),
        (2, OFFICE, PROXY),  # it came past one of our proxies
        (1, "", PROXY),
        (1, "unknown", PROXY),
        (1, f"{OFFICE}:4711", OFFICE),
        (1, "[2001:db8::5]:443", "2001:db8::5"),
        (1, "2001:db8::5", "2001:db8::5"),
        (1, f"{OFFICE},,", OFFICE),
        (1, "<script>", PROXY),
    ],
)
def test_the_address_that_the_outermost_proxy_saw(settings, proxies, forwarded, address):
    settings.TRUSTED_PROXY_COUNT = proxies

    assert client_address(asked(forwarded)) == address


def test_addresses_of_one_subscriber_count_as_one():
    assert network_of("2001:db8:1:2:aaaa::1") == network_of("2001:db8:1:2:bbbb::2") == "2001:db8:1:2::/64"
    assert network_of("2001:db8:1:3::1") != network_of("2001:db8:1:2::1")
    assert network_of("::ffff:198.51.100.7") == network_of(OFFICE) == OFFICE
    assert network_of("") == ""


def test_tries_to_sign_in_are_counted_by_the_same_address(settings):
    settings.TRUSTED_PROXY_COUNT = 1

    assert AccountAdapter().get_client_ip(asked(f"{CLAIMED}, {OFFICE}")) == OFFICE


@pytest.mark.django_db
def test_one_who_guesses_passwords_does_not_lock_the_others_out(settings, client):
    settings.TRUSTED_PROXY_COUNT = 1
    settings.ACCOUNT_RATE_LIMITS = {"login": "3/m/ip"}

    def tries(address):
        return client.post(
            "/accounts/login/", {"login": "x@example.ee", "password": "y"}, headers={"X-Forwarded-For": address}
        ).status_code

    assert [tries(OFFICE) for _n in range(4)] == [200, 200, 200, 429]
    assert tries("198.51.100.8") == 200

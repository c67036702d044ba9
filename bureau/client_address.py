"""From which network address a request came: the one place where an address is read.

Each proxy of ours adds, at the right end of X-Forwarded-For, the address that it was asked from. Whatever stands further
left was written by the client and may be anything. `TRUSTED_PROXY_COUNT` says how many of the entries are our own.
"""

from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest

IPV6_NETWORK_BITS = 64  # one subscriber has at least so many addresses


def client_address(request: HttpRequest) -> str:
    """The address that our outermost proxy saw; the connection's own where no proxy of ours stands before the desk."""
    nearest = str(request.META.get("REMOTE_ADDR", ""))
    proxies = settings.TRUSTED_PROXY_COUNT
    if proxies < 1:
        return nearest
    told = [part.strip() for part in str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",") if part.strip()]
    if len(told) < proxies:
        # It did not come through all our proxies: nothing in the header is theirs for certain.
        return nearest
    return without_port(told[-proxies]) or nearest


def without_port(told: str) -> str:
    """The address alone of `192.0.2.1:4711` or `[2001:db8::1]:443`; empty when it is none."""
    bare = told[1:].partition("]")[0] if told.startswith("[") else told
    bare = bare.partition(":")[0] if bare.count(":") == 1 else bare
    try:
        return str(ip_address(bare))
    except ValueError:
        return ""


def network_of(address: str) -> str:
    """What is counted as one place: an IPv4 address, or the network of an IPv6 address, of which a client has plenty."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    hidden = 128 - IPV6_NETWORK_BITS
    return f"{IPv6Address((int(parsed) >> hidden) << hidden)}/{IPV6_NETWORK_BITS}"

"""Guards and people that every test may use.

People: Mari and Liis are specialists, Jaan is the head of bureau, Peeter the chief specialist, Kai heads another unit,
Tiina is the head of department, Dora the data-protection officer; the administrator sees no content; Outi has no role.
"""

import os
from contextlib import contextmanager
from datetime import date

import hypothesis
import pytest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bureau.settings")
# Keys of one test worker never meet those of another, nor of a desk that runs on the same server.
os.environ["KEY_PREFIX"] = "-".join(
    ["test", os.environ.get("TEST_DB_SUFFIX", ""), os.environ.get("PYTEST_XDIST_WORKER", "main"), str(os.getpid())]
)

if "DATABASE_URL" not in os.environ:
    from bureau.embedded import ensure_servers
    from tests.servers import place

    ensure_servers(place())

pytest_plugins = ["tests.databases", "tests.not_run"]


def pytest_configure(config):
    """A worker's settings may have been read before the line above named its keys: then all workers would share the keys
    of the run that started them, and each would empty the others' cache."""
    from django.conf import settings

    prefix = os.environ["KEY_PREFIX"]
    settings.KEY_PREFIX = settings.CACHES["default"]["KEY_PREFIX"] = prefix
    settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"] = f"{prefix}:"


# How long a property takes to draw its values says how busy the machine is, not whether the property holds.
hypothesis.settings.register_profile("desk", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("desk")

ROLES_SINCE = date(2020, 1, 1)


@pytest.fixture(autouse=True, scope="session")
def _no_view_takes_a_name_of_the_frame():
    """A view whose context bears a name that every page has (`user`, `messages`, `frame`) hides it from the frame around it.

    Only `frame_template` is meant to be given by pages of another frame. Letters are no pages: allauth gives them a `user`.
    """
    from django.template import context as of_templates

    bound = of_templates.RequestContext.bind_template

    def checked(context, template):
        given = {name for one in context.dicts[context._processors_index + 1 :] for name in one}
        manager = bound(context, template)
        with manager:
            frame = set(context.dicts[context._processors_index]) - {"frame_template"}
            if not str(template.name).endswith(".txt"):
                assert given & frame == set(), f"{template.name}: the view hides {given & frame} of the frame"
            yield

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(of_templates.RequestContext, "bind_template", contextmanager(checked))
        yield


@pytest.fixture(autouse=True)
def empty_cache():
    """Each test starts with an empty cache and fresh lists; call it to empty the cache in between.

    Only keys of this worker's own prefix are removed: `cache.clear()` would take away what the tests of the other
    workers have just counted on.
    """
    from django.conf import settings
    from django.core.cache import cache

    from bureau import reference

    def empty():
        server = cache._cache.get_client(write=True)
        keys = list(server.scan_iter(f"{settings.KEY_PREFIX}:*", count=1000))
        if keys:
            server.delete(*keys)

    empty()
    reference.forget()
    yield empty
    reference.forget()


@pytest.fixture
def today():
    from django.utils import timezone

    return timezone.localdate()


def person(email, first, last, role=None, unit=None, **fields):
    from tests.factories import RoleHoldingFactory, UserFactory

    user = UserFactory(email=email, first_name=first, last_name=last, **fields)
    if role:
        RoleHoldingFactory(user=user, role=role, unit=unit, starts_on=ROLES_SINCE)
    return user


@pytest.fixture
def mari(db):
    return person("mari@example.ee", "Mari", "Tamm", "specialist")


@pytest.fixture
def liis(db):
    return person("liis@example.ee", "Liis", "Mets", "specialist")


@pytest.fixture
def peeter(db):
    return person("peeter@example.ee", "Peeter", "Saar", "chief_specialist")


@pytest.fixture
def jaan(db):
    return person("jaan@example.ee", "Jaan", "Kask", "head_of_bureau")


@pytest.fixture
def kai(db, forest_unit):
    return person("kai@example.ee", "Kai", "Lepp", "unit_head", unit=forest_unit)


@pytest.fixture
def tiina(db):
    return person("tiina@example.ee", "Tiina", "Kuusk", "head_of_department")


@pytest.fixture
def dora(db):
    return person("dora@example.ee", "Dora", "Paju", "data_protection_officer")


@pytest.fixture
def admin_user(db):
    return person("admin@example.ee", "Ando", "Haldur", "administrator")


@pytest.fixture
def outi(db):
    return person("outi@example.ee", "Outi", "Rollita")


@pytest.fixture
def forest_unit(db):
    from tests.factories import UnitFactory

    return UnitFactory(code="test-forest", name_et="Proovimetsa osakond", name_en="Test forest department")


@pytest.fixture
def water_unit(db):
    from tests.factories import UnitFactory

    return UnitFactory(code="test-water", name_et="Proovivee osakond", name_en="Test water department")


@pytest.fixture
def as_person(client):
    """A client signed in as the given person; each call signs in anew."""

    def sign_in(user):
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in

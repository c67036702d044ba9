"""Servers of these tests' own: the shared ones stand still for nobody."""

import sys
from pathlib import Path

import pytest

from tests.faults.servers import OwnServers, Web, wait_until

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in Path(item.path).parents:
            item.add_marker(pytest.mark.faults)
            if sys.platform != "linux":
                item.add_marker(pytest.mark.skip(reason="processes are stopped and found by Linux's means"))


@pytest.fixture(scope="session")
def own_servers():
    servers = OwnServers()
    servers.start()
    yield servers
    servers.stop()


@pytest.fixture(scope="module")
def module_servers(own_servers):
    own_servers.fresh_database()
    return own_servers


@pytest.fixture
def servers(module_servers):
    """Both answer before the test and after it; the database is fresh for each file."""
    yield module_servers
    module_servers.resume_all()
    for name in ("valkey", "postgres"):
        if not getattr(module_servers.keeper, name).is_running():
            module_servers.restart(name)


@pytest.fixture(scope="module")
def module_web(module_servers):
    web = Web(module_servers)
    yield web
    web.stop()


@pytest.fixture
def web(servers, module_web):
    """The desk, asked by a browser that was never here, and past all standing still of the test before."""
    module_web.forget()
    wait_until(lambda: '"database": true, "broker": true' in module_web.get("/readyz").text)
    return module_web

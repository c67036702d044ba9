"""What every make target needs first: .venv, the pinned requirements, the compiled catalogue.

Read by any Python, so that an old one can say what it lacks: keep the syntax of this file plain.
"""

import os
import shutil
import subprocess
import sys

PROJECT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(PROJECT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
LOCK = os.path.join(PROJECT, "requirements-dev.txt")
INSTALLED = os.path.join(VENV, "installed-requirements.txt")


def main():
    check_python()
    os.chdir(PROJECT)
    try:
        with alone():
            if not works():
                make_venv()
            if not up_to_date():
                install()
            run([PYTHON, "-m", "bureau.catalogue", "--compile"], "The catalogue could not be compiled.", quiet=True)
    except (IOError, OSError) as error:
        stop("Cannot write in " + PROJECT + ": " + (error.strerror or str(error)) + ".")


def check_python():
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info < (3, 11):
        stop(
            "The desk needs Python 3.11 or newer; " + sys.executable + " is Python " + version + ". "
            "Install a newer one, or name it: make PYTHON=/path/to/python3"
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        stop(
            sys.executable + " (Python " + version + ") cannot make virtual environments. "
            "On Debian and Ubuntu install the package python3-venv, or name another one: make PYTHON=/path/to/python3"
        )


class alone:
    """Two makes at once: the second waits for the first."""

    def __enter__(self):
        import fcntl

        self.file = open(os.path.abspath(__file__))
        fcntl.flock(self.file, fcntl.LOCK_EX)

    def __exit__(self, *error):
        self.file.close()


def works():
    """Whether .venv is there and was made for a Python that still exists at this place."""
    if not os.path.exists(os.path.join(VENV, "bin", "pip")):
        return False
    question = "import os, sys; print(os.path.realpath(sys.prefix)); sys.exit(sys.version_info < (3, 11))"
    try:
        said = subprocess.check_output([PYTHON, "-c", question])
    except (OSError, subprocess.CalledProcessError):
        return False
    return said.decode().strip() == os.path.realpath(VENV)


def make_venv():
    print("Making .venv with Python " + ".".join(str(part) for part in sys.version_info[:3]) + " ...")
    sys.stdout.flush()
    if os.path.isdir(VENV):
        shutil.rmtree(VENV)
    run([sys.executable, "-m", "venv", VENV], ".venv could not be made.", quiet=True)


def up_to_date():
    if not os.path.exists(INSTALLED):
        return False
    with open(INSTALLED, "rb") as installed, open(LOCK, "rb") as lock:
        return installed.read() == lock.read()


def install():
    print("Installing the pinned requirements ...")
    sys.stdout.flush()
    command = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
        "-r",
        LOCK,
    ]
    run(command, "The requirements could not be installed; the lines above say why.")
    shutil.copyfile(LOCK, INSTALLED)


def run(command, complaint, quiet=False):
    process = subprocess.Popen(
        command,
        stdin=open(os.devnull),
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
    )
    said, _ = process.communicate()
    if process.returncode != 0:
        if said:
            sys.stderr.write(said.decode("utf-8", "replace"))
        stop(complaint)


def stop(sentence):
    sys.stderr.write(sentence + "\n")
    sys.exit(1)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)

"""`python -m bureau.healthcheck`: whether the web process in this container answers, asked under its public name."""

import os
import sys
import urllib.error
import urllib.request


def public_name(allowed_hosts: str) -> str:
    """A name that Django will accept: the first one allowed, a leading dot or star left out."""
    first = allowed_hosts.split(",")[0].strip().lstrip("*").lstrip(".")
    return first or "localhost"


def main() -> int:
    address = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/healthz"
    question = urllib.request.Request(address, headers={"Host": public_name(os.environ.get("ALLOWED_HOSTS", ""))})
    try:
        with urllib.request.urlopen(question, timeout=4) as answer:  # noqa: S310 (an address of our own)
            return 0 if answer.status == 200 else 1
    except OSError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())

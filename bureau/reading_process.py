"""A process of its own that reads one foreign table into its flat form: `python -m bureau.reading_process`, ordered on its
standard input. Its memory is bounded and goes back to the machine with its end, whatever stood in the file.

It says one JSON line at a time: {"rows": …}, and at its end {"done": true} or {"refused": sentence}.
"""

import json
import resource
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

# Of addresses, which are more than the memory in use. The composition gives the long worker room for as many as it runs.
MEMORY_BYTES = 1_500_000_000
DIES_FIRST = "1000"
NO_MEMORY = "no memory"


def say(**words: object) -> None:
    print(json.dumps(words), flush=True)


def main() -> None:
    order = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_AS, (order["memory"], order["memory"]))
    # Where memory runs out all the same, the kernel ends the reading, which can be told, and never the worker.
    with suppress(OSError):  # not every system has it
        Path("/proc/self/oom_score_adj").write_text(DIES_FIRST)
    import django
    from django.conf import settings
    from django.utils import translation

    # Of the desk nothing but its words: no database, no secret, and begun in a moment.
    settings.configure(USE_I18N=True, LOCALE_PATHS=order["locale"])
    django.setup()

    from bureau.foreign_flat import write
    from bureau.foreign_records import Layout, Records
    from bureau.foreign_workbooks import UnreadableTable

    with translation.override(order["language"]), Path(order["file"]).open("rb") as file:
        try:
            records = Records(file, Layout(**order["layout"]))
            say(expected=records.expected(), found=asdict(records.facts)["kind"])
            write(records, Path(order["target"]), lambda rows: say(rows=rows))
        except UnreadableTable as fault:
            say(refused=str(fault))
        except MemoryError:
            say(refused=NO_MEMORY)
        else:
            say(done=True)


if __name__ == "__main__":
    main()

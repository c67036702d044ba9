"""Small foreign tables for the tests of the import."""

import io

from bureau import jobs
from complaints.intake.importing.runs import order_import

MAP = """
source = "vana register"
row_key = ["Number"]

[file]
delimiter = "semicolon"

[dates]
formats = ["%d.%m.%Y %H:%M", "%d.%m.%Y"]
time_zone = "Europe/Tallinn"

[received]
column = "Saabus"

[registered]
column = "Registreeritud"

[answered]
column = "Vastatud"

[closed]
column = "Suletud"

[status]
column = "Olek"
otherwise = "refuse"

[status.values]
"Uus" = "registered"
"Töös" = "in_progress"
"Vastatud" = "answered"
"Suletud" = "closed"

[channel]
column = "Kanal"
otherwise = "refuse"

[channel.values]
"Telefon" = "phone"
"E-post" = "email"

[kind]
column = "Liik"
otherwise = "refuse"

[kind.values]
"Selgitustaotlus" = "explanation"
"Teabenõue" = "information_request"
"Lihtpäring" = "simple_enquiry"

[topic]
column = "Teema"
otherwise = "other"

[topic.values]
"Mets" = "forest"

[title]
column = "Pealkiri"

[description]
column = "Sisu"

[reference]
column = "Number"

[party_name]
column = "Nimi"

[party_phone]
column = "Telefon"

[party_email]
column = "E-kiri"
"""

COLUMNS = (
    "Number", "Saabus", "Registreeritud", "Vastatud", "Suletud", "Olek", "Kanal", "Liik", "Teema", "Pealkiri", "Sisu", "Nimi",
    "Telefon", "E-kiri",
)  # fmt: skip
ROW = {
    "Number": "1", "Saabus": "02.03.2026 09:10", "Registreeritud": "02.03.2026 10:00", "Olek": "Uus", "Kanal": "E-post",
    "Liik": "Selgitustaotlus", "Teema": "Mets", "Pealkiri": "Metsateatise menetlus", "Sisu": "Millal vastus tuleb?",
    "Nimi": "Andres Kuusk", "Telefon": "5555 0199", "E-kiri": "andres@example.ee",
}  # fmt: skip


def csv_of(*rows: dict, columns=COLUMNS, delimiter=";") -> bytes:
    """Rows as changes of `ROW`, numbered from 1 unless they say otherwise."""
    lines = [delimiter.join(columns)]
    for number, changes in enumerate(rows, 1):
        row = {**ROW, "Number": str(number), **changes}
        lines.append(delimiter.join(quoted(row.get(name, ""), delimiter) for name in columns))
    return ("\r\n".join(lines) + "\r\n").encode()


def quoted(text: str, delimiter: str) -> str:
    return f'"{text}"' if any(sign in text for sign in (delimiter, '"', "\n")) else text


def named(content: bytes, name: str = "register.csv") -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = name
    return file


def take(content: bytes, *, by=None, map_text: str = MAP, rehearse: bool = False, name: str = "register.csv"):
    """Import at once, as the worker would; returns the finished job."""
    from django.core.files import File

    job = order_import(
        file=File(io.BytesIO(content)),
        file_name=name,
        map_text=map_text,
        by=by,
        is_rehearsal=rehearse,
        to_worker=False,
    )
    jobs.run(job_id=job.pk)
    job.refresh_from_db()
    return job

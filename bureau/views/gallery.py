"""Every component in each of its states; only in development. The browser tests photograph this page."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.shortcuts import render

from bureau.templatetags.components import sparkline

TODAY = date(2026, 11, 23)
TALLINN = ZoneInfo("Europe/Tallinn")


class SampleForm(forms.Form):
    subject = forms.CharField(label="Teema", help_text="Lühidalt, mida inimene soovib.", max_length=80)
    mail = forms.EmailField(label="E-post", required=False)
    channel = forms.ChoiceField(label="Kanal", choices=[("", "vali"), ("mail", "e-kiri"), ("phone", "telefon")])
    due_on = forms.DateField(label="Tähtpäev", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(label="Märkus", required=False, widget=forms.Textarea)
    outcome = forms.ChoiceField(
        label="Tulemus",
        choices=[("answered", "Vastatud"), ("forwarded", "Suunatud"), ("case", "Pöördumine"), ("complaint", "Kaebus")],
        widget=forms.RadioSelect,
        initial="answered",
    )
    kinds = forms.MultipleChoiceField(
        label="Liigid",
        choices=[("info", "Selgitustaotlus"), ("complaint", "Teeninduskaebus")],
        widget=forms.CheckboxSelectMultiple,
        help_text="Ühes kirjas võib olla mitu.",
    )
    unhappy = forms.BooleanField(label="Klient oli rahulolematu", required=False)


class SampleFileForm(forms.Form):
    file = forms.FileField(label="Fail")


@dataclass(frozen=True)
class SampleRow:
    number: str
    subject: str
    channel: str
    status: str
    tone: str
    handler: str
    due_on: date
    days: int
    met: bool = False

    @property
    def row_tone(self) -> str:
        return "late" if self.due_on < TODAY and not self.met else ""


ROWS = [
    SampleRow("P-2026-004102-3", "Puurkaevu andmed registris valed", "e-kiri", "Vastamata", "warning", "Mari Tamm", date(2026, 11, 18), -3),
    SampleRow("P-2026-004188-0", "Jäätmeluba: puuduste kõrvaldamine", "Jira", "Töös", "info", "Mari Tamm", TODAY, 0),
    SampleRow("P-2026-004217-6", "Metsateatise menetlus on veninud kolm kuud", "e-kiri", "Töös", "info", "Liis Mets", date(2026, 11, 25), 2),
    SampleRow("P-2026-004219-2", "Kalastuskaardi tagasimakse", "tavakiri", "Ootel", "outline", "Liis Mets", date(2026, 12, 28), 21),
    SampleRow("P-2026-004221-4", "Tänu Viljandi büroole", "veebivorm", "Vastatud", "good", "Jaan Kask", date(2026, 12, 1), 6, met=True),
]  # fmt: skip


def sample_chart() -> tuple[str, list[tuple[str, int]]]:
    """A line in the usual band, its last point a signal."""
    values = [118, 123, 112, 124, 129, 122, 136, 107, 118, 109, 108, 115, 120, 123, 171]
    left, top, width, height, low, high = 44, 10, 660, 200, 60, 190

    def place(at: int, value: float) -> tuple[float, float]:
        return left + at * width / (len(values) - 1), top + height * (1 - (value - low) / (high - low))

    parts = []
    band_top, band_bottom = place(0, 138)[1], place(0, 96)[1]
    parts.append(
        f'<rect x="{left}" y="{band_top:.1f}" width="{width}" height="{band_bottom - band_top:.1f}" fill="#E7F0F6"/>'
    )
    for mark in range(60, 190, 20):
        y = place(0, mark)[1]
        parts.append(f'<line x1="{left}" x2="{left + width}" y1="{y:.1f}" y2="{y:.1f}" stroke="#E9EAEE"/>')
        parts.append(
            f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end" font-size="12" fill="#5D6071">{mark}</text>'
        )
    points = [place(at, value) for at, value in enumerate(values)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    parts.append(f'<polyline points="{line}" fill="none" stroke="#005AA3" stroke-width="2.2"/>')
    parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.2" fill="#005AA3"/>' for x, y in points[:-1]]
    x, y = points[-1]
    parts.append(f'<path d="M{x:.1f} {y - 6:.1f}l6 6-6 6-6-6z" fill="#AC3232"/>')
    for at in range(0, len(values), 2):
        parts.append(
            f'<text x="{points[at][0]:.1f}" y="{top + height + 20}" text-anchor="middle" font-size="12" fill="#5D6071">'
            f"{at + 1:02d}.11</text>"
        )
    table = [(f"{at + 1:02d}.11.2026", value) for at, value in enumerate(values)]
    return f'<svg viewBox="0 0 720 236" xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>', table


def icon_names() -> list[str]:
    sprite = (settings.BASE_DIR / "static/img/icons.svg").read_text(encoding="utf-8")
    return re.findall(r'<symbol id="([^"]+)"', sprite)


def gallery(request):
    refused = SampleForm({"subject": "", "mail": "mari@", "channel": "mail", "outcome": "answered"})
    svg, table = sample_chart()
    month = SimpleNamespace(
        label="November 2026", is_active=True,
        options=[
            SimpleNamespace(label="November 2026", url="?kuu=2026-11", is_current=True),
            SimpleNamespace(label="Oktoober 2026", url="?kuu=2026-10", is_current=False),
        ],
    )  # fmt: skip
    context = {
        "today": TODAY,
        "rows": ROWS,
        "moment_in": datetime(2026, 11, 23, 16, 42, tzinfo=TALLINN),
        "moment_deed": datetime(2026, 11, 24, 8, 15, tzinfo=TALLINN),
        "restricted_until": TODAY + timedelta(days=75 * 365 + 19),
        "form": SampleForm(),
        "refused": refused,
        "file_form": SampleFileForm(),
        "sparkline_up": sparkline([4, 5, 3, 6, 5, 8, 12]),
        "sparkline_down": sparkline([95, 96, 94, 89, 88, 89, 87]),
        "sparkline_flat": sparkline([14, 10, 17, 12, 15, 11, 10]),
        "chart_svg": svg,
        "chart_rows": table,
        "page": SimpleNamespace(next_key="4221", previous_key="4102", words="Kuvatud 5, kokku 1000+"),
        "chips": [
            month,
            SimpleNamespace(label="Kõik üksused", url="?yksus=", is_active=False),
            SimpleNamespace(label="Kanal: e-kiri", remove_url="?"),
        ],
        "views": [
            SimpleNamespace(label="Minu hilinevad", url="?vaade=1", is_current=True),
            SimpleNamespace(label="Metsa teemad", url="?vaade=2", is_current=False),
        ],
        "tabs": [
            SimpleNamespace(label="Ajajoon", url="?osa=1", is_current=True, count=0),
            SimpleNamespace(label="Manused", url="?osa=2", is_current=False, count=3),
            SimpleNamespace(label="Toimingud", url="?osa=3", is_current=False, count=0),
        ],
        "columns": [
            SimpleNamespace(name="channel", label="Kanal", is_shown=True),
            SimpleNamespace(name="unit", label="Üksus", is_shown=False),
        ],
        "steps": ["Fail", "Veerud", "Eelvaade", "Import"],
        "trail": [("Pöördumised", "/"), ("P-2026-004217-6", "")],
        "facts": ["Selgitustaotlus + teeninduskaebus", "e-kiri", "Metsaosakond", "menetleb Mari Tamm"],
        "chart_columns": ["Päev", "Kontakte"],
        "icons": icon_names(),
    }
    if request.GET.get("part") == "sheet":
        # The page beneath has the same form; ids must differ.
        context["form"] = SampleForm(auto_id="sheet_%s")
        return render(request, "bureau/gallery.html#sheet", context)
    return render(request, "bureau/gallery.html", context)

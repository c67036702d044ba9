"""A small report that has every kind of block, in both languages, with words that could do harm."""

from quality.report_content import (
    Cell,
    Chart,
    Column,
    Comment,
    Content,
    Edition,
    Figure,
    Heading,
    Items,
    Paragraph,
    Quote,
    Section,
    Series,
    Table,
)

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40" viewBox="0 0 120 40">'
    '<path d="M2,30L60,10L118,28" stroke="#005AA3" fill="none"/></svg>'
)
HARMFUL = '=HYPERLINK("http://halb.example") #panic("x") <script>alert(1)</script> $a_b$ *rasv* \\ "jutumärgid"'


def sample() -> Content:
    figures = {
        "answered_on_time": Figure(
            "answered_on_time", 87.1, {"et": "87,1%", "en": "87.1%"}, 1665, 1912, 85.5, 88.5, 1912, "ab" * 32, (7,), "final"
        ),
        "complaints": Figure("complaints", 94.0, {"et": "94", "en": "94"}, 94, None, rows=94, measurements=(8,)),
        "complaints.water": Figure("complaints.water", None, {"et": "< 5", "en": "< 5"}, is_hidden=True),
    }  # fmt: skip
    return Content(
        "2026-10", 1, "month", "2026-10-01", "2026-10-31", "2026-11-05T18:00:00+02:00", "f" * 16, "", figures,
        {"et": edition("et", figures), "en": edition("en", figures)},
        ({"code": "answered_on_time", "name_et": "Tähtajaks vastatud", "name_en": "Answered in time", "version": 1},),
        ({"indicator": "calls_in_time", "first_day": "2026-09-01", "old": 71.0, "new": 76.0, "reason": "Keskjaama viga"},),
        ({"code": "no_topic", "count": 12, "of": 1912},),
    )  # fmt: skip


def edition(language: str, figures: dict[str, Figure]) -> Edition:
    et = language == "et"

    def cell(figure: str, **more) -> Cell:
        return Cell(figures[figure].text[language], figures[figure].value, figure, **more)

    matrix = Table(
        "Näitajad" if et else "Indicators",
        (Column("Näitaja" if et else "Indicator"), Column("Väärtus" if et else "Value", True), Column("Muutus" if et else "Variation")),
        (
            (Cell("Tähtajaks vastatud" if et else "Answered in time"), cell("answered_on_time", mark="r"), Cell("halvem" if et else "worse", tone="bad", icon="triangle-down")),
            (Cell("Kaebused" if et else "Complaints"), cell("complaints"), Cell("tavapärane" if et else "as usual", tone="neutral", icon="minus")),
            (Cell("Kaebused, vesi" if et else "Complaints, water"), cell("complaints.water"), Cell("–")),
        ),
        ("r: ümber arvestatud" if et else "r: restated",),
    )  # fmt: skip
    chart = Chart(
        "Tähtajaks vastatud" if et else "Answered in time", "Oktoober: 87,1%, pole juhuslik." if et else "October: 87.1%, not by chance.",
        SVG, "line", ("08.26", "09.26", "10.26"), (Series("Väärtus" if et else "Value", (94.0, None, 87.1)), Series("Keskmine" if et else "Mean", (93.5, 93.5, 93.5), True)), "%",
    )  # fmt: skip
    return Edition(
        language, "Oktoober 2026" if et else "October 2026", "Klienditeenindusbüroo kuuaruanne" if et else "Monthly report of the bureau",
        (
            Section("summary", "Kokkuvõte" if et else "Summary", (Paragraph("Vastasime 1912 pöördumisele." if et else "We answered 1,912 cases.", True, ("answered_on_time",)), Items((HARMFUL, "Teine." if et else "Second.")))),
            Section("indicators", "Näitajad" if et else "Indicators", (matrix, Heading("Vajab sekkumist" if et else "Needs action"), chart, Comment("answered_on_time", "Langes" if et else "Fell", HARMFUL, "Lühijuhend" if et else "A guide", "J. Kask", "15.01.2027", "J. Kask"), Comment("complaints", "", "", "", "", "", "", True))),
            Section("clients", "Kliendid" if et else "Clients", (Quote("Sain kiiresti abi.", "rahuloluküsitlus" if et else "survey"),)),
        ),
    )  # fmt: skip

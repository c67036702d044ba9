"""Charts of the desk: declared with Altair, drawn to SVG on the server, kept by what they were declared from.

The drawing is plain SVG with attributes only (no style, no script, no class), so it stands inline under a strict policy;
`static/css/chart.css` lays the colours of the scheme in force over the palette written here. The same drawing goes into
a page, a PDF and a mail.

A chart is a function `declare(data) -> altair.Chart` of one frozen dataclass that holds everything shown, words included.
Declaring and drawing cost some 80 ms together, so both are skipped when the same data were drawn before.
"""

import re
import zlib
from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import cache as remembered
from hashlib import blake2b
from inspect import getsource
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from lxml import etree

BLUE = "#005AA3"
BLUE_2 = "#4587BC"
BAND = "#E7F0F6"
GRID = "#E9EAEE"
LINE = "#D2D3D8"
AXIS = "#838494"
MUTED = "#5D6071"
TEXT = "#262B3B"
SIGNAL = "#AC3232"
ON_DARK = "#FFFFFF"
# From little to much, for squares of a heat map; the dark scheme has its own five.
STEPS = ("#E7F0F6", "#BCD5E8", "#86B2D4", "#4587BC", "#005AA3")

THEME: dict[str, Any] = {
    "background": None,
    "font": "Roboto",
    "padding": {"left": 2, "top": 8, "right": 8, "bottom": 2},
    "view": {"stroke": None},
    "axis": {
        "labelFont": "Roboto", "titleFont": "Roboto", "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal",
        "labelColor": MUTED, "titleColor": MUTED, "gridColor": GRID, "domainColor": LINE, "tickColor": LINE, "tickSize": 4,
        "labelPadding": 5, "titlePadding": 8,
    },
    "text": {"font": "Roboto", "fontSize": 12, "color": MUTED},
    "line": {"color": BLUE, "strokeWidth": 2.2},
    "bar": {"color": BLUE},
    "rule": {"color": AXIS},
}  # fmt: skip
NUMBERS = {
    "et": {"decimal": ",", "thousands": "\N{NO-BREAK SPACE}", "grouping": [3], "currency": ["", " €"]},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["€", ""]},
}
KEPT_SECONDS = 7 * 24 * 3600

Declaration = tuple[Callable[[Any], Any], Any]


running: set[Callable[[Any], Any]] = set()


def runs_to_today(declare: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Marks a kind of chart that runs to today: where it does not fit, its end is what is seen first."""
    running.add(declare)
    return declare


def draw(declare: Callable[[Any], Any], data: Any) -> SafeString:
    """One chart as SVG."""
    return draw_all({"": (declare, data)})[""]


def draw_all(charts: dict[str, Declaration]) -> dict[str, SafeString]:
    """Several charts by name; all that were drawn before come from the cache in one look."""
    keys = {name: key_of(declare, data) for name, (declare, data) in charts.items()}
    kept = cache.get_many(set(keys.values()))
    drawn = {}
    for name, key in keys.items():
        if key not in kept:
            declare, data = charts[name]
            kept[key] = zlib.compress(clean(to_svg(declare(data)), runs=declare in running).encode())
            drawn[key] = kept[key]
    if drawn:
        cache.set_many(drawn, KEPT_SECONDS)
    return {name: mark_safe(zlib.decompress(kept[key]).decode()) for name, key in keys.items()}  # noqa: S308 (drawn here, cleaned)


def key_of(declare: Callable[[Any], Any], data: Any) -> str:
    """Changes with what is shown, the language, the declaration and this file."""
    said = f"{declare.__module__}.{declare.__qualname__} {get_language()} {code_fingerprint(declare)} {data!r}"
    return f"chart:{blake2b(said.encode(), digest_size=20).hexdigest()}"


@remembered
def code_fingerprint(declare: Callable[[Any], Any]) -> str:
    import sys

    return blake2b(
        (getsource(sys.modules[declare.__module__]) + Path(__file__).read_text()).encode(), digest_size=8
    ).hexdigest()


def to_svg(chart: Any) -> str:
    """The drawing as Vega makes it. Both packages are large, so a process that never draws never loads them."""
    import vl_convert

    know_fonts()
    specification = chart.to_dict(validate=False)
    specification["config"] = THEME
    return vl_convert.vegalite_to_svg(specification, format_locale=NUMBERS.get(get_language() or "et", NUMBERS["et"]))


@remembered
def know_fonts() -> None:
    """So that words are measured alike on every machine."""
    import vl_convert

    vl_convert.register_font_directory(str(Path(__file__).parent / "fonts"))


SMALL = 420
LINE_HEIGHT = 13
LONG_NUMBER = re.compile(r"(\.\d{2})\d+")
PLACE = re.compile(r"translate\((-?[\d.]+),(-?[\d.]+)\)")
SVG = "{http://www.w3.org/2000/svg}"
# Vega lets whole addresses through only; the desk's own are made whole for it and cut again afterwards.
LINK_BASE = "https://desk.invalid"
XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
KEPT_ATTRIBUTES = {
    "d", "x", "y", "dx", "dy", "x1", "x2", "y1", "y2", "cx", "cy", "r", "width", "height", "viewBox", "transform", "fill", "stroke",
    "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "opacity", "fill-opacity",
    "stroke-opacity", "text-anchor", "font-size", "font-weight", "href",
}  # fmt: skip


def clean(svg: str, *, runs: bool = False) -> str:
    """Only shapes, words and links: what a strict policy would block, or a screen reader stumble over, is left out.

    A mark's description becomes its tooltip. Links cannot be reached by keyboard here: the table beside the drawing has
    the same links, and a drawing that is one image to a screen reader may hold nothing to focus.
    """
    root = etree.fromstring(
        svg.encode(), etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=True)
    )
    for element in list(root.iter(etree.Element)):
        tag = element.tag.removeprefix(SVG)
        parent = element.getparent()
        # Nothing here is clipped, and ids of several drawings on one page would meet.
        if tag in {"script", "style", "foreignObject", "defs"} or element.get("display") == "none":
            parent.remove(element)
            continue
        if (
            tag == "path"
            and not element.get("d")
            or tag == "path"
            and element.get("class") == "background"
            and not element.get("stroke")
        ):
            parent.remove(element)
            continue
        label = element.get("aria-label") if tag in {"path", "rect"} else None
        element.attrib.pop("href", None)
        if tag == "a" and is_of_the_desk(url := element.get(XLINK_HREF, "").removeprefix(LINK_BASE)):
            element.set("href", url)
        for name in list(element.attrib):
            if etree.QName(name).localname not in KEPT_ATTRIBUTES or name != etree.QName(name).localname:
                del element.attrib[name]
        if tag == "a":
            element.set("tabindex", "-1")
        for name, value in element.attrib.items():
            if name != "href":  # words and addresses stay as they are: a day is no number to be shortened
                element.set(name, LONG_NUMBER.sub(r"\1", value))
        if tag == "text":
            centre_lines(element)
        if label:
            etree.SubElement(element, f"{SVG}title").text = label
    without_empty_groups(root)
    root.set("font-family", "Roboto, sans-serif")
    if float(root.get("width", 0)) < SMALL:
        root.set("data-size", "small")  # fits a phone as it is
    if runs:
        root.set("data-runs", "to-today")
    root.set("aria-hidden", "true")
    root.set("focusable", "false")
    etree.cleanup_namespaces(root)
    return etree.tostring(root, encoding="unicode")


def is_of_the_desk(url: str) -> bool:
    """An address within the desk, from its root."""
    return url.startswith("/") and not url.startswith(("//", "/\\"))


def centre_lines(text: Any) -> None:
    """Vega sets the first of two lines where a single one would stand; both belong around it."""
    lines = text.findall(f"{SVG}tspan")
    place = PLACE.fullmatch(text.get("transform", ""))
    if len(lines) == 2 and place:
        x, y = map(float, place.groups())
        text.set("transform", f"translate({x:.2f},{y - LINE_HEIGHT / 2:.2f})")


def without_empty_groups(root: Any) -> None:
    for group in reversed(list(root.iter(f"{SVG}g"))):
        if not len(group):
            group.getparent().remove(group)
        elif not group.attrib and group.getparent() is not None:
            parent, at = group.getparent(), group.getparent().index(group)
            for child in reversed(list(group)):
                parent.insert(at, child)
            parent.remove(group)


def step_of(value: float, highest: float) -> int:
    """Which of the five steps of colour a value has, 0 for none or the least."""
    return min(len(STEPS) - 1, int(value / highest * len(STEPS))) if highest > 0 else 0


def values(items: Iterable[Any], **where: Any) -> list[dict[str, Any]]:
    """Frozen dataclasses as rows for Altair, those whose fields are as given; `url` becomes what `clean` turns into a link."""
    rows = [asdict(item) for item in items if all(getattr(item, name) == wanted for name, wanted in where.items())]
    return [row | {"url": LINK_BASE + row["url"]} if row.get("url") else row for row in rows]

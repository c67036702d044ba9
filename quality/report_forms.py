"""The forms of one issue as files, each made of the frozen content alone."""

from collections.abc import Callable
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quality.report_content import Content, frozen, only_estonian
from quality.report_pdf import pdf, told
from quality.report_workbook import workbook


@dataclass(frozen=True)
class Form:
    label: str | Promise
    suffix: str
    content_type: str
    write: Callable[[Content, str], bytes]


def page(content: Content, language: str) -> bytes:
    """One file that opens anywhere."""
    edition = content.edition(language)
    with translation.override(language):
        return render_to_string(
            "reports/page.html",
            {
                "edition": edition,
                "facts": told(content, language)["footer"],
                "estonian": only_estonian(content, edition),
            },
        ).encode()


def data(content: Content, language: str) -> bytes:
    """The frozen bytes themselves, in all languages."""
    return frozen(content).encode()


FORMS: dict[str, Form] = {
    "pdf": Form(_("PDF"), "pdf", "application/pdf", pdf),
    "xlsx": Form(_("XLSX"), "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", workbook),
    "html": Form(_("Web page"), "html", "text/html; charset=utf-8", page),
    "json": Form(_("Data (JSON)"), "json", "application/json", data),
}

"""An issue as a letter of one page: summary, matrix, what is asked, and the link to the whole. It reads as plain text too."""

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from quality.report_content import Content, Edition, Section, Table


def mail(content: Content, language: str, url: str) -> tuple[str, str, str]:
    """Subject, text and HTML in this language. No picture and nothing from another host."""
    edition = content.edition(language)
    with translation.override(language):
        context = {
            "edition": edition, "summary": section(edition, "summary"), "matrix": matrix(edition), "url": url, "number": content.number, "issue": content.issue,
            "corrects": content.corrects,
        }  # fmt: skip
        subject = _("%(subtitle)s: %(title)s") % {
            "subtitle": edition.subtitle.partition(" · ")[0],
            "title": edition.title,
        }
        return " ".join(subject.split()), render_to_string("reports/mail.txt", context), render_to_string("reports/mail.html", context)  # fmt: skip


def section(edition: Edition, code: str) -> Section | None:
    return next((one for one in edition.sections if one.code == code), None)


def matrix(edition: Edition) -> Table | None:
    found = section(edition, "indicators")
    return next((block for block in found.blocks if isinstance(block, Table)), None) if found else None

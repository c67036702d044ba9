"""Words that stand in Estonian and perhaps in English: in the reader's language, and marked where they are not."""

from typing import Any

from django import template
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag
def in_language(row: Any, name: str) -> SafeString:
    """`name` of a row that has `<name>_et` and `<name>_en`; read aloud rightly where only Estonian is there."""
    words = linebreaksbr(getattr(row, name))
    is_foreign = get_language() == "en" and not getattr(row, f"{name}_en")
    return format_html('<span lang="et">{}</span>', words) if is_foreign else words

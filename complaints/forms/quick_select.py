"""A select of many options, written in one go: Django's own renders a template for every option."""

from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from bureau import reference


class QuickSelect(forms.Select):
    def render(self, name: str, value: Any, attrs: dict | None = None, renderer: Any = None) -> SafeString:
        chosen = {str(one) for one in self.format_value(value)}
        given = self.build_attrs(self.attrs, attrs)
        words = format_html_join("", ' {}="{}"', ((key, key if one is True else one) for key, one in given.items() if one not in (None, False)))  # fmt: skip
        return format_html('<select name="{}"{}>{}</select>', name, words, self.written(self.choices, chosen))

    def written(self, choices: Any, chosen: set[str]) -> SafeString:
        return format_html_join("", "{}", ((self.one(value, label, chosen),) for value, label in choices))

    def one(self, value: Any, label: Any, chosen: set[str]) -> SafeString:
        if isinstance(label, list | tuple):
            return format_html('<optgroup label="{}">{}</optgroup>', value, self.written(label, chosen))
        text = "" if value is None else str(value)
        if text in chosen:
            return format_html('<option value="{}" selected{}>{}</option>', text, self.more(text), label)
        return format_html('<option value="{}"{}>{}</option>', text, self.more(text), label)

    def more(self, value: str) -> SafeString | str:
        return ""


class TopicSelect(QuickSelect):
    """Carries the words people use, so that the topic is found while typing."""

    def more(self, value: str) -> SafeString | str:
        topic = reference.topics().get(int(value)) if value else None
        return format_html(' data-words="{}"', " · ".join(topic.keywords)) if topic and topic.keywords else ""

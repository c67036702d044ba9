"""How forms are written: whole forms look like all others, and the widgets that stand on every page are put together here.

A widget is a few words of HTML, yet Django's templates of a list of thirteen choices run sixty nodes: a seventh of the time of
the page of a case. What is written is the same to the letter, white space aside (tests/bureau/test_rendering.py).
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.utils.formats import localize
from django.utils.functional import Promise
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

Widget = dict[str, Any]
INPUTS = ("text", "hidden", "number", "email", "url", "password", "date", "datetime", "time", "tel", "search")


def plain(value: Any) -> str:
    """A value that is never put into the form of a language: `1000`, not `1 000`."""
    return value if isinstance(value, SafeString) else escape(str(value))


def shown(value: Any) -> str:
    """A value as a template writes it."""
    return conditional_escape(
        str(value) if isinstance(value, Promise) else value if isinstance(value, str) else localize(value)
    )


# A browser cuts what is pasted into a box with `maxlength`, and says nothing. The limit is told and counted instead
# (static/js/forms.js), and the form refuses what is too long with both numbers.
RENAMED = {"maxlength": "data-most"}


def attributes(widget: Widget) -> str:
    return "".join(
        f" {shown(name)}" if value is True else f' {shown(RENAMED.get(name, name))}="{plain(value)}"'
        for name, value in widget["attrs"].items()
        if value is not False
    )


def input_of(widget: Widget) -> str:
    value = "" if widget["value"] is None else f' value="{plain(widget["value"])}"'
    return f'<input type="{shown(widget["type"])}" name="{shown(widget["name"])}"{value}{attributes(widget)}>'


def textarea_of(widget: Widget) -> str:
    # The line break after the tag is the one that a browser leaves out.
    words = shown(widget["value"]) if widget["value"] else ""
    return f'<textarea name="{shown(widget["name"])}"{attributes(widget)}>\n{words}</textarea>'


def select_of(render_option: Callable[[str, Widget], str], widget: Widget) -> str:
    parts = [f'<select name="{shown(widget["name"])}"{attributes(widget)}>']
    for name, options, _index in widget["optgroups"]:
        if name:
            parts.append(f'<optgroup label="{shown(name)}">')
        parts += [render_option(option["template_name"], option) for option in options]
        if name:
            parts.append("</optgroup>")
    return "\n".join([*parts, "</select>"])


def option_of(widget: Widget) -> str:
    return f'<option value="{plain(widget["value"])}"{attributes(widget)}>{shown(widget["label"])}</option>'


WRITTEN_HERE: dict[str, Callable[[Widget], str]] = {
    **{f"django/forms/widgets/{kind}.html": input_of for kind in INPUTS},
    "django/forms/widgets/textarea.html": textarea_of,
    "django/forms/widgets/select_option.html": option_of,
}


class FormRenderer(TemplatesSetting):
    form_template_name = "components/form.html"
    field_template_name = "components/form_field.html"

    def render(self, template_name: str, context: dict[str, Any], request=None) -> str:
        if template_name == "django/forms/widgets/select.html":
            return mark_safe(select_of(partial(self.widget, request=request), context["widget"]))  # noqa: S308
        if template_name in WRITTEN_HERE:
            return mark_safe(WRITTEN_HERE[template_name](context["widget"]))  # noqa: S308
        return super().render(template_name, context, request)

    def widget(self, template_name: str, widget: Widget, request=None) -> str:
        return self.render(template_name, {"widget": widget}, request)

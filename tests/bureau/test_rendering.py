"""Widgets written in Python read as Django's own templates write them."""

from datetime import date, datetime

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy, override

from bureau.rendering import WRITTEN_HERE, FormRenderer

SHARP = """<b>"'&</b>"""
GROUPS = [
    ("", "—"),
    (1000, gettext_lazy("Yes")),
    (SHARP, SHARP),
    ("Rühm & <co>", [("a", "A"), (2.5, 1234.5), (None, mark_safe("<i>x</i>"))]),
]
WIDGETS = [
    (forms.TextInput(attrs={"data-x": SHARP, "required": True, "disabled": False, "maxlength": 1000}), SHARP),
    (forms.TextInput(), None),
    (forms.TextInput(), ""),
    (forms.TextInput(attrs={"title": mark_safe("&amp;")}), mark_safe("&amp;")),
    (forms.HiddenInput(), 1234),
    (forms.NumberInput(attrs={"step": 0.5}), 1234.5),
    (forms.EmailInput(), "mari@example.ee"),
    (forms.URLInput(), "https://example.ee/?a=1&b=2"),
    (forms.PasswordInput(render_value=True), SHARP),
    (forms.DateInput(), date(2026, 11, 30)),
    (forms.DateTimeInput(), datetime(2026, 11, 30, 9, 5)),
    (forms.TimeInput(), None),
    (forms.Textarea(attrs={"rows": 4}), f"\n{SHARP}\n rida"),
    (forms.Textarea(), None),
    (forms.Select(choices=GROUPS), 1000),
    (forms.Select(choices=GROUPS), None),
    (forms.Select(choices=[]), "gone"),
    (forms.SelectMultiple(choices=GROUPS), ["a", "2.5"]),
    (forms.NullBooleanSelect(), True),
    (forms.CheckboxInput(), True),
    (forms.RadioSelect(choices=GROUPS), "a"),
    (forms.SelectDateWidget(years=[2026]), date(2026, 11, 30)),
]


def written(text):
    """As the browser reads it: white space between the tags of a list of choices says nothing."""
    parts = [part.strip() for part in text.replace(">", ">\0").replace("<", "\0<").split("\0")]
    return [part for part in parts if part]


@pytest.mark.parametrize("language", ["et", "en"])
@pytest.mark.parametrize(("widget", "value"), WIDGETS, ids=lambda one: type(one).__name__)
def test_a_widget_reads_as_django_writes_it(widget, value, language):
    with override(language):
        ours = widget.render("name<", value, {"id": "id_name"}, FormRenderer())
        theirs = widget.render("name<", value, {"id": "id_name"}, TemplatesSetting())

    # The limit of a box is told and counted by the desk; the browser would cut in silence.
    assert written(ours) == written(theirs.replace("maxlength=", "data-most="))
    assert "<b>" not in ours


def test_what_is_typed_into_a_text_keeps_its_lines():
    assert ">\n\nTere\n  rida</textarea>" in forms.Textarea().render("text", "\nTere\n  rida", {}, FormRenderer())


def test_the_widgets_written_here_are_among_those_compared():
    """A widget added there without a row here would be compared with nothing."""
    compared = {widget.template_name for widget, _value in WIDGETS} | {"django/forms/widgets/select_option.html"}

    assert set(WRITTEN_HERE) - compared <= {f"django/forms/widgets/{kind}.html" for kind in ("tel", "search")}


def test_only_what_is_marked_itself_is_taken_as_safe():
    class Sly:
        def __str__(self):
            return mark_safe("<b>")

    assert "<b>" not in forms.TextInput().render("name", "x", {"title": Sly()}, FormRenderer())


def test_a_box_with_a_limit_leaves_no_cutting_to_the_browser():
    class Form(forms.Form):
        title = forms.CharField(max_length=5)
        note = forms.CharField(max_length=5, widget=forms.Textarea)

    form = Form({"title": "a" * 6, "note": "a" * 20})

    assert "maxlength" not in str(form)
    assert str(form).count('data-most="5"') == 2
    with override("et"):
        assert "20" in form.errors["note"][0]
        assert "a" * 20 in str(form)

"""Forms of the builder: the survey, a section, a question with its condition."""

import json
import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import reference
from feedback import builder
from feedback.models import Anonymity, Survey
from feedback.questionnaires import CODE, LANGUAGES, MEASURES, SIGNS, TYPES

LANGUAGE_LABELS = {"et": gettext_lazy("in Estonian"), "en": gettext_lazy("in English"), "ru": gettext_lazy("in Russian")}  # fmt: skip
TESTS = 3
LONGEST_LABEL = 60


class NewSurveyForm(forms.Form):
    title_et = forms.CharField(label=gettext_lazy("Title in Estonian"), max_length=200)
    title_en = forms.CharField(label=gettext_lazy("Title in English"), max_length=200, required=False)
    template = forms.ChoiceField(label=gettext_lazy("Begin with"), widget=forms.RadioSelect, initial="satisfaction")

    def __init__(self, *args, templates: list[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["template"].choices = [*templates, ("", _("an empty questionnaire"))]
        self.fields["template"].required = False


class SettingsForm(forms.Form):
    title_et = forms.CharField(label=gettext_lazy("Title in Estonian"), max_length=200)
    title_en = forms.CharField(label=gettext_lazy("Title in English"), max_length=200, required=False)
    purpose = forms.ChoiceField(label=gettext_lazy("Purpose"), choices=Survey.Purpose.choices)
    unit_id = forms.TypedChoiceField(label=gettext_lazy("Unit"), coerce=int, empty_value=None, required=False)
    opens_on = forms.DateField(label=gettext_lazy("Open from"), required=False, widget=forms.DateInput(attrs={"type": "date", "class": "input"}, format="%Y-%m-%d"))  # fmt: skip
    closes_on = forms.DateField(label=gettext_lazy("Open until"), required=False, widget=forms.DateInput(attrs={"type": "date", "class": "input"}, format="%Y-%m-%d"))  # fmt: skip
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"), choices=list(LANGUAGE_LABELS.items()), widget=forms.CheckboxSelectMultiple
    )
    anonymity = forms.ChoiceField(label=gettext_lazy("Anonymity"), choices=Anonymity.choices, widget=forms.RadioSelect)
    smallest_cell = forms.IntegerField(
        label=gettext_lazy("Smallest group shown"), min_value=3, max_value=100,
        help_text=gettext_lazy("Results of fewer answers than this are hidden."),
    )  # fmt: skip

    def __init__(self, *args, survey: Survey, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit_id"].choices = [("", "–"), *((unit.id, unit.name) for unit in reference.units().values())]
        if survey.state != Survey.State.DRAFT:
            for name in ("anonymity", "smallest_cell"):
                self.fields[name].disabled = True


def text_fields(languages: list[str], name: str, label: Any, *, required: bool = False, rows: int = 0):
    """The same text in each language of the survey."""
    for language in languages:
        box = (
            forms.Textarea(attrs={"rows": rows, "class": "input"})
            if rows
            else forms.TextInput(attrs={"class": "input"})
        )
        said = _("%(what)s %(language)s") % {"what": label, "language": LANGUAGE_LABELS[language]}
        yield f"{name}_{language}", forms.CharField(label=said, required=required, widget=box, max_length=4000)


class PartForm(forms.Form):
    """What sections and questions share: a code, texts in the survey's languages, a condition."""

    code = forms.CharField(
        label=gettext_lazy("Code"), max_length=40,
        help_text=gettext_lazy("Small letters, figures and low lines. Answers of all versions are joined by it, so keep it."),
    )  # fmt: skip

    def __init__(self, *args, draft: dict[str, Any], part: dict[str, Any] | None = None, **kwargs):
        self.draft, self.part = draft, part or {}
        self.languages = [one for one in draft.get("languages") or ["et"] if one in LANGUAGES]
        super().__init__(*args, **kwargs)
        self.build()
        self.add_condition()

    def build(self) -> None:
        raise NotImplementedError

    def clean_code(self):
        code = self.cleaned_data["code"].strip()
        if not CODE.fullmatch(code):
            raise forms.ValidationError(_("A code is small letters, figures and low lines, begins with a letter and has up to 40 signs."))  # fmt: skip
        return code

    def texts(self, name: str) -> dict[str, str]:
        given = {language: self.cleaned_data.get(f"{name}_{language}", "").strip() for language in self.languages}
        return {**(self.part.get(name) or {}), **given} if any(given.values()) else {}

    def start(self, name: str, value: Any) -> None:
        self.initial.setdefault(name, value)

    def start_texts(self, name: str) -> None:
        for language, text in (self.part.get(name) or {}).items():
            self.start(f"{name}_{language}", text)

    # -- Condition -----------------------------------------------------------------------------------------------------
    def add_condition(self) -> None:
        asked = [("", _("always shown"))]
        for _section, question in builder.questions_of(self.draft):
            if question["code"] == self.part.get("code"):
                break
            if question.get("type") == "matrix":
                asked += [(f"{question['code']}.{row['code']}", f"{question['code']}.{row['code']}") for row in question.get("rows", [])]  # fmt: skip
            elif question.get("type") != "information":
                text = next(iter((question.get("text") or {}).values()), "")
                asked.append((question["code"], f"{question['code']} – {text[:LONGEST_LABEL]}"))
        condition = self.part.get("show_if") or {}
        how = next(iter(condition), "all")
        tests = condition.get(how, [])
        self.fields["how"] = forms.ChoiceField(
            label=_("Shown if"),
            choices=[("all", _("all of these hold")), ("any", _("any of these holds"))],
            required=False,
        )
        self.start("how", how)
        for at in range(TESTS):
            test = tests[at] if at < len(tests) else {}
            self.fields[f"test_{at}"] = forms.ChoiceField(label=_("Answer of"), choices=asked, required=False)
            self.fields[f"sign_{at}"] = forms.ChoiceField(label=_("Comparison"), choices=[(s, s) for s in SIGNS], required=False)  # fmt: skip
            self.fields[f"value_{at}"] = forms.CharField(label=_("Value"), required=False, max_length=60, widget=forms.TextInput(attrs={"class": "input"}))  # fmt: skip
            self.start(f"test_{at}", test.get("question", ""))
            self.start(f"sign_{at}", test.get("is", "="))
            self.start(f"value_{at}", written(test.get("value")))

    def tests(self):
        return [(self[f"test_{at}"], self[f"sign_{at}"], self[f"value_{at}"]) for at in range(TESTS)]

    def condition(self) -> dict[str, Any] | None:
        tests = []
        for at in range(TESTS):
            code = self.cleaned_data.get(f"test_{at}")
            if code:
                sign = self.cleaned_data.get(f"sign_{at}") or "="
                value = None if "answered" in sign else self.read_value(code, self.cleaned_data.get(f"value_{at}", ""))
                tests.append({"question": code, "is": sign, "value": value})
        return {self.cleaned_data.get("how") or "all": tests} if tests else None

    def read_value(self, code: str, words: str) -> Any:
        found = builder.question_by(self.draft, code.partition(".")[0])
        kind = found[1].get("type") if found else ""
        words = words.strip()
        if kind in ("scale", "recommendation", "effort", "number"):
            try:
                number = float(words.replace(",", "."))
            except ValueError:
                return words
            return int(number) if number == int(number) else number
        if kind == "consent":
            return words.casefold() in ("yes", "jah", "true", "1")
        return words


def written(value: Any) -> str:
    return "" if value is None else ("yes" if value else "no") if isinstance(value, bool) else str(value)


class SectionForm(PartForm):
    def build(self) -> None:
        for name, label, rows in (("title", _("Heading"), 0), ("text", _("Text under the heading"), 3)):
            self.fields.update(text_fields(self.languages, name, label, rows=rows))
            self.start_texts(name)
        self.start("code", self.part.get("code") or builder.free_code(self.draft, "section"))

    def read(self) -> dict[str, Any]:
        return {
            "code": self.cleaned_data["code"], "title": self.texts("title"), "text": self.texts("text"),
            "show_if": self.condition(),
        }  # fmt: skip


class QuestionForm(PartForm):
    """One question of any type; what its type does not use is left alone."""

    def build(self) -> None:
        sections = [(one["code"], next(iter((one.get("title") or {}).values()), one["code"])) for one in builder.sections_of(self.draft)]  # fmt: skip
        self.fields["section"] = forms.ChoiceField(label=_("Section"), choices=sections)
        self.fields["type"] = forms.ChoiceField(label=_("Type"), choices=[(code, str(name)) for code, name in TYPES.items()])  # fmt: skip
        self.fields.update(text_fields(self.languages, "text", _("Question"), rows=2))
        self.fields.update(text_fields(self.languages, "help", _("Help")))
        self.fields["required"] = forms.BooleanField(label=_("An answer is needed"), required=False)
        self.fields["measures"] = forms.ChoiceField(
            label=_("Counts towards"), required=False,
            choices=[("", _("no score")), ("satisfaction", _("satisfaction (scale 1–5)")), ("effort", _("effort (1–7)")), ("recommendation", _("recommendation (0–10)"))],
        )  # fmt: skip
        lines = _("One a line: code | %(languages)s") % {"languages": " | ".join(str(LANGUAGE_LABELS[one]) for one in self.languages)}  # fmt: skip
        for name, label in (("options", _("Choices")), ("rows", _("Rows of the table")), ("columns", _("Columns of the table"))):  # fmt: skip
            self.fields[name] = forms.CharField(
                label=label, required=False, max_length=20_000, help_text=lines, widget=forms.Textarea(attrs={"rows": 5, "class": "input"})
            )  # fmt: skip
            self.start(name, self.as_lines(self.part.get(name) or []))
        self.fields["other"] = forms.BooleanField(label=_("An own answer beside the choices"), required=False)
        self.fields.update(text_fields(self.languages, "low", _("Lowest mark")))
        self.fields.update(text_fields(self.languages, "high", _("Highest mark")))
        self.fields["min"] = forms.CharField(label=_("Smallest number or first day"), required=False, max_length=20)
        self.fields["max"] = forms.CharField(label=_("Largest number or last day"), required=False, max_length=20)
        self.fields["decimals"] = forms.IntegerField(label=_("Decimals"), required=False, min_value=0, max_value=6)
        self.fields.update(text_fields(self.languages, "unit", _("Unit of the number")))
        self.fields["long"] = forms.BooleanField(label=_("Room for a long text"), required=False)
        for name in ("text", "help", "low", "high", "unit"):
            self.start_texts(name)
        for name in ("type", "required", "measures", "other", "decimals", "long"):
            if self.part.get(name) is not None:
                self.start(name, self.part[name])
        for name in ("min", "max"):
            self.start(name, written(self.part.get(name)))
        self.start("code", self.part.get("code") or builder.free_code(self.draft, "question"))

    def as_lines(self, options: list[dict[str, Any]]) -> str:
        return "\n".join(
            " | ".join([one["code"], *((one.get("text") or {}).get(language, "") for language in self.languages)])
            for one in options
        )

    def from_lines(self, name: str) -> list[dict[str, Any]]:
        former = {one["code"]: one.get("text") or {} for one in self.part.get(name) or []}
        made = []
        for line in self.cleaned_data.get(name, "").splitlines():
            if line.strip():
                parts = [part.strip() for part in line.split("|")]
                code = (
                    parts[0]
                    if CODE.fullmatch(parts[0])
                    else re.sub(r"[^a-z0-9_]+", "_", parts[0].lower()).strip("_")[:40]
                )
                if len(parts) == 1:
                    parts = [code, parts[0]]
                texts = {language: text for language, text in zip(self.languages, parts[1:], strict=False) if text}
                made.append({"code": code, "text": {**former.get(code, {}), **texts}})
        return made

    def clean(self):
        cleaned = super().clean()
        measures, kind = cleaned.get("measures"), cleaned.get("type")
        if measures and MEASURES[measures] != kind:
            self.add_error("measures", _("This score is not counted from a question of this type."))
        if not any(cleaned.get(f"text_{language}", "").strip() for language in self.languages):
            self.add_error(f"text_{self.languages[0]}", _("Write the question."))
        return cleaned

    def read(self) -> dict[str, Any]:
        data, kind = self.cleaned_data, self.cleaned_data["type"]
        made: dict[str, Any] = {
            "code": data["code"], "type": kind, "text": self.texts("text"), "help": self.texts("help"),
            "required": data["required"], "show_if": self.condition(), "measures": data["measures"] or None,
        }  # fmt: skip
        match kind:
            case "single" | "multiple":
                made |= {"options": self.from_lines("options"), "other": data["other"]}
            case "ranking":
                made |= {"options": self.from_lines("options")}
            case "matrix":
                made |= {"rows": self.from_lines("rows"), "columns": self.from_lines("columns")}
            case "scale" | "recommendation" | "effort":
                made |= {"low": self.texts("low"), "high": self.texts("high")}
            case "number":
                made |= {"min": self.limit("min"), "max": self.limit("max"), "decimals": data["decimals"] or 0, "unit": self.texts("unit")}  # fmt: skip
            case "date":
                made |= {"min": data["min"] or None, "max": data["max"] or None}
            case "text":
                made |= {"long": data["long"], "max_length": self.part.get("max_length") or 4000}
        return made

    def limit(self, name: str) -> Any:
        words = self.cleaned_data[name].strip()
        return self.read_number(words) if words else None

    @staticmethod
    def read_number(words: str) -> Any:
        try:
            number = float(words.replace(",", "."))
        except ValueError:
            return words
        return int(number) if number == int(number) else number


class FormFileForm(forms.Form):
    """Our own form as a file."""

    file = forms.FileField(label=gettext_lazy("Questionnaire (.json)"), max_length=255)

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > 2_000_000:
            raise forms.ValidationError(_("The file is larger than 2 MB. A questionnaire is never that large."))
        try:
            self.content = json.loads(file.read().decode("utf-8-sig"))
        except (UnicodeDecodeError, json.JSONDecodeError) as fault:
            raise forms.ValidationError(_("The file is not JSON in UTF-8.")) from fault
        return file

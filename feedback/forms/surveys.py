"""Forms of the builder: the survey, a section, a question with its condition."""

import json
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import reference
from bureau.forms.fields import NearDayField
from bureau.storable_text import is_storable
from bureau.structure import PLAIN_LETTERS
from feedback import builder
from feedback.models import Anonymity, Survey
from feedback.questionnaires import (
    CODE,
    LANGUAGES,
    LONGEST_TEXT,
    MEASURES,
    MOST_CHOICES,
    SCALES,
    SIGNS,
    FormError,
    in_language,
    number_from,
    parse,
    to_json,
)

LANGUAGE_LABELS = {"et": gettext_lazy("in Estonian"), "en": gettext_lazy("in English"), "ru": gettext_lazy("in Russian")}  # fmt: skip
TESTS = 3
EMPTY_LINES = 4
LONGEST_LABEL = 60

CHOICES = {"single": ("options",), "multiple": ("options",), "ranking": ("options",), "matrix": ("rows", "columns")}
CHOICE_WORDS = {"options": gettext_lazy("Choice"), "rows": gettext_lazy("Row"), "columns": gettext_lazy("Column")}
CHOICES_WORDS = {
    "options": gettext_lazy("Choices"), "rows": gettext_lazy("Rows of the table"), "columns": gettext_lazy("Columns of the table"),
}  # fmt: skip
SCORES = {kind: measure for measure, kind in MEASURES.items()}
SCORE_WORDS = {
    "scale": gettext_lazy("Counts towards satisfaction"), "effort": gettext_lazy("Counts towards effort"),
    "recommendation": gettext_lazy("Counts towards recommendation"),
}  # fmt: skip
SIGN_WORDS = {
    "=": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥", "has": gettext_lazy("includes"),
    "has not": gettext_lazy("does not include"), "answered": gettext_lazy("is answered"), "not answered": gettext_lazy("is not answered"),
}  # fmt: skip


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
    opens_on = NearDayField(label=gettext_lazy("Open from"), required=False, widget=forms.DateInput(attrs={"type": "date", "class": "input"}, format="%Y-%m-%d"))  # fmt: skip
    closes_on = NearDayField(label=gettext_lazy("Open until"), required=False, widget=forms.DateInput(attrs={"type": "date", "class": "input"}, format="%Y-%m-%d"))  # fmt: skip
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


class VersionForm(forms.Form):
    """Which draft the person looked at, so that nobody publishes what he did not see."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class VersionsForm(forms.Form):
    """Two versions to compare."""

    old = forms.ChoiceField(label=gettext_lazy("Older version"))
    new = forms.ChoiceField(label=gettext_lazy("Newer version"))

    def __init__(self, *args, labels: list[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["old"].choices = self.fields["new"].choices = labels


class SurveyFilterForm(forms.Form):
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False, choices=[("", "–"), *Survey.State.choices])
    purpose = forms.ChoiceField(label=gettext_lazy("Purpose"), required=False, choices=[("", "–"), *Survey.Purpose.choices])  # fmt: skip


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


def code_from(words: str) -> str:
    """A code made of words: “Väga hea” gives vaga_hea."""
    made = slugify(words.translate(PLAIN_LETTERS)).replace("-", "_").strip("_")[:30].strip("_")
    return made if CODE.fullmatch(made) else f"c_{made}".rstrip("_")


class DraftForm(forms.Form):
    """Texts in the languages of the survey, side by side. Remembers which draft the page was made from."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, draft: dict[str, Any], version: int, part: dict[str, Any] | None = None, **kwargs):
        self.draft, self.part = draft, part or {}
        self.languages = [one for one in draft.get("languages") or ["et"] if one in LANGUAGES]
        self.text_names: list[str] = []
        super().__init__(*args, **kwargs)
        self.start("version", version)
        self.build()

    def build(self) -> None:
        raise NotImplementedError

    def add_texts(self, name: str, label: Any, *, rows: int = 0) -> None:
        self.fields.update(text_fields(self.languages, name, label, rows=rows))
        self.text_names.append(name)
        for language, text in (self.part.get(name) or {}).items():
            self.start(f"{name}_{language}", text)

    def side_by_side(self):
        """The texts as the page shows them: each text with its fields by language."""
        return [[self[f"{name}_{language}"] for language in self.languages] for name in self.text_names]

    def others(self):
        """Fields that are shown one under another, in their order."""
        apart = {f"{name}_{language}" for name in self.text_names for language in self.languages} | self.apart()
        return [self[name] for name in self.fields if name not in apart]

    def apart(self) -> set[str]:
        return {"version"}

    def texts(self, name: str) -> dict[str, str]:
        """Words given here, and those of languages that the survey does not have now."""
        kept = {one: text for one, text in (self.part.get(name) or {}).items() if one not in self.languages}
        given = {one: self.cleaned_data.get(f"{name}_{one}", "").strip() for one in self.languages}
        return kept | {language: text for language, text in given.items() if text}

    def start(self, name: str, value: Any) -> None:
        self.initial.setdefault(name, value)


class FormTextsForm(DraftForm):
    """What stands before and after the questions."""

    def build(self) -> None:
        self.add_texts("title", _("Title that the client sees"))
        self.add_texts("intro", _("Introduction"), rows=4)
        self.add_texts("thanks", _("Words of thanks"), rows=3)

    def read(self) -> dict[str, Any]:
        return {name: self.texts(name) for name in self.text_names}


class PartForm(DraftForm):
    """What sections and questions share: a code, and the condition on which they are shown."""

    code = forms.CharField(
        label=gettext_lazy("Code"), max_length=40,
        help_text=gettext_lazy("Small letters, figures and low lines. Answers of all versions are joined by it, so keep it."),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.add_condition()

    def clean_code(self):
        code = self.cleaned_data["code"].strip()
        if not CODE.fullmatch(code):
            raise forms.ValidationError(_("A code is small letters, figures and low lines, begins with a letter and has up to 40 signs."))  # fmt: skip
        return code

    def apart(self) -> set[str]:
        return {"version", "how"} | {f"{name}_{at}" for name in ("test", "sign", "value") for at in range(TESTS)}

    # -- Condition -----------------------------------------------------------------------------------------------------
    def earlier(self):
        """Questions whose answers are known when this part is reached."""
        for section in builder.sections_of(self.draft):
            if section["code"] == self.part.get("code"):
                return
            for question in section.get("questions") or []:
                if question["code"] == self.part.get("code"):
                    return
                yield question

    def add_condition(self) -> None:
        asked, self.known_answers = [("", _("always shown"))], []
        for question in self.earlier():
            label = (
                f"{question['code']} – {in_language(question.get('text') or {}, self.languages[0])[:LONGEST_LABEL]}"
            )
            kind = question.get("type")
            if kind == "matrix":
                asked += [(f"{question['code']}.{row['code']}", f"{label}: {in_language(row.get('text') or {}, self.languages[0])}") for row in question.get("rows", [])]  # fmt: skip
            elif kind != "information":
                asked.append((question["code"], label))
            choices = question.get("columns" if kind == "matrix" else "options") or []
            self.known_answers += [(one["code"], f"{question['code']}: {in_language(one.get('text') or {}, self.languages[0])}") for one in choices]  # fmt: skip
            if kind in SCALES:
                lowest, highest = SCALES[kind]
                self.known_answers += [(str(mark), question["code"]) for mark in range(lowest, highest + 1)]
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
            self.fields[f"sign_{at}"] = forms.ChoiceField(label=_("Comparison"), choices=[(sign, SIGN_WORDS[sign]) for sign in SIGNS], required=False)  # fmt: skip
            self.fields[f"value_{at}"] = forms.CharField(
                label=_("Value"), required=False, max_length=60,
                widget=forms.TextInput(attrs={"class": "input", "list": "known-answers", "autocomplete": "off"}),
            )  # fmt: skip
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
            return read_number(words)
        if kind == "consent":
            return words.casefold() in ("yes", "jah", "true", "1")
        return words


def read_number(words: str) -> Any:
    """The number that was written, or the words as they are: the check of the draft then tells of them."""
    number = number_from(words)
    return words if number is None else int(number) if number == int(number) else number


def written(value: Any) -> str:
    return "" if value is None else ("yes" if value else "no") if isinstance(value, bool) else str(value)


class SectionForm(PartForm):
    def build(self) -> None:
        self.add_texts("title", _("Heading"))
        self.add_texts("text", _("Text under the heading"), rows=3)
        self.start("code", self.part.get("code") or builder.free_code(self.draft, "section"))

    def read(self) -> dict[str, Any]:
        return {
            "code": self.cleaned_data["code"], "title": self.texts("title"), "text": self.texts("text"),
            "show_if": self.condition(),
        }  # fmt: skip


class QuestionForm(PartForm):
    """One question of one type; only what this type uses is asked."""

    def __init__(self, *args, kind: str, **kwargs):
        self.kind = kind
        self.lengths: dict[str, int] = {}
        super().__init__(*args, **kwargs)

    def build(self) -> None:
        kind = self.kind
        sections = [(one["code"], in_language(one.get("title") or {}, self.languages[0]) or one["code"]) for one in builder.sections_of(self.draft)]  # fmt: skip
        self.add_texts("text", _("Question") if kind != "information" else _("Text"), rows=2)
        self.add_texts("help", _("Help"))
        if kind in SCALES:
            self.add_texts("low", _("Lowest mark"))
            self.add_texts("high", _("Highest mark"))
        if kind == "number":
            self.add_texts("unit", _("Unit of the number"))
        self.fields["section"] = forms.ChoiceField(label=_("Section"), choices=sections)
        if kind != "information":
            self.fields["required"] = forms.BooleanField(label=_("An answer is needed"), required=False)
        if kind in SCORES:
            self.fields["measures"] = forms.BooleanField(label=SCORE_WORDS[kind], required=False)
            self.start("measures", bool(self.part.get("measures")))
        if kind in ("single", "multiple"):
            self.fields["other"] = forms.BooleanField(label=_("An own answer beside the choices"), required=False)
        if kind in ("number", "date"):
            first, last = (_("Smallest number"), _("Largest number")) if kind == "number" else (_("First day"), _("Last day"))  # fmt: skip
            day = {"type": "date"} if kind == "date" else {}
            for name, label in (("min", first), ("max", last)):
                self.fields[name] = forms.CharField(label=label, required=False, max_length=20, widget=forms.TextInput(attrs={"class": "input", **day}))  # fmt: skip
                self.start(name, written(self.part.get(name)))
        if kind == "number":
            self.fields["decimals"] = forms.IntegerField(label=_("Decimals"), required=False, min_value=0, max_value=6)
        if kind == "text":
            self.fields["long"] = forms.BooleanField(label=_("Room for a long text"), required=False)
            self.fields["max_length"] = forms.IntegerField(label=_("Signs at most"), required=False, min_value=1, max_value=20_000)  # fmt: skip
        for name in CHOICES.get(kind, ()):
            self.add_choices(name)
        for name in ("required", "other", "decimals", "long", "max_length"):
            if name in self.fields and self.part.get(name) is not None:
                self.start(name, self.part[name])
        self.start("code", self.part.get("code") or builder.free_code(self.draft, "question"))

    # -- Choices -------------------------------------------------------------------------------------------------------
    def add_choices(self, name: str) -> None:
        """A line for each choice and some empty ones: its place, its code, its words by language."""
        listed = self.part.get(name) or []
        length = min(len(listed) + EMPTY_LINES, MOST_CHOICES)
        if self.is_bound:
            sent = number_from(self.data.get(self.add_prefix(f"{name}_length")))
            length = int(sent) if sent is not None and 0 <= sent <= MOST_CHOICES else length
        self.lengths[name] = length
        self.fields[f"{name}_length"] = forms.IntegerField(widget=forms.HiddenInput, required=False)
        self.initial[f"{name}_length"] = length
        for at in range(length):
            one = listed[at] if at < len(listed) else {}
            said = {"what": CHOICE_WORDS[name], "number": at + 1}
            self.fields[f"{name}_{at}_place"] = forms.IntegerField(label=_("%(what)s %(number)s, place") % said, required=False, min_value=0, max_value=999, widget=forms.NumberInput(attrs={"class": "input"}))  # fmt: skip
            self.fields[f"{name}_{at}_code"] = forms.CharField(label=_("%(what)s %(number)s, code") % said, required=False, max_length=40, widget=forms.TextInput(attrs={"class": "input"}))  # fmt: skip
            for language in self.languages:
                words = _("%(what)s %(number)s %(language)s") % {**said, "language": LANGUAGE_LABELS[language]}
                self.fields[f"{name}_{at}_{language}"] = forms.CharField(label=words, required=False, max_length=500, widget=forms.TextInput(attrs={"class": "input"}))  # fmt: skip
                self.start(f"{name}_{at}_{language}", (one.get("text") or {}).get(language, ""))
            self.start(f"{name}_{at}_code", one.get("code", ""))
            self.start(f"{name}_{at}_place", at + 1 if one else None)

    def choice_tables(self):
        for name, length in self.lengths.items():
            lines = [
                {
                    "place": self[f"{name}_{at}_place"], "code": self[f"{name}_{at}_code"],
                    "texts": [self[f"{name}_{at}_{language}"] for language in self.languages],
                }
                for at in range(length)
            ]  # fmt: skip
            yield {"title": CHOICES_WORDS[name], "length": self[f"{name}_length"], "lines": lines}

    def language_words(self):
        return [LANGUAGE_LABELS[language] for language in self.languages]

    def apart(self) -> set[str]:
        lines = {name for name in self.fields if name.startswith(("options_", "rows_", "columns_"))}
        return super().apart() | lines

    def choices(self, name: str) -> list[dict[str, Any]]:
        """Lines that say anything, by their place. A line without a code gets one from its words."""
        former = {one["code"]: one.get("text") or {} for one in self.part.get(name) or []}
        found = []
        for at in range(self.lengths[name]):
            texts = {one: self.cleaned_data.get(f"{name}_{at}_{one}", "").strip() for one in self.languages}
            texts = {language: text for language, text in texts.items() if text}
            code = self.cleaned_data.get(f"{name}_{at}_code", "").strip()
            if texts or code:
                place = self.cleaned_data.get(f"{name}_{at}_place")
                found.append((999 if place is None else place, at, code, texts))
        taken = {code for _place, _at, code, _texts in found if code}
        made = []
        for _place, _at, given, texts in sorted(found, key=lambda line: line[:2]):
            code = given or free_among(taken, code_from(next(iter(texts.values()))))
            taken.add(code)
            kept = {one: text for one, text in former.get(code, {}).items() if one not in self.languages}
            made.append({"code": code, "text": kept | texts})
        return made

    def clean(self):
        cleaned = super().clean()
        if not any(cleaned.get(f"text_{language}", "").strip() for language in self.languages):
            self.add_error(f"text_{self.languages[0]}", _("Write the question."))
        for name, length in self.lengths.items():
            seen: set[str] = set()
            for at in range(length):
                code = cleaned.get(f"{name}_{at}_code", "").strip()
                if code and not CODE.fullmatch(code):
                    self.add_error(f"{name}_{at}_code", _("A code is small letters, figures and low lines, begins with a letter and has up to 40 signs."))  # fmt: skip
                elif code and code in seen:
                    self.add_error(f"{name}_{at}_code", _("The code “%(code)s” stands twice.") % {"code": code})
                seen.add(code)
        return cleaned

    def read(self) -> dict[str, Any]:
        data, kind = self.cleaned_data, self.kind
        made: dict[str, Any] = {
            "code": data["code"], "type": kind, "text": self.texts("text"), "help": self.texts("help"),
            "required": data.get("required", False), "show_if": self.condition(),
            "measures": SCORES[kind] if data.get("measures") else None,
        }  # fmt: skip
        for name in self.lengths:
            made[name] = self.choices(name)
        for name in ("low", "high", "unit"):
            if name in self.text_names:
                made[name] = self.texts(name)
        match kind:
            case "single" | "multiple":
                made["other"] = data["other"]
            case "number":
                made |= {"min": self.limit("min"), "max": self.limit("max"), "decimals": data["decimals"] or 0}
            case "date":
                made |= {"min": data["min"] or None, "max": data["max"] or None}
            case "text":
                made |= {"long": data["long"], "max_length": data["max_length"] or LONGEST_TEXT}
        return made

    def limit(self, name: str) -> Any:
        words = self.cleaned_data[name].strip()
        return read_number(words) if words else None


def free_among(taken: set[str], stem: str) -> str:
    return stem if stem not in taken else next(f"{stem}_{n}" for n in range(2, 10_000) if f"{stem}_{n}" not in taken)


class FormFileForm(forms.Form):
    """Our own form as a file."""

    file = forms.FileField(label=gettext_lazy("Questionnaire (.json)"), max_length=255)

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > 2_000_000:
            raise forms.ValidationError(_("The file is larger than 2 MB. A questionnaire is never that large."))
        try:
            content = json.loads(file.read().decode("utf-8-sig"), parse_constant=refuse_constant)
        except (ValueError, RecursionError) as fault:
            raise forms.ValidationError(_("The file is not JSON in UTF-8.")) from fault
        if not is_storable(content):
            raise forms.ValidationError(_("The file holds signs that are no letters of any text (\\u0000, or half of a pair such as \\ud800). Take them out."))  # fmt: skip
        try:
            self.content = to_json(parse(content))
        except FormError as fault:
            raise forms.ValidationError(
                [forms.ValidationError(f"{one.path}: {one.sentence}") for one in fault.faults[:20]]
            ) from fault
        return file


def refuse_constant(name: str):
    raise ValueError(name)

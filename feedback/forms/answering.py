"""One section of a questionnaire as a form. What may be answered is decided by `questionnaires.clean_answers`."""

from typing import Any

from django import forms

from feedback.answer_words import words
from feedback.questionnaires import OTHER, SCALES, Question, Section, in_language


class AnswerForm(forms.Form):
    """Fields of the questions shown. Nothing is required here: the rule says what is missing, in the form's language."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    begun = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)
    section = forms.CharField(widget=forms.HiddenInput, max_length=60, required=False)

    def __init__(self, *args, section: Section, questions: list[Question], language: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.part, self.questions, self.language = section, questions, language
        self.words = words(language)
        self.names: dict[str, list[str]] = {}
        for question in questions:
            self.names[question.code] = []
            for name, field in self.fields_of(question):
                self.fields[name] = field
                self.names[question.code].append(name)

    def fields_of(self, question: Question):
        name, label = f"q-{question.code}", in_language(question.text, self.language)
        match question.type:
            case "information":
                return
            case "single" | "multiple":
                yield from self.choice_fields(question, name, label)
            case "scale" | "recommendation" | "effort":
                lowest, highest = SCALES[question.type]
                marks = [(str(mark), str(mark)) for mark in range(lowest, highest + 1)]
                yield name, forms.ChoiceField(label=label, choices=marks, widget=forms.RadioSelect, required=False)
            case "matrix":
                columns = [(one.code, in_language(one.text, self.language)) for one in question.columns]
                for row in question.rows:
                    field = forms.ChoiceField(
                        label=in_language(row.text, self.language), choices=columns, widget=forms.RadioSelect,
                        required=False,
                    )  # fmt: skip
                    yield f"{name}-{row.code}", field
            case "ranking":
                places = [("", self.words["no_choice"])] + [
                    (str(n + 1), str(n + 1)) for n in range(len(question.options))
                ]
                for option in question.options:
                    text = in_language(option.text, self.language)
                    yield f"{name}-{option.code}", forms.ChoiceField(label=text, choices=places, required=False)
            case "number":
                box = forms.TextInput(attrs={"inputmode": "decimal", "class": "input", "autocomplete": "off"})
                yield name, forms.CharField(label=label, widget=box, required=False, max_length=40)
            case "date":
                day = forms.DateInput(attrs={"type": "date", "class": "input"}, format="%Y-%m-%d")
                yield name, forms.CharField(label=label, widget=day, required=False, max_length=10)
            case "text":
                box = forms.Textarea(attrs={"rows": 5 if question.long else 2, "class": "input"})
                yield name, forms.CharField(label=label, widget=box, required=False, max_length=40_000)
            case "consent":
                yield name, forms.BooleanField(label=self.words["i_agree"], required=False)

    def choice_fields(self, question: Question, name: str, label: str):
        choices = [(one.code, in_language(one.text, self.language)) for one in question.options]
        choices += [(OTHER, self.words["other"])] if question.other else []
        if question.type == "single":
            yield name, forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, required=False)
        else:
            yield (
                name,
                forms.MultipleChoiceField(
                    label=label, choices=choices, widget=forms.CheckboxSelectMultiple, required=False
                ),
            )
        if question.other:
            yield f"o-{question.code}", forms.CharField(
                label=self.words["other_words"], required=False, max_length=1000, widget=forms.TextInput(attrs={"class": "input"}),
            )  # fmt: skip

    # -- What was sent -------------------------------------------------------------------------------------------------
    def answers(self) -> tuple[dict[str, Any], dict[str, str]]:
        """Raw answers and texts of this section; a field that Django could not read counts as it was sent."""
        raw: dict[str, Any] = {}
        texts: dict[str, str] = {}
        for question in self.questions:
            name = f"q-{question.code}"
            if question.type == "text":
                texts[question.code] = self.sent(name) or ""
            elif question.type in ("matrix", "ranking"):
                parts = {one.removeprefix(f"{name}-"): self.sent(one) for one in self.names[question.code]}
                raw[question.code] = {part: value for part, value in parts.items() if value not in (None, "")}
            elif question.type != "information":
                raw[question.code] = self.sent(name)
            if question.other:
                texts[f"{question.code}#other"] = self.sent(f"o-{question.code}") or ""
        return raw, texts

    def sent(self, name: str) -> Any:
        if name in self.cleaned_data:
            return self.cleaned_data[name]
        return self.fields[name].widget.value_from_datadict(self.data, self.files, self.add_prefix(name))

    def show_errors(self, errors: dict[str, str]) -> None:
        for code, sentence in errors.items():
            if self.names.get(code):
                self.add_error(self.names[code][0], sentence)

    # -- How it is shown -----------------------------------------------------------------------------------------------
    def shown(self) -> list[dict[str, Any]]:
        """Each question with its fields, for the template."""
        found = []
        for question in self.questions:
            bound = [self[name] for name in self.names[question.code]]
            texts = {
                name: in_language(getattr(question, name), self.language) for name in ("text", "help", "low", "high", "unit")
            }  # fmt: skip
            errors = [error for one in bound for error in one.errors]
            found.append({"question": question, "fields": bound, "errors": errors, **texts})
        return found


def initial_of(questions: list[Question], answers: dict[str, Any], texts: dict[str, str]) -> dict[str, Any]:
    """Answers given before, as values of the form's fields."""
    found: dict[str, Any] = {}
    for question in questions:
        name, value = f"q-{question.code}", answers.get(question.code)
        if question.type == "text":
            found[name] = texts.get(question.code, "")
        elif question.type == "matrix":
            found |= {f"{name}-{row}": column for row, column in (value or {}).items()}
        elif question.type == "ranking":
            ordered = value if isinstance(value, list) else []
            found |= {f"{name}-{code}": str(at + 1) for at, code in enumerate(ordered)}
        elif value is not None:
            found[name] = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
        if question.other:
            found[f"o-{question.code}"] = texts.get(f"{question.code}#other", "")
    return found


class DeclineForm(forms.Form):
    """One button."""


class ContactWishForm(forms.Form):
    name = forms.CharField(required=False, max_length=200, widget=forms.TextInput(attrs={"class": "input", "autocomplete": "name"}))  # fmt: skip
    reach = forms.CharField(max_length=254, widget=forms.TextInput(attrs={"class": "input", "autocomplete": "email"}))
    words = forms.CharField(
        required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3, "class": "input"})
    )

    def __init__(self, *args, language: str, **kwargs):
        super().__init__(*args, **kwargs)
        said = words(language)
        for name in self.fields:
            self.fields[name].label = said[name]

"""Forms of the two imports: a questionnaire of LimeSurvey, and answers given elsewhere."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.foreign_tables import LIMITS
from feedback.answer_import import DAY_FORMATS, FACTS, AnswerMapping, places_of
from feedback.answer_setup import REPORT, place_label
from feedback.limesurvey_file import LARGEST_BYTES
from feedback.questionnaires import Form


class QuestionnaireFileForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("Questionnaire"), max_length=255, allow_empty_file=False)

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST_BYTES:
            raise forms.ValidationError(_("The file is larger than 20 MB. A questionnaire is never that large."))
        return file


class AnswerFileForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("Table of answers"), max_length=255, allow_empty_file=False)

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LIMITS.bytes:
            raise forms.ValidationError(
                _("The file is larger than %(limit)s MB. Split it and import the parts one by one.")
                % {"limit": LIMITS.bytes // 1_000_000}
            )
        return file


class AnswerColumnsForm(forms.Form):
    """Which column is which question, and what tells the day, the row and the rest."""

    source = forms.SlugField(
        label=gettext_lazy("Name of the source"), max_length=60,
        help_text=gettext_lazy("Rows of the same source are known again, so that repeating an import takes none twice."),
    )  # fmt: skip
    day = forms.ChoiceField(label=gettext_lazy("Day of the answer"))
    day_format = forms.ChoiceField(label=gettext_lazy("How the day is written"), choices=list(DAY_FORMATS.items()))
    second_format = forms.ChoiceField(
        label=gettext_lazy("or, where that does not fit"), required=False,
        choices=[("", gettext_lazy("in no other way")), *DAY_FORMATS.items()],
    )  # fmt: skip
    key = forms.MultipleChoiceField(
        label=gettext_lazy("What tells one row from another"), required=False,
        help_text=gettext_lazy("One or more columns; without them the whole row does."),
    )  # fmt: skip
    language = forms.ChoiceField(label=gettext_lazy("Language of the answer"), required=False)
    empty = forms.CharField(
        label=gettext_lazy("Words that mean “not answered”"), required=False, max_length=500,
        help_text=gettext_lazy("Separated by semicolons: N/A; Did not answer"),
    )  # fmt: skip

    def __init__(self, *args, form: Form, columns: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        self.form, self.columns = form, columns
        named = [(column, column) for column in columns]
        self.fields["day"].choices = [("", _("choose")), *named]
        self.fields["key"].choices = named
        self.fields["language"].choices = [("", _("the same for all rows")), *named]
        for name, label in FACTS.items():
            self.fields[f"fact_{name}"] = forms.ChoiceField(
                label=label, required=False, choices=[("", _("not in the file")), *named]
            )
        for number, (_address, question, part) in enumerate(places_of(form)):
            self.fields[f"place_{number}"] = forms.ChoiceField(
                label=place_label(question, part), required=False, choices=[("", _("not in the file")), *named]
            )

    def places(self):
        return [self[f"place_{number}"] for number in range(len(places_of(self.form)))]

    def facts(self):
        return [self[f"fact_{name}"] for name in FACTS]

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not any(cleaned.get(f"place_{n}") for n in range(len(places_of(self.form)))):
            raise forms.ValidationError(_("Choose the column of at least one question."))
        return cleaned

    def read(self, survey_code: str, before: dict[str, Any]) -> AnswerMapping:
        cleaned = self.cleaned_data
        places = [address for address, _question, _part in places_of(self.form)]
        return AnswerMapping(
            survey=survey_code, source=cleaned["source"], day=cleaned["day"],
            day_formats=tuple(one for one in (cleaned["day_format"], cleaned["second_format"]) if one),
            key=tuple(cleaned["key"]), language=cleaned["language"],
            questions={a: cleaned[f"place_{n}"] for n, a in enumerate(places) if cleaned[f"place_{n}"]},
            values=before.get("values", {}), fact_values=before.get("fact_values", {}),
            facts={name: cleaned[f"fact_{name}"] for name in FACTS if cleaned[f"fact_{name}"]},
            empty=tuple(word.strip() for word in cleaned["empty"].split(";") if word.strip()),
        )  # fmt: skip


class AnswerValuesForm(forms.Form):
    """What foreign values mean here. What is left to the report is not guessed."""

    def __init__(self, *args, groups: list[dict], **kwargs):
        super().__init__(*args, **kwargs)
        self.groups = groups
        for at, group in enumerate(groups):
            for number, (value, _count) in enumerate(group["values"]):
                self.fields[f"v{at}_{number}"] = forms.ChoiceField(
                    label=value, choices=[(REPORT, _("not known: leave out and report")), *group["choices"]],
                    initial=group["chosen"].get(value, REPORT),
                )  # fmt: skip

    def rows(self):
        return [
            {**group, "rows": [(self[f"v{at}_{n}"], value, count) for n, (value, count) in enumerate(group["values"])]}
            for at, group in enumerate(self.groups)
        ]

    def read(self) -> tuple[dict[str, dict[str, str]], dict[str, dict[str, str]]]:
        """Values by place, and words of the facts by fact."""
        places: dict[str, dict[str, str]] = {}
        facts: dict[str, dict[str, str]] = {}
        for at, group in enumerate(self.groups):
            target = (facts if group["is_fact"] else places).setdefault(group["address"], {})
            for number, (value, _count) in enumerate(group["values"]):
                chosen = self.cleaned_data[f"v{at}_{number}"]
                target[value] = "" if chosen == REPORT else chosen
        return places, facts

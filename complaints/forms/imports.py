"""Forms of the import: the file, how it is read, its columns, its words."""

from dataclasses import replace
from zoneinfo import available_timezones

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import reference
from bureau.foreign_tables import DELIMITER_WORDS, DETECT, ENCODINGS, LIMITS, Layout
from complaints.intake.importing.mapping import (
    EMPTY,
    FIELD_WORDS,
    FIELDS,
    LEAVE_OPEN,
    LOOKUPS,
    MAY_BE_EMPTY,
    MOMENTS,
    REFUSE,
    STATUSES,
    FieldMap,
    ImportMapping,
)
from complaints.intake.importing.moments import OFFERED, MomentFormat
from complaints.intake.importing.suggestions import Column, Words, our_word
from complaints.models import ImportMap
from complaints.reference import kinds

MAP_BYTES = 500_000
# How many columns may be joined into one field of ours on the page; a mapping file may join any number.
JOINED = {"title": 2, "description": 4, "kind": 2, "topic": 2, **dict.fromkeys(MOMENTS, 2)}
REQUIRED = ("received", "channel", "kind", "title")
FORMATS = 4
SAMPLE_SIGNS = 30
ZONES = ("Europe/Tallinn", "UTC", "Europe/Riga", "Europe/Helsinki", "Europe/Stockholm", "Europe/Berlin", "Europe/London", "America/New_York", "America/Toronto")  # fmt: skip


class UploadForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("Table"), max_length=255, allow_empty_file=False)
    remembered = forms.ModelChoiceField(
        label=gettext_lazy("Mapping"),
        queryset=ImportMap.objects.all(),
        required=False,
        empty_label=gettext_lazy("the one used last for such a file, else a suggestion"),
    )
    map_file = forms.FileField(
        label=gettext_lazy("Mapping file"), required=False, help_text=gettext_lazy("TOML, if you have one.")
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LIMITS.bytes:
            raise forms.ValidationError(
                _("The file is larger than %(limit)s MB. Split it and import the parts one by one.")
                % {"limit": LIMITS.bytes // 1_000_000}
            )
        return file

    def clean_map_file(self):
        return decoded_map(self.cleaned_data["map_file"])

    @property
    def map_text(self) -> str:
        data = self.cleaned_data
        return data["map_file"] or (data["remembered"].text if data["remembered"] else "")


def decoded_map(file) -> str:
    if not file:
        return ""
    if file.size > MAP_BYTES:
        raise forms.ValidationError(_("This is too large for a mapping file."))
    try:
        return file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise forms.ValidationError(_("The mapping file is not text in UTF-8.")) from error


class MapForm(forms.Form):
    """The mapping as TOML, for those who like to write it."""

    map_file = forms.FileField(label=gettext_lazy("Mapping file"), required=False)
    text = forms.CharField(
        label=gettext_lazy("Mapping as TOML"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "class": "code"}),
    )

    def clean_map_file(self):
        return decoded_map(self.cleaned_data["map_file"])

    @property
    def map_text(self) -> str:
        return self.cleaned_data["map_file"] or self.cleaned_data["text"].replace("\r\n", "\n")


class LayoutForm(forms.Form):
    delimiter = forms.ChoiceField(label=gettext_lazy("Delimiter"))
    encoding = forms.ChoiceField(label=gettext_lazy("Encoding"))
    sheet = forms.ChoiceField(label=gettext_lazy("Sheet"), required=False)
    header_row = forms.IntegerField(
        label=gettext_lazy("Header on row"),
        min_value=0,
        max_value=100,
        help_text=gettext_lazy("0 when the file has no header."),
    )

    def __init__(self, *args, facts, layout: Layout, **kwargs):
        initial = {
            "delimiter": layout.delimiter, "encoding": layout.encoding, "sheet": layout.sheet, "header_row": layout.header_row,
        }  # fmt: skip
        super().__init__(*args, initial=initial, **kwargs)
        self.layout = layout
        found = DELIMITER_WORDS.get(facts.delimiter, "")
        self.fields["delimiter"].choices = [
            (DETECT, _("found out: %(found)s") % {"found": found} if found else _("find out")),
            *DELIMITER_WORDS.items(),
        ]
        self.fields["encoding"].choices = [
            (DETECT, _("found out: %(found)s") % {"found": facts.encoding} if facts.encoding else _("find out")),
            *((name, name.upper() if name.startswith("utf") else name) for name in ENCODINGS),
        ]
        self.fields["sheet"].choices = [("", _("the first sheet")), *((name, name) for name in facts.sheets)]
        for name in ("delimiter", "encoding") if facts.kind == "xlsx" else ("sheet",):
            del self.fields[name]

    def read(self) -> Layout:
        data = self.cleaned_data
        return replace(
            self.layout, delimiter=data.get("delimiter", DETECT), encoding=data.get("encoding", DETECT),
            sheet=data.get("sheet", ""), header_row=data["header_row"], columns=(),
        )  # fmt: skip


class ColumnsForm(forms.Form):
    """Which column is which field of ours; for lists of ours also one value for all rows."""

    source = forms.CharField(
        label=gettext_lazy("Source"), max_length=100,
        help_text=gettext_lazy("A word for where the rows come from. The same row of the same source is never taken twice."),
    )  # fmt: skip
    name = forms.CharField(label=gettext_lazy("Keep this mapping as"), max_length=100, required=False)
    row_key = forms.ChoiceField(
        label=gettext_lazy("Column that tells rows apart"), required=False,
        help_text=gettext_lazy("A number of its own in the foreign system. Without one the whole row is compared."),
    )  # fmt: skip
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the rows"),
        choices=[("et", gettext_lazy("Estonian")), ("en", gettext_lazy("English")), ("ru", gettext_lazy("Russian"))],
    )
    keep = forms.BooleanField(
        label=gettext_lazy("Keep all foreign columns beside the case as they came"), required=False
    )
    empty = forms.CharField(
        label=gettext_lazy("Words that mean an empty cell"), max_length=200, required=False,
        help_text=gettext_lazy("With commas between, as NA, –."),
    )  # fmt: skip
    log = forms.BooleanField(
        label=gettext_lazy("Each row was a contact too: count it among the contacts"), required=False
    )

    def __init__(self, *args, mapping: ImportMapping, columns: list[Column], **kwargs):
        self.mapping, self.known = mapping, [column.name for column in columns]
        initial = {
            "source": mapping.source, "name": mapping.name, "language": mapping.language, "keep": mapping.keep is None,
            "log": mapping.logs_contacts, "empty": ", ".join(mapping.empty), "row_key": mapping.row_key[0] if len(mapping.row_key) == 1 else "",
        }  # fmt: skip
        choices = [("", _("– not in the file –")), *((column.name, with_sample(column)) for column in columns)]
        for name in FIELDS:
            one = mapping.fields.get(name, FieldMap())
            for place in range(JOINED.get(name, 1)):
                initial[f"{name}_{place}"] = one.columns[place] if place < len(one.columns) else ""
            initial[f"{name}_value"] = one.value
            initial[f"{name}_time"] = one.time_column
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["row_key"].choices = [("", _("the whole row")), *((name, name) for name in self.known)]
        if len(mapping.row_key) > 1:
            self.fields["row_key"].choices.append(("", ", ".join(mapping.row_key)))
        for name in FIELDS:
            for place in range(JOINED.get(name, 1)):
                further = (
                    _("%(field)s, when the column before is empty")
                    if name in MOMENTS
                    else _("%(field)s, further column")
                )
                label = further % {"field": FIELD_WORDS[name]} if place else FIELD_WORDS[name]
                self.fields[f"{name}_{place}"] = forms.ChoiceField(label=label, choices=choices, required=False)
            if name in MOMENTS:
                self.fields[f"{name}_time"] = forms.ChoiceField(
                    label=_("%(field)s, column of the time of day") % {"field": FIELD_WORDS[name]},
                    choices=choices,
                    required=False,
                )
            if name in LOOKUPS:
                self.fields[f"{name}_value"] = forms.ChoiceField(
                    label=_("%(field)s, the same for all rows") % {"field": FIELD_WORDS[name]},
                    choices=[("", "–"), *our_choices(name)], required=False,
                )  # fmt: skip

    def rows(self):
        """Fields of ours in order, each with its selects, for the page."""
        for name in FIELDS:
            yield {
                "name": name,
                "label": FIELD_WORDS[name],
                "is_required": name in REQUIRED,
                "columns": [self[f"{name}_{place}"] for place in range(JOINED.get(name, 1))],
                "time": self[f"{name}_time"] if name in MOMENTS else None,
                "value": self[f"{name}_value"] if name in LOOKUPS else None,
            }

    def clean(self):
        data = super().clean()
        for name in ("received", "channel", "kind"):
            if not self.chosen(name) and not data.get(f"{name}_value") and not self.kept_value(name):
                self.add_error(f"{name}_0", _("Choose where this comes from."))
        if not self.chosen("title") and not self.chosen("description"):
            self.add_error("title_0", _("Choose a column for the title or for the text."))
        for name in LOOKUPS:
            if self.chosen(name) and data.get(f"{name}_value"):
                self.add_error(f"{name}_value", _("Choose a column or one value, not both."))
        return data

    def kept_value(self, name: str) -> str:
        """A moment that the mapping holds for all rows; it is written in the mapping's text, not chosen here."""
        one = self.mapping.fields.get(name)
        return one.value if name in MOMENTS and one is not None else ""

    def chosen(self, name: str) -> tuple[str, ...]:
        places = (self.cleaned_data.get(f"{name}_{place}", "") for place in range(JOINED.get(name, 1)))
        return tuple(dict.fromkeys(filter(None, places)))

    def read(self) -> ImportMapping:
        data = self.cleaned_data
        mapping = replace(
            self.mapping, source=data["source"], name=data["name"], language=data["language"], logs_contacts=data["log"],
            empty=tuple(filter(None, (word.strip() for word in data["empty"].split(",")))),
            keep=None if data["keep"] else self.mapping.keep or (),
        )  # fmt: skip
        if data["row_key"] or len(mapping.row_key) <= 1:
            mapping = replace(mapping, row_key=(data["row_key"],) if data["row_key"] else ())
        for name in FIELDS:
            columns, value = self.chosen(name), data.get(f"{name}_value", "")
            before = mapping.fields.get(name)
            if not columns and self.kept_value(name):
                continue
            if not columns and not value:
                mapping = mapping.with_field(name, None)
            elif value:
                mapping = mapping.with_field(name, FieldMap(value=value))
            elif before is None or not before.columns:
                join = " / " if name in LOOKUPS else "\n" if name == "description" else " · "
                mapping = mapping.with_field(
                    name, FieldMap(columns=columns, join=join, labelled=len(columns) > 1 and name == "description")
                )
            elif before.columns[: JOINED.get(name, 1)] != columns:
                mapping = mapping.with_field(name, replace(before, columns=columns))
            time_column, one = data.get(f"{name}_time", ""), mapping.fields.get(name)
            if name in MOMENTS and one is not None and one.time_column != time_column:
                mapping = mapping.with_field(name, replace(one, time_column=time_column))
        return mapping


def with_sample(column: Column) -> str:
    """The column's name and what stands first in it, so that one need not look it up."""
    sample = column.samples[0] if column.samples else _("empty")
    return f"{column.name} · {sample[:SAMPLE_SIGNS]}{'…' if len(sample) > SAMPLE_SIGNS else ''}"


class WordsForm(forms.Form):
    """Date formats, and what each foreign word of a list means here."""

    time_zone = forms.CharField(label=gettext_lazy("Time zone of the source"), max_length=60)

    def __init__(
        self, *args, mapping: ImportMapping, words: dict[str, Words], offered_formats: list[str], today, **kwargs
    ):
        self.mapping, self.words = mapping, words
        self.offered = offered_formats
        self.answered: set[str] = set()
        initial: dict[str, str] = {"time_zone": mapping.time_zone}
        for place in range(FORMATS):
            initial[f"format_{place}"] = mapping.date_formats[place] if place < len(mapping.date_formats) else ""
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].widget.attrs["list"] = "zones"
        choices = self.format_choices(today)
        for place in range(FORMATS):
            label = _("Date format") if not place else _("else")
            self.fields[f"format_{place}"] = forms.ChoiceField(label=label, choices=choices, required=False)
        for name, found in words.items():
            one = mapping.fields[name]
            known = {" ".join(key.split()).casefold(): value for key, value in one.values.items()}
            ours = [*our_choices(name), (REFUSE, _("refuse such rows"))]
            names = dict(ours)
            for number, (word, _count) in enumerate(w for w in found.counts if w[0]):
                wide = next((wide for wide in wider_words(word, one.join) if wide in known), "")
                unchosen = (
                    _("– as “%(group)s”: %(ours)s –")
                    % {"group": wide, "ours": names.get(known[wide], known[wide]).strip()}
                    if wide
                    else _("– choose –")
                )
                field = forms.ChoiceField(label=word, choices=[("", unchosen), *ours], required=False)
                self.fields[f"{name}_{number}"] = field
                initial[f"{name}_{number}"] = known.get(word.casefold()) or ("" if wide else our_word(name, word))
                if wide or word.casefold() in known:
                    self.answered.add(f"{name}_{number}")
            self.fields[f"{name}_otherwise"] = forms.ChoiceField(
                label=_("Every other word"), choices=[(REFUSE, _("refuse the row")), *our_choices(name)]
            )
            self.fields[f"{name}_empty"] = forms.ChoiceField(
                label=_("Empty cell"), choices=[("", _("as every other word")), *our_choices(name)], required=False
            )
            initial[f"{name}_otherwise"], initial[f"{name}_empty"] = one.otherwise, one.when_empty
        if "status" in mapping.fields:
            self.fields["closed_without_moment"] = forms.ChoiceField(
                label=_("Closed without a moment"),
                choices=[(REFUSE, _("refuse the row")), (LEAVE_OPEN, _("take it as in progress, with a remark"))],
            )
            initial["closed_without_moment"] = mapping.closed_without_moment
        self.initial = initial

    def format_choices(self, today) -> list:
        now = timezone.now()
        names = dict.fromkeys([*self.offered, *self.mapping.date_formats, *OFFERED])
        fits = [(name, f"{now.strftime(name)}  ({name})") for name in names if name in self.offered]
        others = [(name, f"{now.strftime(name)}  ({name})") for name in names if name not in self.offered]
        return [("", "–"), (_("fit the file"), fits), (_("others"), others)] if fits else [("", "–"), *others]

    def groups(self):
        """Lists of the page: each foreign word with how often it stands and the select for ours."""
        for name, found in self.words.items():
            rows = [
                {
                    "word": word,
                    "count": count,
                    "field": self[f"{name}_{number}"],
                    "is_answered": self.is_answered(f"{name}_{number}"),
                }
                for number, (word, count) in enumerate(w for w in found.counts if w[0])
            ]
            yield {
                "name": name, "label": FIELD_WORDS[name], "distinct": found.distinct, "shown": len(rows),
                "open": [row for row in rows if not row["is_answered"]],
                "answered": [row for row in rows if row["is_answered"]],
                "is_cut": found.distinct > len(found.counts), "is_partial": found.is_partial,
                "otherwise": self[f"{name}_otherwise"], "empty": self[f"{name}_empty"],
                "empty_count": sum(count for word, count in found.counts if not word),
            }  # fmt: skip

    def is_answered(self, name: str) -> bool:
        """By the mapping as it stands, for itself or through its group; a mere suggestion is still to be looked at."""
        return name in self.answered and name not in self.errors

    def formats(self):
        return [self[f"format_{place}"] for place in range(FORMATS)]

    def clean_time_zone(self):
        zone = self.cleaned_data["time_zone"].strip()
        if zone not in available_timezones():
            raise forms.ValidationError(_("“%(zone)s” is no time zone, as Europe/Tallinn is.") % {"zone": zone})
        return zone

    def clean(self):
        data = super().clean()
        formats = self.chosen_formats()
        if not formats and any(self.mapping.fields[name].columns for name in MOMENTS if name in self.mapping.fields):
            self.add_error("format_0", _("Choose how dates are written in the file."))
        for text in formats:
            try:
                MomentFormat(text)
            except ValueError as error:
                self.add_error("format_0", str(error))
        return data

    def chosen_formats(self) -> tuple[str, ...]:
        picked = (self.cleaned_data.get(f"format_{place}", "") for place in range(FORMATS))
        kept = self.mapping.date_formats[FORMATS:]
        return tuple(dict.fromkeys([*filter(None, picked), *kept]))

    def read(self) -> ImportMapping:
        data = self.cleaned_data
        mapping = replace(self.mapping, date_formats=self.chosen_formats(), time_zone=data["time_zone"])
        if "closed_without_moment" in data:
            mapping = replace(mapping, closed_without_moment=data["closed_without_moment"])
        for name, found in self.words.items():
            one = mapping.fields[name]
            shown = [word for word, _count in found.counts if word]
            folded = {word.casefold() for word in shown}
            # What the page does not show stays: words beyond the first hundreds, "group / *".
            values = {
                key: value for key, value in one.values.items() if " ".join(key.split()).casefold() not in folded
            }
            for number, word in enumerate(shown):
                ours = data[f"{name}_{number}"]
                if ours and ours != REFUSE:
                    values[word] = ours
            mapping = mapping.with_field(
                name,
                replace(one, values=values, otherwise=data[f"{name}_otherwise"], when_empty=data[f"{name}_empty"]),
            )
        return mapping


def wider_words(word: str, join: str) -> list[str]:
    """ "a / b" is also answered by "a / *" in a mapping file."""
    parts = word.casefold().split(join)
    return [join.join([*parts[:length], "*"]) for length in range(len(parts) - 1, 0, -1)]


def our_choices(name: str) -> list[tuple[str, str]]:
    """Our entries of a list by code; topics under their groups."""
    today = timezone.localdate()
    if name == "status":
        return [(str(status), str(status.label)) for status in STATUSES]
    empty = [(EMPTY, _("leave empty"))] if name in MAY_BE_EMPTY else []
    if name == "topic":
        rows = reference.in_tree(reference.topics(), today)
        return [*empty, *((topic.code, "\u2003" * depth + topic.name) for depth, topic in rows)]
    of = {"channel": reference.channels, "unit": reference.units, "kind": kinds}[name]()
    return [*empty, *((entry.code, entry.name) for entry in of.values() if entry.in_use(today))]

"""Which topics a person pins to the keys 1–9."""

from datetime import date

from django import forms
from django.utils.translation import gettext as _

from complaints.favourite_topics import HOW_MANY, choosable_topics
from complaints.forms.cases import id_field
from complaints.forms.contacts import topic_choices


class PinnedTopicsForm(forms.Form):
    """A topic for each key; keys left empty are filled by use."""

    def __init__(self, *args, pinned: list[int], today: date, **kwargs):
        super().__init__(*args, **kwargs)
        known = {topic.id for topic in choosable_topics(today)}
        kept = [topic_id for topic_id in pinned if topic_id in known]
        choices = [("", _("by use")), *topic_choices(today)[1:]]
        for at in range(HOW_MANY):
            field = id_field(_("Key %(number)s") % {"number": at + 1})
            field.choices, field.initial = choices, kept[at] if at < len(kept) else ""
            field.is_one_of_several = True
            self.fields[f"key_{at + 1}"] = field

    def topics(self) -> list[int]:
        return [topic_id for topic_id in self.cleaned_data.values() if topic_id]

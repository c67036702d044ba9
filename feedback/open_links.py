"""Open doors to a survey: addresses that anybody may use, and the sheet with a QR code for the counter."""

import io
import secrets

import segno
from django.db import transaction
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from bureau.audit import record
from bureau.refusals import DeedRefused
from feedback.models import OpenLink, Survey

# Without letters and figures that are mistaken for one another when typed from a sheet.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
KEY_LENGTH = 10


@transaction.atomic
def make_link(*, survey: Survey, label: str, by, **facts) -> OpenLink:
    if survey.state != Survey.State.PUBLISHED:
        raise DeedRefused(_("Publish the survey first."))
    key = "".join(secrets.choice(LETTERS) for _n in range(KEY_LENGTH))
    link = OpenLink.objects.create(survey=survey, key=key, label=label, created_by=by, **facts)
    record("survey.link_made", by=by, on=survey, label=survey.title_et, link=label)
    return link


@transaction.atomic
def change_link(*, link: OpenLink, by, **facts) -> OpenLink:
    """Where it hangs, what it stands for, how many may begin; its address stays, for it may be printed already."""
    held = OpenLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
    if not held.is_active:
        raise DeedRefused(_("The link is closed."))
    changed = sorted(name for name, value in facts.items() if getattr(held, name) != value)
    if changed:
        before = {name: getattr(held, name) for name in changed}
        for name in changed:
            setattr(held, name, facts[name])
        held.save(update_fields=changed)
        told = {name: [as_told(before[name]), as_told(facts[name])] for name in changed}
        record("survey.link_changed", by=by, on=held.survey, label=held.survey.title_et, link=held.label, changes=told)
    return held


def as_told(value):
    return value.isoformat() if hasattr(value, "isoformat") else value


@transaction.atomic
def close_link(*, link: OpenLink, by) -> OpenLink:
    held = OpenLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
    if held.is_active:
        held.is_active = False
        held.save(update_fields=["is_active"])
        record("survey.link_closed", by=by, on=held.survey, label=held.survey.title_et, link=held.label)
    return held


def qr_code(address: str) -> SafeString:
    """The address as a QR code: plain SVG paths, no style, no script."""
    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=2)
    return mark_safe(out.getvalue().decode("utf-8"))  # noqa: S308 - drawn here from an address of ours

"""How letters fare on their way out, for those who keep the house. No address, no subject and no text: they stand where
the letter was written, for those who may read there."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bureau import outbox, outbox_keeping
from bureau.forms.outbox import OutgoingMailFilter
from bureau.key_paging import key, newest_first
from bureau.models import OutgoingMail
from bureau.permissions import requires
from bureau.refusals import DeedRefused
from bureau.roles import Permission
from bureau.toasts import toast

State = OutgoingMail.State

TONES = {
    State.QUEUED: "info", State.SENDING: "info", State.SENT: "good", State.FAILED: "bad", State.UNCERTAIN: "warning",
    State.CANCELLED: "neutral",
}  # fmt: skip
# Never loaded for these pages, so that no template can show them by mistake.
CONTENT = ("subject", "text", "html", "headers", "reply_to", "object_label", "once_key")


def seen_mail(request, public_id) -> OutgoingMail:
    return get_object_or_404(OutgoingMail.objects.visible_to(request.user).defer(*CONTENT), public_id=public_id)


@require_GET
@requires(Permission.MAIL_KEEP)
def outgoing_mail_list(request):
    form = OutgoingMailFilter(request.GET)
    page = newest_first(
        form.narrowed(OutgoingMail.objects.visible_to(request.user).defer(*CONTENT)),
        after=key(request.GET.get("after")),
        before=key(request.GET.get("before")),
    )
    rows = [{"mail": mail, "purpose": outbox.purpose_shown(mail), "tone": TONES[mail.state]} for mail in page]
    context = {"form": form, "page": page, "rows": rows}
    return render(request, "bureau/outgoing_mail_list.html" + ("#rows" if request.htmx else ""), context)


@require_GET
@requires(Permission.MAIL_KEEP)
def outgoing_mail_detail(request, public_id):
    mail = seen_mail(request, public_id)
    context = {
        "mail": mail, "purpose": outbox.purpose_shown(mail), "tone": TONES[mail.state], "trail": trail(),
        "attempts": mail.journal.defer("answer"),
        "may_retry": mail.state in {State.FAILED, State.UNCERTAIN},
        "may_cancel": mail.state in {State.QUEUED, State.FAILED},
        "may_confirm": mail.state == State.UNCERTAIN,
    }  # fmt: skip
    return render(request, "bureau/outgoing_mail_detail.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.MAIL_KEEP)
def outgoing_mail_retry(request, public_id):
    mail = seen_mail(request, public_id)
    if request.method == "POST":
        return done(request, outbox_keeping.retry_mail, mail, _("The letter waits to be sent again."))
    text = (
        _("It had been given to the server when the line broke, and may have arrived. The recipient may get it twice.")
        if mail.state == State.UNCERTAIN
        else _("It is tried anew from the beginning. The recipient has not received it.")
    )
    return ask(request, mail, _("Send the letter again?"), text, _("Send again"))


@require_http_methods(["GET", "POST"])
@requires(Permission.MAIL_KEEP)
def outgoing_mail_cancel(request, public_id):
    mail = seen_mail(request, public_id)
    if request.method == "POST":
        return done(request, outbox_keeping.cancel_mail, mail, _("The letter will not be sent."))
    text = _("The recipient will not receive it. Whoever wrote it sees that it was cancelled.")
    return ask(request, mail, _("Cancel the letter?"), text, _("Do not send"), danger=True)


@require_http_methods(["GET", "POST"])
@requires(Permission.MAIL_KEEP)
def outgoing_mail_confirm(request, public_id):
    mail = seen_mail(request, public_id)
    if request.method == "POST":
        return done(request, outbox_keeping.confirm_arrival, mail, _("The letter counts as sent."))
    text = _("Look into the journal of the mail server, or ask the recipient. The letter then counts as sent.")
    return ask(request, mail, _("Did the letter arrive?"), text, _("It arrived"))


def done(request, deed, mail, said):
    """The deed, or the refusal when the letter has moved on meanwhile."""
    try:
        deed(mail=mail, by=request.user)
        toast(request, said)
    except DeedRefused as refusal:
        toast(request, str(refusal), tone="bad")
    return redirect("bureau:outgoing_mail_detail", public_id=mail.public_id)


def ask(request, mail, title, text, action, *, danger=False):
    facts = [
        (_("Purpose"), outbox.purpose_shown(mail)), (_("Recipient's domain"), mail.domain_shown or "–"),
        (_("State"), mail.get_state_display()),
    ]  # fmt: skip
    context = {
        "title": title, "text": text, "action": action, "form": None, "facts": facts, "danger": danger, "trail": trail(),
        "cancel_url": reverse("bureau:outgoing_mail_detail", kwargs={"public_id": mail.public_id}),
    }  # fmt: skip
    return render(request, "components/confirm.html", context)


def trail():
    return [(_("Outgoing mail"), reverse("bureau:outgoing_mail_list"))]

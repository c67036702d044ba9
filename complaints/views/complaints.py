"""Complaints: their list, and the deeds on one, each a sheet over the page of its case."""

import uuid
from collections.abc import Callable
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from bureau import reference
from bureau.models import Unit, User
from bureau.permissions import requires
from bureau.roles import Permission
from bureau.substitution import act_for
from bureau.templatetags.formats import capped, day
from complaints import complaint_escalation, complaint_letters, complaint_list, conflict_of_interest
from complaints import complaint_handling as handling
from complaints import complaint_investigation as investigation
from complaints.assignment import people_who_handle
from complaints.complaint_page import complaint_of, may_decide
from complaints.complaint_stages import needed_before
from complaints.correspondence import recipient_of
from complaints.deeds import DeedRefused, concerned_in
from complaints.forms import complaints as forms
from complaints.forms.cases import ReasonForm
from complaints.letter_gaps import completed
from complaints.models import Case, Complaint, InvestigationTask, Remedy, Stage
from complaints.paging import capped_count
from complaints.views.case_deeds import deed, pressed
from complaints.views.cases import posted, seen_case


# --- The list ---------------------------------------------------------------------------------------------------------
@requires(Permission.COMPLAINT_VIEW)
@require_GET
@vary_on_headers("HX-Request")
def complaint_list_view(request):
    rows = complaint_list.narrowed(request.GET, user=request.user, today=request.today)
    page = complaint_list.page_of(
        rows, today=request.today, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    is_whole = page.next_key is None and page.previous_key is None
    count = len(page.rows) if is_whole else capped_count(rows, complaint_list.COUNT_CAP)
    template = "complaints/complaint_list.html" + ("#rows" if request.htmx else "")
    context = {
        "complaints": page, "form": forms.ComplaintFilterForm(request.GET, today=request.today), "chips": chips(request),
        "count_words": _("%(count)s in all") % {"count": capped(count, complaint_list.COUNT_CAP)},
        "clear_url": reverse("complaints:complaint_list") if any(request.GET.get(name) for name in complaint_list.NARROWINGS) else "",
        "today": request.today,
    }  # fmt: skip
    return render(request, template, context)


def chips(request) -> list[dict]:
    """Narrowings that one takes most often, each an address."""
    query = {name: request.GET[name] for name in complaint_list.NARROWINGS if request.GET.get(name)}
    quick = [
        (_("Mine"), {"investigator": "me"}), (_("To acknowledge"), {"stage": "received"}),
        (_("Past the target"), {"late": "yes"}), (_("Urgent"), {"path": "urgent"}),
        (_("Praise"), {"feedback": "praise"}), (_("Suggestions"), {"feedback": "suggestion"}), (_("Ended"), {"stage": "ended"}),
    ]  # fmt: skip
    shown = []
    for label, part in quick:
        is_active = all(query.get(name) == value for name, value in part.items())
        rest = {name: value for name, value in query.items() if name not in part}
        shown.append(
            {"label": label, "url": f"?{urlencode(rest if is_active else rest | part)}", "is_active": is_active}
        )
    return shown


# --- What all sheets share ----------------------------------------------------------------------------------------------
def complaint_case(request, number: str) -> tuple[Case, Complaint]:
    """The case and its complaint, if both exist for this person; else 404."""
    case = seen_case(request, number, "complaint")
    complaint = complaint_of(case)
    if complaint is None:
        raise Http404
    return case, complaint


def in_language_of(case: Case, make: Callable[[], str]) -> str:
    with translation.override("en" if case.language == "en" else "et"):
        return make()


def people_and_concerned(request, case: Case) -> dict:
    people = people_who_handle(request.today)
    concerned = concerned_in(case)
    return {"people": people, "concerned": {pk: name for pk, name in people if pk in concerned}}


def to_whom(case: Case) -> str:
    return recipient_of(case.party, "")


def person_of(pk: int | None) -> User | None:
    return User.objects.filter(pk=pk, is_active=True).first() if pk else None


# --- From any case, acknowledged, assessed ------------------------------------------------------------------------------
@requires(Permission.COMPLAINT_HANDLE)
@require_http_methods(["GET", "POST"])
def complaint_treat(request, number):
    case = seen_case(request, number)
    form = forms.TreatForm(posted(request), case=case)
    return deed(
        request, case, form, title=_("Treat as a complaint, praise or suggestion"), action=_("Treat so"),
        done=_("It is handled so from now on; its own deadlines run on."),
        text=_("The deadlines that run stay. A complaint gets its own deadline beside them."),
        do=lambda data: handling.treat_as_complaint(case=case, by=request.user, feedback=data["feedback"], seen_version=form.seen_version),
    )  # fmt: skip


@requires(Permission.COMPLAINT_HANDLE)
@require_http_methods(["GET", "POST"])
def complaint_acknowledge(request, number):
    case, _complaint = complaint_case(request, number)
    handler = reference.people().get(case.assignee_id or request.user.pk, "")
    words = in_language_of(case, lambda: complaint_letters.acknowledgement(case, handler, case.due_on))
    form = forms.LetterForm(
        posted(request), case=case, today=request.today, initial={"key": uuid.uuid4(), "text": words}
    )
    return deed(
        request, case, form, title=_("Acknowledge receipt"), action=_("Acknowledge to %(recipient)s") % {"recipient": to_whom(case)},
        done=_("Receipt is acknowledged."),
        text=_("By letter, or as it was said on the phone: the day and the channel are kept."),
        do=lambda data: handling.acknowledge(case=case, letter=form.letter(), by=request.user, seen_version=form.seen_version),
    )  # fmt: skip


@requires(Permission.COMPLAINT_ASSESS)
@require_http_methods(["GET", "POST"])
def complaint_assess(request, number):
    case, complaint = complaint_case(request, number)
    form = forms.AssessForm(posted(request), case=case, complaint=complaint, today=request.today)

    def do(data):
        assessment = handling.Assessment(
            weighed=form.weighed(), aspects=tuple(data["aspects"]), unit_id=data["unit"], service_id=data["service"],
            happened_on=data["happened_on"], wanted_remedy=data["wanted_remedy"], also_kinds=tuple(data["also_kinds"]),
        )  # fmt: skip
        handling.assess(case=case, assessment=assessment, by=request.user, seen_version=form.seen_version)

    return deed(
        request, case, form, title=_("Assess the complaint"), action=_("Keep the assessment"), done=_("The complaint is assessed."), do=do,
    )  # fmt: skip


# --- Handled --------------------------------------------------------------------------------------------------------------
@requires(Permission.COMPLAINT_HANDLE)
@require_POST
def complaint_stage_1(request, number):
    complaint_case(request, number)
    return pressed(
        request, number, lambda case, seen: handling.start_stage_1(case=case, by=request.user, seen_version=seen),
        _("The frontline has it now."),
    )  # fmt: skip


@requires(Permission.COMPLAINT_ASSESS)
@require_http_methods(["GET", "POST"])
def complaint_stage_2(request, number):
    case, complaint = complaint_case(request, number)
    form = forms.InvestigatorForm(posted(request), case=case, **people_and_concerned(request, case))
    return deed(
        request, case, form, title=_("Give to an investigator"), action=_("Give to the investigator"), done=_("The investigator has it."),
        needs=needed_before(complaint, Stage.STAGE_2),
        do=lambda data: handling.start_stage_2(
            case=case, investigator=get_object_or_404(User, pk=data["investigator"]), by=request.user, reason=data["reason"],
            seen_version=form.seen_version,
        ),
    )  # fmt: skip


@requires(Permission.COMPLAINT_ASSESS)
@require_http_methods(["GET", "POST"])
def complaint_investigator(request, number):
    case, complaint = complaint_case(request, number)
    form = forms.InvestigatorForm(
        posted(request),
        case=case,
        initial={"investigator": complaint.investigator_id},
        **people_and_concerned(request, case),
    )
    return deed(
        request, case, form, title=_("Change the investigator"), action=_("Change"), done=_("The investigator is changed."),
        do=lambda data: handling.change_investigator(
            case=case, investigator=get_object_or_404(User, pk=data["investigator"]), by=request.user, reason=data["reason"],
            seen_version=form.seen_version,
        ),
    )  # fmt: skip


@requires(Permission.COMPLAINT_HANDLE, Permission.COMPLAINT_DECIDE)
@require_POST
def complaint_take_up(request, number):
    complaint_case(request, number)
    return pressed(
        request, number, lambda case, _seen: complaint_escalation.take_up_escalation(case=case, by=request.user),
        _("You have taken it up; nobody further is told."),
    )  # fmt: skip


# --- Decided, ended ---------------------------------------------------------------------------------------------------------
@requires(Permission.COMPLAINT_DECIDE, Permission.COMPLAINT_HANDLE)
@require_http_methods(["GET", "POST"])
def complaint_decide(request, number):
    case, complaint = complaint_case(request, number)
    words = in_language_of(case, lambda: complaint_letters.decision(case))
    form = forms.DecideForm(
        posted(request), case=case, today=request.today, initial={"key": uuid.uuid4(), "text": words}
    )

    def do(data):
        if not may_decide(complaint, request.user):
            raise DeedRefused(_("An investigation is decided by the chief specialist or the head."))
        ids = tuple(data["next_instances"])
        missing = handling.unnamed(data["text"], ids)
        text = in_language_of(
            case, lambda: complaint_letters.with_next_instances(data["text"], ids, missing_only=missing)
        )
        decision = handling.Decision(
            outcome=data["outcome"], cause_id=data["cause"], findings=data["findings"], next_instance_ids=ids
        )
        handling.decide(
            case=case, decision=decision, letter=form.letter(text), by=request.user, seen_version=form.seen_version
        )

    return deed(
        request, case, form, title=_("Decide and answer"), action=_("Decide and tell %(recipient)s") % {"recipient": to_whom(case)},
        done=_("The complaint is decided and the letter recorded."), needs=needed_before(complaint, Stage.DECIDED), do=do,
    )  # fmt: skip


@requires(Permission.COMPLAINT_HANDLE, Permission.COMPLAINT_DECIDE)
@require_http_methods(["GET", "POST"])
def complaint_close(request, number):
    case, complaint = complaint_case(request, number)
    form = forms.CloseForm(posted(request), case=case, today=request.today)
    return deed(
        request, case, form, title=_("Close the complaint") if complaint.is_complaint else _("Close"), action=_("Close"),
        done=_("It is closed."), needs=needed_before(complaint, Stage.CLOSED),
        do=lambda data: handling.close_complaint(
            case=case, by=request.user, topic_id=data.get("topic"), note=data["note"], seen_version=form.seen_version
        ),
    )  # fmt: skip


@requires(Permission.COMPLAINT_HANDLE)
@require_http_methods(["GET", "POST"])
def complaint_withdraw(request, number):
    case, _complaint = complaint_case(request, number)
    form = ReasonForm(posted(request), case=case)
    return deed(
        request, case, form, title=_("The person takes it back"), action=_("Record"), done=_("The complaint is withdrawn."), danger=True,
        do=lambda data: handling.withdraw(case=case, by=request.user, reason=data["reason"], seen_version=form.seen_version),
    )  # fmt: skip


@requires(Permission.COMPLAINT_ASSESS)
@require_http_methods(["GET", "POST"])
def complaint_return(request, number):
    case, _complaint = complaint_case(request, number)
    words = in_language_of(case, lambda: complaint_letters.return_notice(case))
    form = forms.ReturnForm(
        posted(request), case=case, today=request.today, initial={"key": uuid.uuid4(), "text": words}
    )
    return deed(
        request, case, form, title=_("Return without review"), danger=True, done=_("The complaint is returned."),
        action=_("Return and tell %(recipient)s") % {"recipient": to_whom(case)},
        do=lambda data: handling.return_complaint(
            case=case, by=request.user, ground=data["ground"], letter=form.letter(), seen_version=form.seen_version
        ),
    )  # fmt: skip


# --- Praise and suggestions -----------------------------------------------------------------------------------------------------
@requires(Permission.COMPLAINT_HANDLE)
@require_http_methods(["GET", "POST"])
def complaint_pass_on(request, number):
    case, _complaint = complaint_case(request, number)
    form = forms.PassOnForm(posted(request), case=case)
    return deed(
        request, case, form, title=_("Pass on to whom it concerns"), action=_("Pass on"), done=_("It is passed on."),
        do=lambda data: handling.pass_on(
            case=case, to=data["to"], by=request.user, user_ids=tuple(data["people"]), seen_version=form.seen_version
        ),
    )  # fmt: skip


@requires(Permission.COMPLAINT_HANDLE)
@require_http_methods(["GET", "POST"])
def complaint_thank(request, number):
    case, _complaint = complaint_case(request, number)
    words = in_language_of(case, lambda: complaint_letters.thanks(case))
    form = forms.LetterForm(
        posted(request), case=case, today=request.today, initial={"key": uuid.uuid4(), "text": words}
    )
    return deed(
        request, case, form, title=_("Thank the person"), action=_("Thank %(recipient)s") % {"recipient": to_whom(case)},
        done=_("The person is thanked."),
        do=lambda data: handling.thank(case=case, letter=form.letter(), by=request.user, seen_version=form.seen_version),
    )  # fmt: skip


# --- Targets, lesson, persons ------------------------------------------------------------------------------------------------------
@requires(Permission.COMPLAINT_HANDLE)
@require_http_methods(["GET", "POST"])
def complaint_extend(request, number):
    case, complaint = complaint_case(request, number)
    target = handling.running_target(complaint)
    until = handling.longest_target(target) if target else None
    words = in_language_of(case, lambda: complaint_letters.target_notice(case, until))
    form = forms.TargetForm(
        posted(request), case=case, today=request.today, initial={"key": uuid.uuid4(), "text": words, "until": until}
    )
    return deed(
        request, case, form, title=_("Move the target"), action=_("Move and tell %(recipient)s") % {"recipient": to_whom(case)},
        done=_("The target is moved and the notice recorded."),
        text=_("Our own target moves; the deadline by law stays."),
        do=lambda data: handling.extend_target(
            case=case, until=data["until"], reason=data["reason"], letter=form.letter(completed(
                data["text"], shown=words, words=data["reason"],
                now=in_language_of(case, lambda: complaint_letters.target_notice(case, data["until"])),
                shown_day=day(until), now_day=day(data["until"]),
            )), by=request.user, seen_version=form.seen_version
        ),
    )  # fmt: skip


@requires(Permission.COMPLAINT_HANDLE)
@require_http_methods(["GET", "POST"])
def complaint_lesson(request, number):
    case, complaint = complaint_case(request, number)
    form = forms.LessonForm(posted(request), case=case, initial={"lesson": complaint.lesson})
    return deed(
        request, case, form, title=_("Keep a lesson"), action=_("Keep the lesson"), done=_("The lesson is kept."),
        do=lambda data: handling.keep_lesson(case=case, lesson=data["lesson"], by=request.user, seen_version=form.seen_version),
    )  # fmt: skip


@requires(Permission.COMPLAINT_HANDLE)
@require_http_methods(["GET", "POST"])
def complaint_person(request, number):
    case, complaint = complaint_case(request, number)
    concerned = concerned_in(case)
    people = [
        (pk, name) for pk, name in sorted(reference.people().items(), key=lambda person: person[1])
        if pk not in concerned and pk != request.user.pk
    ]  # fmt: skip
    form = forms.ConcernedForm(posted(request), case=case, people=people)
    return deed(
        request, case, form, title=_("Name a person concerned"), action=_("Name the person"), done=_("The case no longer exists for that person."),
        do=lambda data: conflict_of_interest.name_person(
            complaint=complaint, user=get_object_or_404(User, pk=data["person"]), by=request.user, note=data["note"]
        ),
    )  # fmt: skip


@requires(Permission.COMPLAINT_ASSESS)
@require_http_methods(["GET", "POST"])
def complaint_person_remove(request, number, user_id):
    case, complaint = complaint_case(request, number)
    person = get_object_or_404(User, concerned_in__complaint=complaint, pk=user_id)
    form = ReasonForm(posted(request), case=case)
    return deed(
        request, case, form, title=_("Take a person concerned off"), action=_("Take off"), done=_("The person is taken off."),
        text=_("%(person)s may see and handle the case again.") % {"person": person.full_name}, danger=True,
        do=lambda data: conflict_of_interest.unname_person(complaint=complaint, user=person, by=request.user, reason=data["reason"]),
    )  # fmt: skip


# --- Investigation, remedies ----------------------------------------------------------------------------------------------------------
@requires(Permission.COMPLAINT_HANDLE)
@require_http_methods(["GET", "POST"])
def complaint_step(request, number):
    case, _complaint = complaint_case(request, number)
    form = forms.StepForm(posted(request), case=case, today=request.today, **people_and_concerned(request, case))

    def do(data):
        step = investigation.Step(
            what=data["what"], due_on=data["due_on"], owner=person_of(data["owner"]),
            unit=Unit.objects.filter(pk=data["unit"]).first() if data["unit"] else None,
            background=data["background"], shows_words=data["shows_words"],
        )  # fmt: skip
        investigation.add_step(case=case, step=step, by=request.user)

    return deed(
        request, case, form, title=_("Add a step of the investigation"), action=_("Add the step"), done=_("The step is planned."), do=do,
    )  # fmt: skip


def step_of(complaint: Complaint, pk: int) -> InvestigationTask:
    return get_object_or_404(InvestigationTask.objects.select_related("complaint__case"), complaint=complaint, pk=pk)


@requires(Permission.COMPLAINT_HANDLE)
@require_http_methods(["GET", "POST"])
def complaint_step_done(request, number, pk):
    case, complaint = complaint_case(request, number)
    task = step_of(complaint, pk)
    act_for(request.user, [task.owner_id])
    form = forms.AnswerForm(posted(request), case=case)
    return deed(
        request, case, form, title=task.what, action=_("The step is done"), done=_("The step is done."),
        do=lambda data: investigation.finish_step(task=task, answer=data["answer"], by=request.user),
    )  # fmt: skip


@requires(Permission.COMPLAINT_HANDLE)
@require_POST
def complaint_step_remove(request, number, pk):
    _case, complaint = complaint_case(request, number)
    task = step_of(complaint, pk)
    return pressed(
        request, number, lambda case, _seen: investigation.remove_step(task=task, by=request.user), _("The step is taken away."),
    )  # fmt: skip


@requires(Permission.COMPLAINT_HANDLE)
@require_http_methods(["GET", "POST"])
def complaint_evidence(request, number):
    case, _complaint = complaint_case(request, number)
    form = forms.EvidenceForm(posted(request), case=case)
    return deed(
        request, case, form, title=_("Add evidence"), action=_("Add"), done=_("The evidence is kept. The client does not see it."),
        do=lambda data: investigation.add_evidence(case=case, text=data["text"], source=data["source"], by=request.user),
    )  # fmt: skip


@requires(Permission.COMPLAINT_HANDLE)
@require_http_methods(["GET", "POST"])
def complaint_remedy(request, number):
    case, _complaint = complaint_case(request, number)
    form = forms.RemedyForm(posted(request), case=case, **people_and_concerned(request, case))

    def do(data):
        promise = investigation.Promise(
            kind=data["kind"], what=data["what"], amount_cents=int(data["amount"] * 100) if data["amount"] else None,
            due_on=data["due_on"], owner=person_of(data["owner"]),
        )  # fmt: skip
        investigation.promise_remedy(case=case, promise=promise, by=request.user)

    return deed(
        request,
        case,
        form,
        title=_("Promise a remedy"),
        action=_("Promise"),
        done=_("The promise is kept in mind."),
        do=do,
    )


@requires(Permission.COMPLAINT_HANDLE)
@require_http_methods(["GET", "POST"])
def complaint_remedy_done(request, number, pk):
    case, complaint = complaint_case(request, number)
    remedy = get_object_or_404(Remedy.objects.select_related("complaint__case"), complaint=complaint, pk=pk)
    act_for(request.user, [remedy.owner_id])
    form = forms.DeliveredForm(posted(request), case=case, initial={"delivered_on": request.today})
    return deed(
        request, case, form, title=_("The remedy is delivered"), action=_("Record"), done=_("The remedy is delivered."),
        text=remedy.get_kind_display(),
        do=lambda data: investigation.deliver_remedy(remedy=remedy, by=request.user, on=data["delivered_on"], note=data["note"]),
    )  # fmt: skip

"""Columns of further lists as files: challenges, questions to one's unit, kinds with their terms, imports."""

from datetime import date

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from bureau import gates, reference
from bureau.exports import Column, Listing, named, register
from bureau.models import User
from bureau.roles import Permission as P
from complaints import challenge_page, unit_questions
from complaints.models import Case, CaseKind, Challenge, ImportBatch, InvestigationTask

CHALLENGE_COLUMNS = (
    Column(_("Case"), of=lambda one: one.case.number),
    Column(_("Stage"), of=lambda one: one.get_stage_display(), width=24),
    Column(_("Act or measure"), "act", width=40),
    Column(_("Unit"), of=lambda one: named(reference.units(), one.unit_id), width=28),
    Column(_("Filed"), "filed_on", width=12),
    Column(_("Outcome"), of=lambda one: one.get_outcome_display(), width=20),
)
QUESTION_COLUMNS = (
    Column(_("Question"), "what", width=60),
    Column(_("Case"), of=lambda one: one.complaint.case.number),
    Column(_("Unit"), of=lambda one: named(reference.units(), one.unit_id), width=28),
    Column(_("Answer by"), "due_on", width=12),
    Column(_("Answered"), "done_on", width=12),
)
IMPORT_COLUMNS = (
    Column(_("File"), "file_name", width=40),
    Column(_("Source"), "source", width=24),
    Column(_("State"), of=lambda one: one.get_state_display()),
    Column(_("Read"), "rows_read"),
    Column(_("Taken"), "rows_taken"),
    Column(_("Known already"), "rows_known"),
    Column(_("Refused"), "rows_refused"),
    Column(_("When"), "created_at"),
    Column(_("Who"), of=lambda one: named(reference.people(), one.created_by_id), width=24),
)
KIND_COLUMNS = (
    Column(_("Kind"), of=str, width=40),
    Column(_("Legal basis"), "law", width=28),
    Column(_("In use from"), "valid_from", width=12),
    Column(_("Last day in use"), "valid_to", width=12),
)


def challenge_rows(user: User, query: QueryDict, today: date) -> QuerySet:
    return challenge_page.narrowed(query, user=user).select_related("case").order_by("-filed_on", "-pk")


def question_rows(user: User, query: QueryDict, today: date) -> QuerySet:
    find = unit_questions.asked_of if query.get("state") == "all" else unit_questions.waiting_of
    return find(user).select_related("complaint__case").order_by("-pk")


def import_rows(user: User, query: QueryDict, today: date) -> QuerySet:
    return ImportBatch.objects.order_by("-pk")


def kind_rows(user: User, query: QueryDict, today: date) -> QuerySet:
    kinds = CaseKind.objects.all() if query.get("state") == "all" else CaseKind.objects.in_use(today)
    return kinds.order_by("position", "name_et", "pk")


gates.register_open("complaints.importbatch")
gates.register_open("complaints.casekind")
OF_CASE = {Case._meta.label_lower: "case_id"}
for _listing in (
    Listing("challenges", _("Challenges"), Challenge, P.CASE_EXPORT, lambda user: CHALLENGE_COLUMNS, challenge_rows, page="complaints:challenge_list", leads_to=OF_CASE),
    Listing("unit-questions", _("Questions to my unit"), InvestigationTask, P.UNIT_QUESTION_ANSWER, lambda user: QUESTION_COLUMNS, question_rows, page="complaints:unit_question_list"),
    Listing("imports", _("Imports"), ImportBatch, P.CASE_IMPORT, lambda user: IMPORT_COLUMNS, import_rows, page="complaints:import_list"),
    Listing("kinds", _("Kinds and terms"), CaseKind, (P.CASE_VIEW, P.RULES_EDIT), lambda user: KIND_COLUMNS, kind_rows, page="complaints:kind_list"),
):  # fmt: skip
    register(_listing)

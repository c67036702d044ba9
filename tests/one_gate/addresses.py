"""Addresses of the desk: those of one hidden object, which answer 404; those that list, search or write files, which leave it out."""

from django.urls import NoReverseMatch, reverse

from tests.one_gate.world import PHONES, WORD, Hidden

# --- Of one object ----------------------------------------------------------------------------------------------------
# Page → the names of the objects of a hidden case that it can be asked for, with how its address is made of one.
OF_OBJECT = {
    "complaints:contact_detail": [("contact", lambda one: {"key": one.key})],
    "complaints:contact_edit": [("contact", lambda one: {"key": one.key})],
    "complaints:contact_open_case": [("contact", lambda one: {"key": one.key})],
    "complaints:contact_undo": [("contact", lambda one: {"key": one.key})],
    "complaints:contact_person": [("party", lambda one: {"pk": one.pk})],
    "complaints:unit_question": [("question", lambda one: {"pk": one.pk})],
    "complaints:party_detail": [("party", lambda one: {"pk": one.pk})],
    "complaints:party_edit": [("party", lambda one: {"pk": one.pk})],
    "feedback:text_look": [
        (name, lambda one: {"code": one.response.survey.code, "pk": one.pk}) for name in ("identified_text", "confidential_text")
    ],
    "feedback:invitation_cancel": [("planned", lambda one: {"code": one.survey.code, "pk": one.pk})],
    "feedback:phone_answer": [("call", lambda one: {"pk": one.pk})],
    "feedback:phone_outcome": [("call", lambda one: {"pk": one.pk})],
    **{
        f"feedback:follow_up_{page}": [(name, lambda one: {"pk": one.pk}) for name in ("identified_follow_up", "confidential_follow_up")]
        for page in ("detail", "give", "identity")
    },
    **{
        f"quality:improvement_{page}": [(name, lambda one: {"number": one.number}) for name in ("complaint", "follow_up")]
        for page in ("detail", "edit", "move", "judge", "task_add", "note", "tell")
    },
    "quality:improvement_task_done": [
        (name, lambda one: {"number": one.number, "pk": one.tasks.get().pk}) for name in ("complaint", "follow_up")
    ],
    "quality:praise_take_down": [("praise", lambda one: {"pk": one.pk})],
    "staff:time_take_back": [("worked", lambda one: {"pk": one.pk})],
    "bureau:outgoing_mail_detail": [("mail", lambda one: {"public_id": one.public_id})],
    "bureau:outgoing_mail_retry": [("mail", lambda one: {"public_id": one.public_id})],
    "bureau:outgoing_mail_cancel": [("mail", lambda one: {"public_id": one.public_id})],
    "bureau:outgoing_mail_confirm": [("mail", lambda one: {"public_id": one.public_id})],
}  # fmt: skip
# For whoever made the row or was asked, and for nobody else.
ONLY_OWN = ("complaints:contact_undo", "complaints:unit_question", "staff:time_take_back")
# Pages of a case: every address that begins so, with what stands in it beside the number.
OF_CASE = (
    "cases/<str:number>/",
    "complaints/<str:number>/",
    "challenges/<str:number>/",
)
# The letter itself shows neither recipient nor text; whoever keeps the mail sees how it fares but when it is about them.
ONLY_WHEN_CONCERNED = "bureau:outgoing_mail_"


def of_case(page: str, hidden: Hidden, people) -> str:
    """The address of a page of the case."""
    made = hidden.objects
    part = made.get("remedy" if "remedy" in page else "step")
    beside = {"pk": part.pk if part else 1, "user_id": people.liis.pk, "key": made["letter"].key}
    for names in ((), ("pk",), ("user_id",), ("key",)):
        try:
            return reverse(page, kwargs={"number": hidden.case.number, **{name: beside[name] for name in names}})
        except NoReverseMatch:
            continue
    raise AssertionError(page)


# --- Lists, searches, files -------------------------------------------------------------------------------------------
SURVEY_PAGES = (
    "feedback:survey_detail", "feedback:results", "feedback:response_list", "feedback:text_list", "feedback:invitation_rules",
    "feedback:invitation_list", "feedback:recipient_list_new", "feedback:survey_settings", "feedback:survey_versions",
    "feedback:answer_import_new",
)  # fmt: skip
QUERIES = {
    "bureau:search": [f"?q={WORD}", "?q=Zz", *(f"?q={phone}" for phone in PHONES.values())],
    "bureau:notification_list": ["?state=unread"],
    "bureau:audit": ["?what=survey", "?what=follow_up"],
    "bureau:outgoing_mail_list": ["?state=attention"],
    "complaints:case_list": ["?status=all", f"?status=all&q={WORD}", "?restricted=yes&status=all", "?followed=yes&status=all"],
    "complaints:case_new_parties": ["?who=Zz", f"?who={PHONES['concerned']}", "?party_name=Zz"],
    "complaints:case_new_duplicates": [f"?title={WORD}"],
    "complaints:contact_list": [f"?q={WORD}", "?mine=no", "?outcome=case"],
    "complaints:contact_finder": ["?who=Zz", *(f"?who={phone}" for phone in PHONES.values())],
    "complaints:party_list": ["?q=Zz", *(f"?q={phone}" for phone in PHONES.values())],
    "complaints:complaint_list": ["?stage=all"],
    "complaints:unit_question_list": ["?state=all"],
    "feedback:follow_up_list": ["?state=all", "?state=late", "?state=new", "?state=open"],
    "feedback:text_list": ["?state=new", "?state=released", "?state=all"],
    "feedback:invitation_list": ["?state=answered", "?state=planned"],
    "quality:improvement_list": ["?state=all", "?state=mine"],
}  # fmt: skip
EXPORTS = (
    "complaints:case_export", "complaints:contact_export", "complaints:party_export", "complaints:complaint_export",
    "quality:improvement_export", "bureau:deed_export",
)  # fmt: skip
EXPORT_QUERIES = {"complaints:case_export": "?status=all", "complaints:complaint_export": "?stage=all", "quality:improvement_export": "?state=all"}  # fmt: skip


def crawled(world, reader: str) -> dict[str, list[str]]:
    """Page → addresses that list, for pages whose address names something that everybody of the role may open."""
    people, month = world.people, world.today.replace(day=1)
    job = [one.objects["reports"][reader] for one in world.hidden.values()]
    issued = {"number": world.issue.report.number, "issue": world.issue.number}
    codes = [survey.code for survey in world.surveys.values()]
    found = {page: [reverse(page, args=[code]) for code in codes] for page in SURVEY_PAGES}
    found |= {
        "complaints:case_detail": [reverse("complaints:case_detail", args=[world.shown.number])],
        "bureau:job_detail": [reverse("bureau:job_detail", args=[one.public_id]) for one in job],
        "bureau:job_rows": [reverse("bureau:job_rows", args=[one.public_id]) for one in job],
        "bureau:person_detail": [reverse("bureau:person_detail", args=[getattr(people, name).pk]) for name in ("liis", "mari")],
        "quality:measurement_rows": [reverse("quality:measurement_rows", args=[one.pk]) for one in world.measured],
        "quality:report_issue": [reverse("quality:report_issue", kwargs=issued)],
        "quality:report_figure": [reverse("quality:report_figure", kwargs=issued | {"figure": "gate"})],
        "quality:report_draft": [reverse("quality:report_draft", args=[world.draft.number])],
        "quality:indicator_detail": [reverse("quality:indicator_detail", args=["cases_registered"])],
        "bureau:calendar_year": [reverse("bureau:calendar_year", args=[month.year])],
        "complaints:case_bulk": [reverse("complaints:case_bulk", args=[one.public_id]) for one in job],
    }  # fmt: skip
    return found


# Pages of an object that leads to no case: what they name, by the beginning of their address.
OF_NO_CASE = {
    "accounts/": "signing in", "drafts/": "one's own unfinished text, written and never read", "people/": "a person", "roles/": "a person",
    "absences/": "a person", "substitutions/": "a person", "structure/": "a list", "calendar/": "a day", "rules/": "a term",
    "lists/": "a list: all files out are asked apart, files in by tests/bureau/test_list_files.py", "cases/views/": "a saved view", "imports/": "a file before it became cases, and the mapping", "surveys/": "a survey and its parts",
    "answer/": "the client's own door", "staffing/": "shifts and events",
    "indicators/": "figures", "board/": "praise, campaigns and pledges", "reports/": "reports", "jobs/": "a job; its file and rows are asked apart",
    "notifications/": "one's own notice; asked apart", "cases/assign/": "a job",
}  # fmt: skip

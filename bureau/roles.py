"""What each role may do. Read it aloud: a change here is a reviewed change of rights.

Who holds a role, from when to when, over which unit and as whose substitute is data (`RoleHolding`, `Substitution`).
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Permission(StrEnum):
    # Contacts and cases
    CONTACT_LOG = "contact.log"
    CONTACT_VIEW = "contact.view"
    PARTY_VIEW = "party.view"
    PARTY_CHANGE = "party.change"
    CASE_VIEW = "case.view"
    CASE_VIEW_ALL_UNITS = "case.view_all_units"
    CASE_VIEW_RESTRICTED = "case.view_restricted"
    CASE_REGISTER = "case.register"
    CASE_HANDLE = "case.handle"
    # Words for colleagues in a case that one sees; nothing of it reaches the client.
    CASE_NOTE = "case.note"
    CASE_ASSIGN = "case.assign"
    CASE_EXTEND = "case.extend"
    CASE_RESTRICT = "case.restrict"
    CASE_EXPORT = "case.export"
    CASE_IMPORT = "case.import"
    # What clients say
    SURVEY_EDIT = "survey.edit"
    SURVEY_PUBLISH = "survey.publish"
    SURVEY_SEND = "survey.send"
    SURVEY_RESULTS = "survey.results"
    SURVEY_RESPONSES = "survey.responses"
    SURVEY_ANSWER_FOR = "survey.answer_for"
    SURVEY_OPEN_LINK = "survey.open_identity"
    SURVEY_EXPORT = "survey.export"
    FOLLOW_UP = "survey.follow_up"
    FOLLOW_UP_ASSIGN = "survey.follow_up_assign"
    # Complaints
    COMPLAINT_VIEW = "complaint.view"
    COMPLAINT_HANDLE = "complaint.handle"
    COMPLAINT_ASSESS = "complaint.assess"
    COMPLAINT_DECIDE = "complaint.decide"
    # What an investigation asks of one's unit, whether or not its case is the unit's.
    UNIT_QUESTION_ANSWER = "complaint.answer_unit_question"
    # The team
    DASHBOARD_VIEW = "dashboard.view"
    UNIT_DASHBOARD_VIEW = "dashboard.view_unit"
    ABSENCE_RECORD = "absence.record"
    SUBSTITUTION_RECORD = "substitution.record"
    # One's own working time and figures; those of persons only for the head (and who stands in for the head).
    TIME_LOG = "workload.own"
    WORKLOAD_TEAM = "workload.team"
    STAFFING_VIEW = "staffing.view"
    STAFFING_EDIT = "staffing.edit"
    # Quality
    INDICATOR_VIEW = "indicator.view"
    INDICATOR_VIEW_UNIT = "indicator.view_unit"
    INDICATOR_EDIT = "indicator.edit"
    INDICATOR_AGREE = "indicator.agree"
    IMPROVEMENT_VIEW = "improvement.view"
    IMPROVEMENT_VIEW_ALL = "improvement.view_all"
    IMPROVEMENT_EDIT = "improvement.edit"
    CULTURE_EDIT = "culture.edit"
    # Reports: issued ones; one's unit's; the draft and what is written in it; freezing it; deciding on it.
    REPORT_VIEW = "report.view"
    REPORT_VIEW_UNIT = "report.view_unit"
    REPORT_EDIT = "report.edit"
    REPORT_ISSUE = "report.issue"
    REPORT_DECIDE = "report.decide"
    # Settings
    STRUCTURE_EDIT = "structure.edit"
    CALENDAR_EDIT = "calendar.edit"
    RULES_EDIT = "rules.edit"
    PEOPLE_EDIT = "people.edit"
    ROLES_GRANT = "roles.grant"
    # Trust
    AUDIT_VIEW = "audit.view"
    READING_TRAIL_VIEW = "audit.view_reading"
    JOBS_VIEW_ALL = "jobs.view_all"
    SYSTEM_STATUS_VIEW = "system.view_status"
    MAIL_KEEP = "mail.keep"


@dataclass(frozen=True)
class Role:
    code: str
    name: str | Promise
    grants: frozenset[Permission]
    needs_unit: bool = False


P = Permission

SPECIALIST = Role(
    "specialist",
    pgettext_lazy("role", "Specialist"),
    frozenset(
        {
            P.CONTACT_LOG, P.CONTACT_VIEW, P.PARTY_VIEW, P.PARTY_CHANGE,
            P.COMPLAINT_VIEW, P.COMPLAINT_HANDLE,
            P.CASE_VIEW, P.CASE_VIEW_ALL_UNITS, P.CASE_REGISTER, P.CASE_HANDLE, P.CASE_NOTE, P.CASE_RESTRICT,
            P.CASE_EXPORT, P.SURVEY_ANSWER_FOR, P.FOLLOW_UP, P.TIME_LOG, P.IMPROVEMENT_VIEW,
        }
    ),
)  # fmt: skip
CHIEF_SPECIALIST = Role(
    "chief_specialist",
    pgettext_lazy("role", "Chief specialist"),
    SPECIALIST.grants
    | {
        P.CASE_ASSIGN, P.CASE_EXTEND, P.CASE_VIEW_RESTRICTED, P.CASE_IMPORT,
        P.COMPLAINT_ASSESS, P.COMPLAINT_DECIDE,
        P.DASHBOARD_VIEW, P.ABSENCE_RECORD,
        P.SURVEY_EDIT, P.SURVEY_SEND, P.SURVEY_RESULTS, P.SURVEY_RESPONSES, P.SURVEY_EXPORT, P.FOLLOW_UP_ASSIGN,
        P.STAFFING_VIEW, P.STAFFING_EDIT, P.INDICATOR_VIEW, P.IMPROVEMENT_VIEW_ALL, P.IMPROVEMENT_EDIT,
        P.REPORT_VIEW, P.REPORT_EDIT,
    },
)  # fmt: skip
HEAD_OF_BUREAU = Role(
    "head_of_bureau",
    pgettext_lazy("role", "Head of bureau"),
    CHIEF_SPECIALIST.grants
    | {
        P.SUBSTITUTION_RECORD, P.STRUCTURE_EDIT, P.CALENDAR_EDIT, P.RULES_EDIT, P.PEOPLE_EDIT,
        P.AUDIT_VIEW, P.JOBS_VIEW_ALL, P.SYSTEM_STATUS_VIEW, P.MAIL_KEEP,
        P.SURVEY_PUBLISH, P.SURVEY_OPEN_LINK,
        P.WORKLOAD_TEAM, P.INDICATOR_EDIT, P.CULTURE_EDIT, P.REPORT_ISSUE,
    },
)  # fmt: skip
HEAD_OF_DEPARTMENT = Role(
    "head_of_department",
    pgettext_lazy("role", "Head of department"),
    frozenset(
        {
            P.CONTACT_VIEW, P.PARTY_VIEW, P.CASE_VIEW, P.CASE_VIEW_ALL_UNITS, P.CASE_VIEW_RESTRICTED, P.CASE_ASSIGN,
            P.CASE_NOTE, P.COMPLAINT_VIEW, P.COMPLAINT_DECIDE,
            P.CASE_EXTEND, P.CASE_EXPORT, P.DASHBOARD_VIEW, P.SUBSTITUTION_RECORD, P.ABSENCE_RECORD, P.AUDIT_VIEW,
            P.SURVEY_RESULTS, P.SURVEY_RESPONSES, P.SURVEY_EXPORT,
            P.STAFFING_VIEW, P.INDICATOR_VIEW, P.INDICATOR_AGREE, P.IMPROVEMENT_VIEW, P.IMPROVEMENT_VIEW_ALL, P.IMPROVEMENT_EDIT,
            P.REPORT_VIEW, P.REPORT_DECIDE,
        }
    ),
)  # fmt: skip
UNIT_HEAD = Role(
    "unit_head",
    pgettext_lazy("role", "Unit head"),
    frozenset(
        {
            P.CONTACT_VIEW, P.PARTY_VIEW, P.COMPLAINT_VIEW, P.CASE_VIEW, P.CASE_NOTE, P.CASE_EXPORT, P.UNIT_QUESTION_ANSWER,
            P.UNIT_DASHBOARD_VIEW,
            P.SURVEY_RESULTS, P.SURVEY_RESPONSES, P.FOLLOW_UP, P.INDICATOR_VIEW_UNIT, P.IMPROVEMENT_VIEW,
            P.REPORT_VIEW_UNIT,
        }
    ),
    needs_unit=True,
)  # fmt: skip
DATA_PROTECTION_OFFICER = Role(
    "data_protection_officer",
    pgettext_lazy("role", "Data-protection officer"),
    frozenset(
        {
            P.CONTACT_VIEW, P.PARTY_VIEW, P.COMPLAINT_VIEW, P.CASE_VIEW, P.CASE_VIEW_ALL_UNITS, P.CASE_VIEW_RESTRICTED,
            P.CASE_RESTRICT, P.CASE_NOTE, P.AUDIT_VIEW, P.READING_TRAIL_VIEW,
        }
    ),
)  # fmt: skip
# Keeps the house running and sees no content: no contact, no case, no party.
ADMINISTRATOR = Role(
    "administrator",
    pgettext_lazy("role", "Administrator"),
    frozenset({P.PEOPLE_EDIT, P.ROLES_GRANT, P.SYSTEM_STATUS_VIEW, P.MAIL_KEEP}),
)

ROLES: dict[str, Role] = {
    role.code: role
    for role in (
        SPECIALIST, CHIEF_SPECIALIST, HEAD_OF_BUREAU, HEAD_OF_DEPARTMENT, UNIT_HEAD, DATA_PROTECTION_OFFICER, ADMINISTRATOR,
    )
}  # fmt: skip

# Who may stand in for whom: chief specialist ↔ head of bureau ↔ head of department; others within their own role.
SUBSTITUTION_CHAIN: dict[str, frozenset[str]] = {
    "specialist": frozenset({"specialist", "chief_specialist", "head_of_bureau"}),
    "chief_specialist": frozenset({"head_of_bureau", "specialist"}),
    "head_of_bureau": frozenset({"chief_specialist", "head_of_department"}),
    "head_of_department": frozenset({"head_of_bureau"}),
    "unit_head": frozenset({"unit_head", "head_of_department"}),
    "data_protection_officer": frozenset({"data_protection_officer", "head_of_department"}),
    "administrator": frozenset({"administrator"}),
}

NO_ROLE = _("no role")

"""Reports: the register, a draft with what is written in it, an issue with its rows, files, questions and decisions."""

from quality import reports
from quality.models import Report, ReportIssue
from tests.factories.reports import (
    ISSUED_ON,
    MONTH,
    ReportAskFactory,
    ReportQuoteFactory,
    answered_cases,
    confirmed,
    draft,
)
from tests.matrix import Row

MAKES = "peeter jaan"
WHOLE = "peeter jaan tiina"
ALL = "peeter jaan tiina kai"
# A unit head without figures of the own unit has no pack to read; what is not issued is nobody's to see.
NO_PACK = {"kai": 404}


def begun(people) -> Report:
    """A draft over measured cases; the month that the matrix goes by is not issued by anybody."""
    found = Report.objects.filter(period="month", first_day=MONTH).first()
    if found is None:
        answered_cases(True, True, True, False, True)
        found = draft()
        reports.send_to_units(report=found, by=people.jaan)
    return found


def of_draft(people):
    return {"number": begun(people).number}


def comment(people):
    return {"number": begun(people).number, "about": "answered_on_time"}


def ask(people):
    return {"number": begun(people).number, "pk": ReportAskFactory(report=begun(people), written_by=people.jaan).pk}


def quote(people):
    return {"number": begun(people).number, "pk": ReportQuoteFactory(report=begun(people), chosen_by=people.jaan).pk}


def issued(people) -> ReportIssue:
    month = MONTH.replace(month=8)
    found = ReportIssue.objects.filter(report__first_day=month).first()
    if found is None:
        answered_cases(True, True, True, False, True, month=month)
        report = draft(month=month)
        reports.ask_decision(report=report, text="Kas jah?", text_en="", by=people.jaan)
        found = reports.issue(report=report, by=people.jaan, today=ISSUED_ON)
    return found


def of_issue(people):
    return {"number": issued(people).report.number, "issue": issued(people).number}


def figure(people):
    return of_issue(people) | {"figure": "cases_registered"}


def draft_figure(people):
    return {"number": begun(people).number, "issue": 0, "figure": "answered_on_time"}


def paper(people):
    return of_issue(people) | {"form": "json"}


def question(people):
    return of_issue(people) | {"pk": reports.ask(made=issued(people), about="", text="Miks?", by=people.tiina).pk}


COMMENT = {"what": "Langes", "why": "Puhkused", "action": "Asendaja", "owner": "", "due_on": ""}
DECISION = {"asked": "", "outcome": "later", "text": "Arutame kevadel", "owner": "", "due_on": ""}

ROWS = [
    Row("quality:report_list", may=ALL),
    Row("quality:report_new", may=MAKES),
    Row("quality:report_new", may=MAKES, method="post", data={"period": "week"}, answer=422),
    Row("quality:report_draft", may="peeter jaan kai", of=of_draft),
    Row("quality:report_comment", may="peeter jaan", of=comment, answers={"kai": 404}),
    Row("quality:report_comment", may="peeter jaan", of=comment, method="post", data=COMMENT, answer=302, answers={"kai": 404}),
    Row("quality:report_ask", may=MAKES, of=of_draft, method="post", data={"text": "Kas jah?"}, answer=302),
    Row("quality:report_ask_drop", may=MAKES, of=ask, method="post", answer=302),
    Row("quality:report_quote", may=MAKES, of=of_draft, method="post", data={"text": "Tänan"}, answer=302),
    Row("quality:report_quote_drop", may=MAKES, of=quote, method="post", answer=302),
    Row("quality:report_to_units", may=MAKES, of=of_draft, method="post", answer=302),
    Row("quality:report_to_head", may=MAKES, of=of_draft, method="post", answer=302),
    Row("quality:report_issue_now", may="jaan", of=of_draft),
    Row("quality:report_issue_now", may="jaan", of=of_draft, method="post", answer=422, data={"readers": "0"}),
    Row("quality:report_issue_now", may="jaan", of=of_draft, method="post", answer=302, data=lambda people: confirmed(begun(people))),
    Row("quality:report_correct", may="jaan", of=lambda people: {"number": issued(people).report.number}, method="post", answer=302),
    Row("quality:report_issue", may=WHOLE, of=of_issue, answers=NO_PACK),
    Row("quality:report_figure", may=WHOLE, of=figure, answers=NO_PACK),
    Row("quality:report_figure", may=MAKES, of=draft_figure, answers={"kai": 404, "tiina": 404}),
    Row("quality:report_file", may=WHOLE, of=paper, answers=NO_PACK),
    Row("quality:report_read", may=WHOLE, of=of_issue, method="post", answer=302, answers=NO_PACK),
    Row("quality:report_question", may=WHOLE, of=of_issue, method="post", data={"text": "Miks?"}, answer=302, answers=NO_PACK),
    Row("quality:report_answer", may=MAKES, of=question, method="post", data={"text": "Puhkused"}, answer=302),
    Row("quality:report_decide", may="tiina", of=of_issue, method="post", data=DECISION, answer=302),
]  # fmt: skip

"""Where each model stands: rows of it lead to a case, or to none and why. A model without a place fails the test."""

# Rows are made in `world.py` for a complaint about the reader, a restricted case and one of another unit.
LEADS_TO_CASE = frozenset(
    [
        "bureau.Deed",
        "bureau.ReadingRecord",
        "bureau.Job",
        "bureau.FileRows",
        "bureau.JobRow",
        "bureau.OutgoingMail",
        "bureau.MailAttempt",
        "bureau.OutgoingAttachment",
        "bureau.Notification",
        "bureau.Draft",
        "complaints.Case",
        "complaints.CaseAccess",
        "complaints.CaseFollower",
        "complaints.SearchDocument",
        "complaints.Challenge",
        "complaints.ChallengeTerm",
        "complaints.ChallengeMove",
        "complaints.Clock",
        "complaints.ClockEvent",
        "complaints.Complaint",
        "complaints.Complaint_next_instances",
        "complaints.ComplaintPerson",
        "complaints.ComplaintTarget",
        "complaints.ComplaintMove",
        "complaints.ComplaintEscalation",
        "complaints.InvestigationTask",
        "complaints.Evidence",
        "complaints.Remedy",
        "complaints.Contact",
        "complaints.ImportBatch",
        "complaints.ImportedRow",
        "complaints.CaseNote",
        "complaints.Message",
        "complaints.CaseLink",
        "complaints.Forwarding",
        "complaints.Party",
        "feedback.Invitation",
        "feedback.InvitationToken",
        "feedback.InvitationDecision",
        "feedback.Response",
        "feedback.ConfidentialLink",
        "feedback.OpenAnswer",
        "feedback.OpenAnswerCause",
        "feedback.UnfinishedAnswer",
        "feedback.FollowUp",
        "feedback.ContactWish",
        "staff.WorkEntry",
        "quality.Improvement",
        "quality.ImprovementTask",
        "quality.ImprovementNote",
        "quality.Praise",
        "quality.Measurement",
        "quality.MeasurementRows",
        "quality.ReportQuote",
        "quality.ReportRows",
    ]
)

WHY_NOT = {
    "lists and settings that everybody shares": """
        bureau.CalendarDay bureau.OpeningHours bureau.Unit bureau.Service bureau.OutsideBody bureau.Topic bureau.Channel
        bureau.RestrictionBasis bureau.Cause bureau.NextInstance complaints.CaseKind complaints.DeadlineRule
        complaints.NumberSeries complaints.ImportMap staff.WorkKind staff.KindWeight staff.PhoneQueue
    """,
    "people, their roles and days": """
        bureau.User bureau.User_skills bureau.RoleHolding bureau.Substitution bureau.Absence staff.Shift
    """,
    "a person's own way of working; what its address finds goes through the gate of the list": """
        bureau.SavedView bureau.ListSetting
    """,
    "what a form was answered, said again to whoever sent it and to nobody else": "bureau.Submission",
    "digests that prove rows and tell nothing of them": "bureau.SealShape bureau.SealMark bureau.Seal",
    "digests of addresses that are being added, kept a day and shown nowhere": "complaints.AddressClaim",
    "figures without a row behind them": """
        complaints.DayCount complaints.HourCount complaints.ChangedDay complaints.CountedUntil staff.QueueInterval
        staff.LoadEvent staff.Forecast staff.ForecastValue quality.Indicator quality.Passport quality.Target quality.Rebase
        quality.Restatement quality.Signal
    """,
    "a survey as it is asked of everybody": """
        feedback.Survey feedback.Questionnaire feedback.InvitationRule feedback.InvitationRule_kinds
        feedback.InvitationRule_channels feedback.InvitationRule_topics feedback.OpenLink
    """,
    "made so that nothing leads from it to anybody": "feedback.SpentToken feedback.AskedPerson feedback.Declined",
    "written for all readers of the report": """
        quality.Report quality.ReportComment quality.ReportAsk quality.ReportIssue quality.ReportPack quality.ReportReader
        quality.ReportQuestion quality.ReportDecision quality.OwnReport
    """,
    "culture: campaigns and pledges": """
        quality.Campaign quality.Campaign_units quality.CampaignReach quality.Pledge
    """,
}
LEADS_NOWHERE = {name: why for why, names in WHY_NOT.items() for name in names.split()}

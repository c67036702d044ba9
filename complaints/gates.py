"""The gates of this app by type of object, for rows elsewhere that lead here: files, notices, reports of jobs, deeds.

`register`: what exists for a person. `hide`: what even the right to read every deed does not open, a complaint about the
reader.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from bureau import gates
from bureau.models import OutgoingMail, User
from complaints import unit_questions
from complaints.models import Case, Challenge, Complaint, ComplaintPerson, Contact, Message, Party
from complaints.models.visibility import keys_seen_by

gates.register("complaints.case", lambda user: Case.objects.filter(pk__in=keys_seen_by(user)))
gates.register("complaints.complaint", lambda user: Complaint.objects.visible_to(user))
gates.register("complaints.challenge", lambda user: Challenge.objects.visible_to(user))
gates.register("complaints.contact", lambda user: Contact.objects.visible_to(user))
gates.register("complaints.party", lambda user: Party.objects.visible_to(user))
gates.register("complaints.investigationtask", unit_questions.asked_of)
# The number of a case in an address, whatever page of it is meant; a question to a unit is seen by the unit that is asked.
QUESTION = "^/unit-questions/([0-9]{1,18})/"
gates.register_address("complaints.case", "([A-Z]-[0-9]{4}-[0-9]+(-[0-9])?)", "number", unless=QUESTION)
gates.register_address("complaints.investigationtask", QUESTION, "pk")


def cases_hidden_from(user: User) -> QuerySet:
    """Keys of complaints that concern the person, or whom the person stands in for and sees by that right only."""
    people = [user.pk, *user.rights.acting_for]
    concerned = ComplaintPerson.objects.filter(user_id__in=people)
    if not user.rights.acting_for:
        return concerned.values("complaint_id")
    seen = Case.objects.visible_to(user).filter(pk=OuterRef("complaint_id"))
    return concerned.filter(~Exists(seen)).values("complaint_id")


def numbers_hidden_from(user: User) -> frozenset[str]:
    """Numbers of these complaints, which no link and no deed of another case may name."""
    return frozenset(Case.objects.filter(pk__in=cases_hidden_from(user)).values_list("number", flat=True))


def contacts_hidden_from(user: User) -> QuerySet:
    return Contact.objects.filter(case_id__in=cases_hidden_from(user)).values("pk")


def messages_hidden_from(user: User) -> QuerySet:
    return Message.objects.filter(case_id__in=cases_hidden_from(user)).values("pk")


def parties_hidden_from(user: User) -> QuerySet:
    """Of the parties of these complaints, those known from nothing else."""
    hidden = cases_hidden_from(user)
    of_them = Party.objects.filter(Q(cases__in=hidden) | Q(contacts__case_id__in=hidden)).values("pk")
    return (
        Party.objects.filter(pk__in=of_them).exclude(pk__in=Party.objects.visible_to(user).values("pk")).values("pk")
    )


def letters_hidden_from(user: User) -> QuerySet:
    """Letters about anything hidden, an invitation to a survey too."""
    return gates.keys_about_hidden(OutgoingMail.objects.all(), user)


def messages_closed_to(user: User) -> QuerySet:
    return Message.objects.filter(case__in=cases_closed_to(user))


def cases_closed_to(user: User) -> QuerySet:
    """Restricted cases that do not exist for the person."""
    return Case.objects.filter(is_restricted=True).exclude(pk__in=keys_seen_by(user))


gates.hide("complaints.case", cases_hidden_from)
gates.hide("complaints.complaint", cases_hidden_from)
gates.hide("complaints.challenge", cases_hidden_from)
gates.hide("complaints.contact", contacts_hidden_from)
gates.hide("complaints.message", messages_hidden_from)
gates.hide("complaints.party", parties_hidden_from)
gates.hide("bureau.outgoingmail", letters_hidden_from)
gates.close("complaints.case", cases_closed_to)
gates.close("complaints.message", messages_closed_to)
gates.hide_words(numbers_hidden_from)

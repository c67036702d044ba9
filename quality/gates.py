"""The gates of this app by type of object, for rows elsewhere that lead here: files, notices, deeds."""

from django.db.models import Q, QuerySet

from bureau import gates
from bureau.models import User
from complaints.gates import cases_hidden_from
from feedback.gates import follow_ups_hidden_from
from quality.models import Improvement

Source = Improvement.Source

gates.register("quality.improvement", lambda user: Improvement.objects.visible_to(user))
gates.register_address("quality.improvement", r"^/improvements/([^/]+)/", "number")


def improvements_hidden_from(user: User) -> QuerySet:
    of_case = Q(source=Source.COMPLAINT, source_id__in=cases_hidden_from(user))
    of_answer = Q(source=Source.FOLLOW_UP, source_id__in=follow_ups_hidden_from(user))
    return Improvement.objects.filter(of_case | of_answer).values("pk")


gates.hide("quality.improvement", improvements_hidden_from)

"""One indexed statement and a small template each. No form, no counts, no rights: that is the point of a floor."""

import uuid

from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.csrf import csrf_exempt

from bench.floor.models import OPEN, Case

ROWS = 50
SEARCH_SQL = """
    SELECT c.number, c.title, c.status, t.name_et, c.registered_at, c.due_on, u.first_name || ' ' || u.last_name, h.name_et
      FROM complaints_searchdocument d JOIN complaints_case c ON c.id = d.case_id
      JOIN bureau_channel h ON h.id = c.channel_id LEFT JOIN bureau_topic t ON t.id = c.topic_id
      LEFT JOIN bureau_user u ON u.id = c.assignee_id
     WHERE d.vector @@ websearch_to_tsquery('simple', %s) ORDER BY c.registered_on DESC, c.id DESC LIMIT 50
"""
INSERT_SQL = """
    INSERT INTO complaints_contact (key, at, "on", channel_id, direction, topic_id, outcome, note, was_dissatisfied,
                                    handled_by_id, language, is_backdated, is_restricted, created_at)
    VALUES (%s, now(), current_date, %s, 'in', %s, 'answered', %s, false, %s, 'et', false, false, now())
"""


def ping(request):
    return HttpResponse("ok")


@login_required
def case_list(request):
    cases = (
        Case.objects.filter(status__in=OPEN).order_by("due_on", "id").select_related("topic", "assignee", "channel")
    )
    rows = [
        (
            case.number, case.title, case.status, case.topic and case.topic.name_et, case.registered_at, case.due_on,
            case.assignee and f"{case.assignee.first_name} {case.assignee.last_name}", case.channel.name_et,
        )
        for case in cases.defer("description")[:ROWS]
    ]  # fmt: skip
    return render(request, "list.html", {"rows": rows})


@login_required
def case_detail(request, number):
    case = get_object_or_404(Case.objects.select_related("topic", "assignee", "channel"), number=number)
    return render(
        request, "detail.html", {"case": case, "messages": case.messages.select_related("author").order_by("at")}
    )


@login_required
def search(request):
    with connection.cursor() as cursor:
        cursor.execute(SEARCH_SQL, [request.GET["q"]])
        return render(request, "list.html", {"rows": cursor.fetchall()})


@csrf_exempt
@login_required
def contact_create(request):
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT_SQL,
            [uuid.uuid4(), request.POST["channel"], request.POST["topic"], request.POST["note"], request.user.pk],
        )
    return HttpResponse(status=302, headers={"Location": "/cases/"})

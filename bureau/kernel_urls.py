"""Addresses of the kernel's own pages: people, structure, calendar, audit, notices, settings."""

from django.urls import path, register_converter

from bureau.views import absence, audit, calendar, drafts, exports, jobs, notifications, people, settings, structure
from bureau.views.day_in_address import DayConverter

register_converter(DayConverter, "day")

urlpatterns: list = [
    path("drafts/token/", drafts.draft_token, name="draft_token"),
    path("drafts/signed-in/", drafts.signed_in_again, name="signed_in_again"),
    path("drafts/<slug:form>/save/", drafts.draft_save, name="draft_save"),
    path("drafts/<slug:form>/<str:subject>/save/", drafts.draft_save, name="draft_save"),
    path("drafts/<slug:form>/discard/", drafts.draft_discard, name="draft_discard"),
    path("drafts/<slug:form>/<str:subject>/discard/", drafts.draft_discard, name="draft_discard"),
    path("settings/", settings.settings_home, name="settings"),
    path("me/", settings.profile, name="profile"),
    path("notifications/", notifications.notification_list, name="notification_list"),
    path("notifications/read/", notifications.notification_read_all, name="notification_read_all"),
    path("notifications/<int:pk>/read/", notifications.notification_read, name="notification_read"),
    path("people/", people.person_list, name="person_list"),
    path("people/add/", people.person_add, name="person_add"),
    path("people/<int:pk>/", people.person_detail, name="person_detail"),
    path("people/<int:pk>/edit/", people.person_edit, name="person_edit"),
    path("people/<int:pk>/close/", people.person_close, name="person_close"),
    path("people/<int:pk>/open/", people.person_open, name="person_open"),
    path("people/<int:pk>/invite/", people.person_invite, name="person_invite"),
    path("people/<int:pk>/second-factor/reset/", people.person_reset_second_factor, name="person_reset_second_factor"),
    path("people/<int:pk>/roles/grant/", people.role_grant, name="role_grant"),
    path("roles/<int:pk>/end/", people.role_end, name="role_end"),
    path("absences/", absence.absence_list, name="absence_list"),
    path("absences/add/", absence.absence_add, name="absence_add"),
    path("absences/<int:pk>/edit/", absence.absence_edit, name="absence_edit"),
    path("absences/<int:pk>/remove/", absence.absence_remove, name="absence_remove"),
    path("substitutions/", absence.substitution_list, name="substitution_list"),
    path("substitutions/add/", absence.substitution_add, name="substitution_add"),
    path("substitutions/<int:pk>/end/", absence.substitution_end, name="substitution_end"),
    path("structure/", structure.structure_home, name="structure"),
    path("structure/<slug:slug>/", structure.structure_list, name="structure_list"),
    path("structure/<slug:slug>/add/", structure.structure_add, name="structure_add"),
    path("structure/<slug:slug>/<slug:code>/", structure.structure_edit, name="structure_edit"),
    path("structure/<slug:slug>/<slug:code>/close/", structure.structure_close, name="structure_close"),
    path("structure/<slug:slug>/<slug:code>/delete/", structure.structure_delete, name="structure_delete"),
    path("calendar/", calendar.calendar_now, name="calendar"),
    path("calendar/hours/", calendar.opening_hours, name="opening_hours"),
    path("calendar/<int:year>/", calendar.calendar_year, name="calendar_year"),
    path("calendar/<int:year>/fill/", calendar.calendar_year_fill, name="calendar_year_fill"),
    path("calendar/<day:day>/", calendar.calendar_day, name="calendar_day"),
    path("audit/", audit.deed_list, name="audit"),
    path("audit/export/", exports.deed_export, name="deed_export"),
    path("audit/readings/", audit.reading_trail, name="reading_trail"),
    path("jobs/", jobs.job_list, name="job_list"),
    path("jobs/<uuid:public_id>/", jobs.job_detail, name="job_detail"),
    path("jobs/<uuid:public_id>/cancel/", jobs.job_cancel, name="job_cancel"),
    path("jobs/<uuid:public_id>/file/", jobs.job_file, name="job_file"),
    path("jobs/<uuid:public_id>/rows/", jobs.job_rows, name="job_rows"),
    path("jobs/<uuid:public_id>/rows/export/", jobs.job_rows_export, name="job_rows_export"),
]

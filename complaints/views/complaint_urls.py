"""Addresses of the list of complaints and of the deeds on one. A complaint is named by the number of its case."""

from django.urls import path

from complaints.views import complaints

urlpatterns = [
    path("", complaints.complaint_list_view, name="complaint_list"),
    path("<str:number>/treat/", complaints.complaint_treat, name="complaint_treat"),
    path("<str:number>/acknowledge/", complaints.complaint_acknowledge, name="complaint_acknowledge"),
    path("<str:number>/assess/", complaints.complaint_assess, name="complaint_assess"),
    path("<str:number>/frontline/", complaints.complaint_stage_1, name="complaint_stage_1"),
    path("<str:number>/investigate/", complaints.complaint_stage_2, name="complaint_stage_2"),
    path("<str:number>/investigator/", complaints.complaint_investigator, name="complaint_investigator"),
    path("<str:number>/take-up/", complaints.complaint_take_up, name="complaint_take_up"),
    path("<str:number>/decide/", complaints.complaint_decide, name="complaint_decide"),
    path("<str:number>/close/", complaints.complaint_close, name="complaint_close"),
    path("<str:number>/withdraw/", complaints.complaint_withdraw, name="complaint_withdraw"),
    path("<str:number>/return/", complaints.complaint_return, name="complaint_return"),
    path("<str:number>/pass-on/", complaints.complaint_pass_on, name="complaint_pass_on"),
    path("<str:number>/thank/", complaints.complaint_thank, name="complaint_thank"),
    path("<str:number>/extend/", complaints.complaint_extend, name="complaint_extend"),
    path("<str:number>/lesson/", complaints.complaint_lesson, name="complaint_lesson"),
    path("<str:number>/person/", complaints.complaint_person, name="complaint_person"),
    path(
        "<str:number>/person/<int:user_id>/remove/", complaints.complaint_person_remove, name="complaint_person_remove"
    ),
    path("<str:number>/step/", complaints.complaint_step, name="complaint_step"),
    path("<str:number>/step/<int:pk>/done/", complaints.complaint_step_done, name="complaint_step_done"),
    path("<str:number>/step/<int:pk>/remove/", complaints.complaint_step_remove, name="complaint_step_remove"),
    path("<str:number>/evidence/", complaints.complaint_evidence, name="complaint_evidence"),
    path("<str:number>/remedy/", complaints.complaint_remedy, name="complaint_remedy"),
    path("<str:number>/remedy/<int:pk>/done/", complaints.complaint_remedy_done, name="complaint_remedy_done"),
]

"""Addresses of the dashboard, of indicators, improvement actions and culture."""

from django.urls import path

from quality.views import culture, dashboard, improvements, indicators

app_name = "quality"

urlpatterns = [
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("indicators/", indicators.indicator_list, name="indicator_list"),
    path("indicators/matrix/", indicators.indicator_matrix, name="indicator_matrix"),
    path("indicators/rows/<int:pk>/", indicators.measurement_rows, name="measurement_rows"),
    path("indicators/signals/<int:pk>/", indicators.signal_comment, name="signal_comment"),
    path("indicators/<slug:code>/", indicators.indicator_detail, name="indicator_detail"),
    path("indicators/<slug:code>/passport/", indicators.passport_propose, name="passport_propose"),
    path("indicators/<slug:code>/passport/agree/", indicators.passport_agree, name="passport_agree"),
    path("indicators/<slug:code>/target/", indicators.target_set, name="target_set"),
    path("indicators/<slug:code>/events/add/", indicators.rebase_add, name="rebase_add"),
    path("indicators/<slug:code>/events/<int:pk>/take-back/", indicators.rebase_take_back, name="rebase_take_back"),
    path("indicators/<slug:code>/restate/", indicators.restatement_ask, name="restatement_ask"),
    path("indicators/<slug:code>/restate/<int:pk>/", indicators.restatement_decide, name="restatement_decide"),
    path("improvements/", improvements.improvement_list, name="improvement_list"),
    path("improvements/new/", improvements.improvement_new, name="improvement_new"),
    path("improvements/<str:number>/", improvements.improvement_detail, name="improvement_detail"),
    path("improvements/<str:number>/edit/", improvements.improvement_edit, name="improvement_edit"),
    path("improvements/<str:number>/move/", improvements.improvement_move, name="improvement_move"),
    path("improvements/<str:number>/judge/", improvements.improvement_judge, name="improvement_judge"),
    path("improvements/<str:number>/tasks/add/", improvements.improvement_task_add, name="improvement_task_add"),
    path(
        "improvements/<str:number>/tasks/<int:pk>/done/",
        improvements.improvement_task_done,
        name="improvement_task_done",
    ),
    path("improvements/<str:number>/note/", improvements.improvement_note, name="improvement_note"),
    path("improvements/<str:number>/tell/", improvements.improvement_tell, name="improvement_tell"),
    path("board/", culture.board, name="board"),
    path("board/campaigns/add/", culture.campaign_edit, name="campaign_add"),
    path("board/campaigns/<int:pk>/", culture.campaign_edit, name="campaign_edit"),
    path("board/campaigns/<int:pk>/say/", culture.campaign_say, name="campaign_say"),
    path("board/praise/add/", culture.praise_put, name="praise_put"),
    path("board/praise/<int:pk>/take-down/", culture.praise_take_down, name="praise_take_down"),
    path("board/pledges/add/", culture.pledge_edit, name="pledge_add"),
    path("board/pledges/<int:pk>/", culture.pledge_edit, name="pledge_edit"),
    path("board/pledges/<int:pk>/judge/", culture.pledge_judge, name="pledge_judge"),
    path("you-said-we-did/", culture.you_said, name="you_said"),
]

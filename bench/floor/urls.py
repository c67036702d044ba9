from django.urls import path

from bench.floor import views

urlpatterns = [
    path("ping", views.ping),
    path("cases/", views.case_list),
    path("cases/<str:number>/", views.case_detail),
    path("search/", views.search),
    path("contacts/new/", views.contact_create),
]

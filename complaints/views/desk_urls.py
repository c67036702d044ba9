from django.urls import path

from complaints.views import desk

urlpatterns = [
    path("desk/", desk.desk, name="desk"),
    path("desk/take/", desk.desk_take, name="desk_take"),
]

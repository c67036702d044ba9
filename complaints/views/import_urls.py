from django.urls import path

from complaints.views import imports

urlpatterns = [
    path("", imports.import_list, name="import_list"),
    path("new/", imports.import_new, name="import_new"),
    path("maps/<int:pk>/", imports.map_download, name="map_download"),
    path("maps/<int:pk>/delete/", imports.map_delete, name="map_delete"),
    path("taken/<int:pk>/undo/", imports.import_undo, name="import_undo"),
    path("<uuid:public_id>/file/", imports.import_file, name="import_file"),
    path("<uuid:public_id>/columns/", imports.import_columns, name="import_columns"),
    path("<uuid:public_id>/words/", imports.import_words, name="import_words"),
    path("<uuid:public_id>/preview/", imports.import_preview, name="import_preview"),
    path("<uuid:public_id>/rehearse/", imports.import_rehearse, name="import_rehearse"),
    path("<uuid:public_id>/take/", imports.import_take, name="import_take"),
    path("<uuid:public_id>/discard/", imports.import_discard, name="import_discard"),
    path("<uuid:public_id>/map/", imports.import_map, name="import_map"),
    path("<uuid:public_id>/map/download/", imports.import_map_download, name="import_map_download"),
]

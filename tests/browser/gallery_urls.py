"""The desk's addresses with the page of all components, which stands only in development."""

from django.urls import path

from bureau.urls import handler400, handler403, handler404, handler500
from bureau.urls import urlpatterns as desk
from bureau.views import gallery

urlpatterns = [*desk, path("ui/", gallery.gallery, name="gallery")]

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

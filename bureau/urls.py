"""All addresses of the desk. Nouns, deeds as a verb at the end, public numbers and never primary keys of cases."""

from django.conf import settings
from django.urls import include, path

from bureau import home, search
from bureau.views import errors, health, statements

bureau_patterns = [
    path("", home.home, name="home"),
    path("waiting/", home.waiting, name="waiting"),
    path("search/", search.search, name="search"),
    path("language/", statements.language_choose, name="language_choose"),
    path("accessibility/", statements.accessibility_statement, name="accessibility_statement"),
    path("", include("bureau.kernel_urls")),
]

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("accounts/", include("bureau.account_urls")),
    path("", include((bureau_patterns, "bureau"))),
    path("", include("complaints.urls")),
    path("", include("feedback.urls")),
    path("", include("staff.urls")),
    path("", include("quality.urls")),
]

if settings.DEBUG:
    from bureau.views import gallery

    urlpatterns += [path("ui/", gallery.gallery, name="gallery")]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error

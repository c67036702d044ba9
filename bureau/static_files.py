"""Static files of production: hashed names, also where our script modules name each other, so that each is kept for ever."""

from functools import lru_cache

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    support_js_module_import_aggregation = True
    # Only in static/js/: htmx names files in its comments that are nowhere.
    _js_module_import_aggregation_patterns = (
        "js/*.js",
        CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1],
    )

    @lru_cache(1000)  # noqa: B019 - one storage lives as long as its process, and its files are gathered before it starts
    def url(self, name: str, force: bool = False) -> str:
        """Sixty addresses stand on a page, forty of them the same."""
        return super().url(name, force)

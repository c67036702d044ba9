"""Addresses of static files in production: hashed, and worked out once."""

import pytest
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage

from bureau.static_files import HashedStaticFiles


@pytest.fixture
def storage(tmp_path, settings):
    settings.DEBUG = False
    found = HashedStaticFiles(location=str(tmp_path), base_url="/static/")
    found.hashed_files = {"css/a.css": "css/a.1234.css"}
    return found


def test_an_address_is_hashed_and_worked_out_once(storage, monkeypatch):
    asked = []
    before = ManifestStaticFilesStorage.stored_name
    monkeypatch.setattr(
        ManifestStaticFilesStorage, "stored_name", lambda self, name: asked.append(name) or before(self, name)
    )

    assert [storage.url("css/a.css") for _ in range(3)] == ["/static/css/a.1234.css"] * 3
    assert asked == ["css/a.css"]


def test_a_file_that_is_missing_is_missing_each_time(storage):
    for _ in range(2):
        with pytest.raises(ValueError, match="gone.css"):
            storage.url("css/gone.css")

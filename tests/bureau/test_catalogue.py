import io
import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.template import Context, Engine
from django.test import override_settings
from django.utils import translation
from django.utils.translation import trans_real

from bureau import catalogue

PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext as p, npgettext_lazy
from django.utils import translation

_("Save")
_("Long " "sentence")
ngettext("%(n)s case", "%(n)s cases", len(_("nested")))
p("verb", "Open")
npgettext_lazy("phone", "%(n)s call", "%(n)s calls", "n")
translation.gettext("By its module")
_(computed)
note("not a message")
"""

TEMPLATE = """{% load i18n %}{# It's a comment #}
<p class="it's">{% translate "Save" %} õ</p>
  {% translate "Open" context "verb" %}
    {% blocktranslate trimmed with name=party.name %}
      Dear   {{ name }},
      we're "glad"
    {% endblocktranslate %}
{% blocktranslate trimmed count n=cases context "desk" %}
  {{ n }} case
{% plural %}
  {{ n }} cases
{% endblocktranslate %}
{% blocktranslate count n=cases %}{{ n }} call{% plural %}{{ n }} calls{% endblocktranslate %}
{% include "x.html" with label=_("Label") only %}
{{ value|default:_("Nothing") }}{{ _("Alone") }}
{% translate "50% done" as share %}{{ share }}
{% comment %}{% translate "Not this" %}{% endcomment %}
"""


@pytest.fixture
def project(tmp_path):
    """A small project with one module and one template."""
    (tmp_path / "bureau").mkdir()
    (tmp_path / "bureau" / "words.py").write_text(PYTHON)
    (tmp_path / "templates" / "bureau").mkdir(parents=True)
    (tmp_path / "templates" / "bureau" / "page.html").write_text(TEMPLATE)
    return tmp_path


@contextmanager
def in_estonian(project):
    """Estonian, with the small project's catalogue in place of ours."""
    trans_real._translations = {}
    with override_settings(LOCALE_PATHS=[project / "locale"]), translation.override("et"):
        yield
    trans_real._translations = {}


def add(project, translations):
    return catalogue.update(project, translations)


def po(project):
    return catalogue.po_path(project).read_text()


def test_python_messages_are_found_under_the_name_they_were_imported_by():
    assert set(catalogue.python_messages(PYTHON)) == {
        ("", "Save", ""),
        ("", "Long sentence", ""),
        ("", "nested", ""),
        ("", "By its module", ""),
        ("", "%(n)s case", "%(n)s cases"),
        ("verb", "Open", ""),
        ("phone", "%(n)s call", "%(n)s calls"),
    }


def test_template_messages_are_found_with_plural_context_and_trimmed_block():
    assert set(catalogue.template_messages(TEMPLATE)) == {
        ("", "Save", ""),
        ("verb", "Open", ""),
        ("", 'Dear   %(name)s, we\'re "glad"', ""),
        ("desk", "%(n)s case", "%(n)s cases"),
        ("", "%(n)s call", "%(n)s calls"),
        ("", "Label", ""),
        ("", "Nothing", ""),
        ("", "Alone", ""),
        ("", "50%% done", ""),
    }


def test_every_message_of_a_template_is_translated_when_it_is_shown(project):
    result = add(
        project,
        {
            "Save": "Salvesta",
            "verb\u0004Open": "Ava",
            'Dear   %(name)s, we\'re "glad"': "Lugupeetud %(name)s, meil on hea meel",
            "desk\u0004%(n)s case": ["%(n)s pöördumine", "%(n)s pöördumist"],
            "%(n)s call": ["%(n)s kõne", "%(n)s kõnet"],
            "Label": "Silt",
            "Nothing": "Puudub",
            "Alone": "Üksi",
            "50%% done": "50%% tehtud",
        },
    )
    source = TEMPLATE.replace('{% include "x.html" with label=_("Label") only %}', '{{ ""|default:_("Label") }}')
    engine = Engine(libraries={"i18n": "django.templatetags.i18n"})

    with in_estonian(project):
        page = engine.from_string(source).render(Context({"party": {"name": "Mari"}, "cases": 2, "value": ""}))

    assert result["refused"] == []
    assert " ".join(page.split()) == (
        '<p class="it\'s">Salvesta õ</p> Ava Lugupeetud Mari, meil on hea meel 2 pöördumist 2 kõnet '
        "Silt PuudubÜksi 50% tehtud"
    )


def test_python_messages_are_translated_when_they_are_shown(project):
    add(project, {"phone\u0004%(n)s call": ["%(n)s kõne", "%(n)s kõnet"], "verb\u0004Open": "Ava"})

    with in_estonian(project):
        assert translation.npgettext("phone", "%(n)s call", "%(n)s calls", 1) == "%(n)s kõne"
        assert translation.npgettext("phone", "%(n)s call", "%(n)s calls", 0) == "%(n)s kõnet"
        assert translation.pgettext("verb", "Open") == "Ava"


def test_file_names_no_lines_and_no_dates_and_repeats_itself(project):
    add(project, {"Save": "Salvesta"})
    first, moved = po(project), "\n\n" + PYTHON
    (project / "bureau" / "words.py").write_text(moved)

    catalogue.update(project)

    assert po(project) == first
    assert '#: bureau/words.py templates/bureau/page.html\nmsgid "Save"\nmsgstr "Salvesta"\n' in first
    assert "Date" not in first
    assert "nplurals=2" in first


def test_messages_stand_in_the_order_of_the_alphabet(project):
    catalogue.update(project)

    messages = list(catalogue.read_po(catalogue.po_path(project)).values())

    assert messages == sorted(messages, key=catalogue.sort_key)


def test_translation_may_come_before_its_message(project):
    result = add(project, {"Later": "Hiljem", "desk\u0004%(n)s later": ["%(n)s hiljem", "%(n)s hiljem"]})
    (project / "bureau" / "later.py").write_text(
        "from django.utils.translation import gettext as _, npgettext\n_('Later')\n"
        "npgettext('desk', '%(n)s later', '%(n)s later ones', 1)\n"
    )

    assert result["unknown"] == ["Later", "desk\u0004%(n)s later"]
    assert '#~ msgstr "Hiljem"' in po(project)
    catalogue.update(project)
    assert '#: bureau/later.py\nmsgid "Later"\nmsgstr "Hiljem"\n' in po(project)
    assert 'msgid_plural "%(n)s later ones"\nmsgstr[0] "%(n)s hiljem"\nmsgstr[1] "%(n)s hiljem"\n' in po(project)
    assert "#~" not in po(project)


def test_translation_survives_while_its_file_cannot_be_read(project):
    add(project, {"By its module": "Mooduli järgi"})
    (project / "bureau" / "words.py").write_text("def half_written(:")

    result = catalogue.update(project)
    (project / "bureau" / "words.py").write_text(PYTHON)
    catalogue.update(project)

    assert len(result["problems"]) == 1
    assert 'msgid "By its module"\nmsgstr "Mooduli järgi"\n' in po(project)


def test_check_names_what_is_missing_fuzzy_obsolete_or_mismatched(project):
    add(project, {"Save": "Salvesta", "Gone": "Kadunud", "Label": "Silt"})
    path = catalogue.po_path(project)
    empty = 'html\n#, python-format\nmsgid "%(n)s call"\nmsgid_plural "%(n)s calls"\nmsgstr[0] ""\nmsgstr[1] ""'
    wrong = empty.replace('[0] ""', '[0] "kõne"').replace('[1] ""', '[1] "%(m)s kõnet"')
    label = '#: templates/bureau/page.html\nmsgid "Label"'
    path.write_text(path.read_text().replace(label, '#, fuzzy\nmsgid "Label"').replace(empty, wrong))

    found = catalogue.problems(project)

    assert 'fuzzy: "Label"  (templates/bureau/page.html)' in found
    assert 'obsolete: "Gone"' in found
    assert 'missing: "verb\\u0004Open"  (bureau/words.py, templates/bureau/page.html)' in found
    assert [problem for problem in found if problem.startswith("mismatch")] == [
        "mismatch: \"%(n)s call\": 'kõne' must hold the same places as '%(n)s calls'  (templates/bureau/page.html)"
    ]
    assert not any('"Save"' in problem for problem in found)


@pytest.mark.parametrize(
    ("translations", "reason"),
    [
        ({'Dear   %(name)s, we\'re "glad"': "Lugupeetud %(nimi)s"}, "must hold the same places"),
        ({"50%% done": "50% tehtud"}, "write a percent sign as %%"),
        ({"%(n)s call": "%(n)s kõnet"}, "needs two forms"),
        ({"Save": ["Salvesta", "Salvesta"]}, "needs one text"),
        ({"Save": ""}, "needs one text"),
        ({"Save": "Salvesta "}, "begins or ends with a space"),
    ],
)
def test_translation_that_cannot_be_right_is_refused(project, translations, reason):
    result = add(project, translations)

    assert len(result["refused"]) == 1
    assert reason in result["refused"][0]
    assert not any(message.strings[0] for message in catalogue.read_po(catalogue.po_path(project)).values())


def test_singular_form_may_leave_the_number_out_where_its_message_does(project):
    (project / "bureau" / "words.py").write_text(
        "from django.utils.translation import ngettext\nngettext('one case', '%(n)s cases', 1)\n"
    )

    result = add(project, {"one case": ["üks pöördumine", "%(n)s pöördumist"]})

    assert result["refused"] == []


def test_missing_messages_come_in_the_shape_that_add_takes(project):
    add(project, {"Save": "Salvesta"})

    below = catalogue.missing(project, ["bureau/"])

    assert below == {
        "%(n)s case": ["", ""],
        "By its module": "",
        "Long sentence": "",
        "nested": "",
        "phone\u0004%(n)s call": ["", ""],
        "verb\u0004Open": "",
    }


def test_prune_drops_what_is_used_nowhere(project):
    add(project, {"Gone": "Kadunud"})

    catalogue.update(project, prune=True)

    assert "Kadunud" not in po(project)


def test_two_people_adding_at_once_lose_nothing(project):
    code = (
        "import pathlib, sys, bureau.catalogue as c\n"
        "c.run(vars(c.command_line().parse_args(['--add', sys.argv[1]])), print, pathlib.Path(sys.argv[2]))"
    )
    children = []
    for word in ("Save", "Label", "Alone", "Nothing"):
        file = project / f"{word}.json"
        file.write_text(json.dumps({word: f"{word} eesti keeles"}))
        started = [sys.executable, "-c", code, str(file), str(project)]
        children.append(subprocess.Popen(started, stdout=subprocess.DEVNULL))

    assert [child.wait() for child in children] == [0, 0, 0, 0]
    assert po(project).count("eesti keeles") == 4


def test_missing_or_older_compiled_catalogue_is_made_anew(project):
    add(project, {"Save": "Salvesta"})
    path = catalogue.po_path(project)
    mo = path.with_suffix(".mo")
    fresh = catalogue.compile_if_stale(project)
    os.utime(path, (time.time() + 5, time.time() + 5))
    older = catalogue.is_stale(project)
    mo.unlink()

    made = catalogue.compile_if_stale(project)

    assert (fresh, older, made) == (False, True, True)
    assert b"Salvesta" in mo.read_bytes()


def test_command_adds_reports_and_checks(project, monkeypatch, tmp_path):
    monkeypatch.setattr("bureau.catalogue.run.__defaults__", (project,))
    file = tmp_path / "words.json"
    file.write_text(json.dumps({"Save": "Salvesta"}))
    out = io.StringIO()

    call_command("catalogue", add=[str(file)], json=True, stdout=out)
    with pytest.raises(SystemExit) as check:
        call_command("catalogue", check=True, stdout=io.StringIO())

    result = json.loads(out.getvalue().splitlines()[-1])
    assert (result["messages"], result["missing"]) == (14, 13)
    assert check.value.code == 1

"""The parts of every page: right words, escaped content, names that a screen reader can say."""

import re
from datetime import date
from types import SimpleNamespace

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from django.utils.safestring import mark_safe

TODAY = date(2026, 11, 23)
ATTACK = "<img src=x onerror=alert(1)>"


@pytest.fixture(autouse=True)
def estonian():
    with translation.override("et"):
        yield


def draw(source, **context):
    context.setdefault("request", RequestFactory().get(context.pop("path", "/cases/")))
    return Template("{% load components formats i18n %}" + source).render(Context(context))


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


# --- Escaping ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "source",
    [
        "{% badge text %}",
        "{% person text acting_for=text away=text %}",
        "{% restriction basis=text covers=text %}",
        "{% notice text title=text url=text link=text %}",
        "{% stat text text url=text unit=text note=text target=text change=text signal=text %}",
        "{% chart text text '' columns=cells rows=rows url=text link=text summary=text %}",
        "{% page_header title=text facts=text trail=trail status=text %}{{ text }}{% endpage_header %}",
        "{% panel title=text note=text %}{{ text }}{% endpanel %}",
        "{% empty title=text text=text %}{{ text }}{% endempty %}",
        "{% data_table caption=text id='rows' %}<tbody><tr><td>{{ text }}</td></tr></tbody>{% enddata_table %}",
        "{% sort_header 'due' text %}",
        "{% timeline label=text %}{% timeline_item title=text facts=text kind='in' %}{{ text }}{% endtimeline_item %}{% endtimeline %}",
        "{% sheet title=text aside=text %}{{ text }}{% endsheet %}",
        "{% tabs tabs text %}",
        "{% steps cells current=1 %}",
        "{% filter_bar chips=tabs views=tabs label=text %}",
        "{% progress text 'running' percent=5 words=text %}",
        "{% toast text undo_url=text %}",
        "{% icon 'lock' label=text %}",
    ],
)
def test_words_from_outside_are_never_markup(source):
    tab = SimpleNamespace(
        label=ATTACK, url=ATTACK, is_current=False, is_active=False, count=0, options=(), remove_url=""
    )

    html = draw(source, text=ATTACK, cells=[ATTACK], rows=[[ATTACK, ATTACK]], trail=[(ATTACK, ATTACK)], tabs=[tab])

    assert "&lt;img" in html
    assert "<img" not in html


def test_content_of_a_block_keeps_its_own_markup():
    html = draw("{% panel title='A' %}<p>{{ safe }}</p>{% endpanel %}", safe=mark_safe("<b>B</b>"))

    assert "<p><b>B</b></p>" in html


# --- Deadline pill ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("due_on", "days", "met", "state", "text"),
    [
        (date(2026, 11, 18), -3, False, "late", "18.11.2026 3 tööpäeva hiljem"),
        (date(2026, 11, 20), -1, False, "late", "20.11.2026 1 tööpäev hiljem"),
        (date(2026, 11, 22), 0, False, "late", "22.11.2026 hilinenud"),
        (TODAY, 0, False, "today", "23.11.2026 täna"),
        (date(2026, 11, 24), 1, False, "soon", "24.11.2026 1 tööpäev"),
        (date(2026, 11, 26), 3, False, "soon", "26.11.2026 3 tööpäeva"),
        (date(2026, 11, 27), 4, False, "fine", "27.11.2026 4 tööpäeva"),
        (date(2026, 11, 18), -3, True, "met", "18.11.2026 täidetud"),
        (date(2026, 12, 28), None, False, "fine", "28.12.2026 kulgeb"),
    ],
)
def test_a_deadline_says_its_state_in_words_and_sign(due_on, days, met, state, text):
    html = draw(
        "{% deadline due_on working_days_left=days met=met today=today %}",
        due_on=due_on,
        days=days,
        met=met,
        today=TODAY,
    )

    assert words(html) == text
    assert f'data-state="{state}"' in html
    assert "<svg" in html


def test_a_deadline_may_stand_without_its_date():
    assert words(draw("{% deadline due_on today=today show_date=False %}", due_on=TODAY, today=TODAY)) == "täna"


def test_no_deadline_draws_nothing():
    assert draw("{% deadline due_on %}", due_on=None).strip() == ""


# --- People, counts, banners ------------------------------------------------------------------------------------------
def test_a_person_shows_for_whom_they_act():
    html = draw("{% person who acting_for='Jaan Kask' %}", who="Mari Tamm")

    assert words(html) == "MT Mari Tamm asendab: Jaan Kask"
    assert '<span class="avatar" aria-hidden="true">MT</span>' in html


def test_a_count_of_nothing_is_not_shown_and_a_great_one_is_capped():
    assert draw("{% count 0 %}").strip() == ""
    assert words(draw("{% count 2000 label='avatud' %}")) == "999+ avatud"


def test_the_restriction_banner_says_basis_and_until_when():
    html = draw(
        "{% restriction basis='AvTS § 35 lg 1 p 12' marked_on=day valid_until=until %}",
        day=TODAY,
        until=date(2101, 11, 23),
    )

    assert words(html) == (
        "Asutusesiseseks kasutamiseks · märge tehtud 23.11.2026 · kehtib kuni 23.11.2101 · AvTS § 35 lg 1 p 12."
        " Vaatamine jääb logisse."
    )


# --- Figures ----------------------------------------------------------------------------------------------------------
def test_a_tile_is_a_link_to_the_rows_it_counted():
    html = draw("{% stat 'Hilinenud' 1234 url='/cases/?late=1' change='5' change_direction='up' change_tone='bad' %}")

    assert html.strip().startswith('<a class="stat" href="/cases/?late=1"')
    assert "1\N{NO-BREAK SPACE}234" in html
    assert "#triangle-up" in html


def test_a_tile_without_a_figure_shows_a_dash():
    assert words(draw("{% stat 'Rahulolu' None note='andmeid ei ole' %}")) == "Rahulolu – andmeid ei ole"


def test_a_chart_has_a_name_a_sentence_and_a_table():
    html = draw(
        "{% chart 'Kontaktid' 'Täna 171.' svg columns=columns rows=rows %}",
        svg="<svg></svg>", columns=["Päev", "Arv"], rows=[["23.11", 171]],
    )  # fmt: skip

    assert 'role="img" aria-label="Kontaktid. Täna 171."' in html
    assert '<div aria-hidden="true"><svg></svg></div>' in html
    assert '<th scope="col">Päev</th><th scope="col" class="number">Arv</th>' in html
    assert '<th scope="row">23.11</th><td class="number">171</td>' in html
    assert "Andmed tabelina" in html


# --- Lists ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("path", "order", "href"),
    [
        ("/cases/", "", "?sort=due"),
        ("/cases/?sort=due", "ascending", "?sort=-due"),
        ("/cases/?sort=-due", "descending", "?sort=due"),
        ("/cases/?sort=number&kanal=mail&after=77", "", "?sort=due&amp;kanal=mail"),
    ],
)
def test_a_heading_sorts_keeps_the_filter_and_starts_from_the_first_page(path, order, href):
    html = draw("{% sort_header 'due' 'Tähtaeg' %}", path=path)

    assert f'href="{href}"' in html
    assert (f'aria-sort="{order}"' in html) if order else ("aria-sort" not in html)


def test_paging_goes_by_key_and_keeps_the_filter():
    page = SimpleNamespace(next_key="41", previous_key="", words="Kuvatud 50")

    html = draw("{% paging page %}", page=page, path="/cases/?kanal=mail&before=99")

    assert 'href="?kanal=mail&amp;after=41"' in html
    assert 'rel="prev"' not in html
    assert "Kuvatud 50" in html


def test_paging_of_one_page_draws_nothing():
    assert draw("{% paging page %}", page=SimpleNamespace(next_key="", previous_key="", words="")).strip() == ""


def test_the_current_tab_and_step_are_told_to_a_screen_reader():
    tabs = [
        {"label": "Ajajoon", "url": "?", "is_current": True},
        {"label": "Manused", "url": "?osa=2", "is_current": False},
    ]

    assert draw("{% tabs tabs 'Osad' %}", tabs=tabs).count('aria-current="page"') == 1
    html = draw("{% steps steps current=2 %}", steps=["Fail", "Veerud", "Import"])
    assert html.count('aria-current="step"') == 1
    assert "Fail · tehtud" in words(html)


# --- Forms ------------------------------------------------------------------------------------------------------------
class LetterForm(forms.Form):
    subject = forms.CharField(label="Teema", help_text="Lühidalt.")
    mail = forms.EmailField(label="E-post", required=False)
    outcome = forms.ChoiceField(
        label="Tulemus", choices=[("a", "Vastatud"), ("b", "Suunatud")], widget=forms.RadioSelect
    )
    agreed = forms.BooleanField(label="Nõus", required=False)
    key = forms.CharField(widget=forms.HiddenInput, required=False)


def test_help_and_error_are_tied_to_the_control():
    html = draw("{% field form.subject %}", form=LetterForm({"subject": ""}))

    assert '<label class="field-label" for="id_subject">Teema</label>' in html
    assert 'aria-describedby="id_subject_helptext id_subject_error"' in html
    assert 'id="id_subject_helptext"' in html
    assert 'id="id_subject_error"' in html
    assert 'aria-invalid="true"' in html


def test_help_given_by_the_page_describes_the_control_too():
    html = draw("{% field form.mail help='Kuhu vastata' %}", form=LetterForm())

    assert 'aria-describedby="id_mail_helptext"' in html
    assert "(valikuline)" in html


def test_choices_are_a_named_group():
    html = draw("{% field form.outcome chips=True %}", form=LetterForm())

    assert 'role="group" aria-labelledby="id_outcome_label"' in html
    assert "choice-chips" in html


def test_a_box_to_tick_stands_before_its_words():
    html = draw("{% field form.agreed %}", form=LetterForm())

    assert html.index('type="checkbox"') < html.index("Nõus")


def test_a_hidden_field_draws_only_itself():
    assert draw("{% field form.key %}", form=LetterForm()).strip() == '<input type="hidden" name="key" id="id_key">'


def test_the_error_summary_links_to_the_fields():
    html = draw("{% error_summary form kept='Tekst on alles.' %}", form=LetterForm({"mail": "mari@"}))

    assert 'role="alert"' in html
    assert 'href="#id_subject"' in html
    assert 'href="#id_mail"' in html
    assert "Paranda 3 asja" in html
    assert "Tekst on alles." in html


def test_a_form_not_yet_sent_has_no_summary():
    assert draw("{% error_summary form %}", form=LetterForm()).strip() == ""


def test_a_form_written_whole_uses_the_same_field():
    html = str(LetterForm({"subject": "Metsateatis", "outcome": "a"}))

    assert html.count('class="field"') + html.count('class="field choice-chips"') == 4
    assert 'name="key"' in html
    assert 'class="field"' in LetterForm()["subject"].as_field_group()


# --- Work under way, toasts -------------------------------------------------------------------------------------------
def test_work_under_way_asks_again_and_finished_work_does_not():
    running = draw(
        "{% progress 'Import' 'running' percent=62 done=620 total=1000 poll_url='/jobs/1/' cancel_url='/jobs/1/cancel/' %}"
    )
    done = draw("{% progress 'Import' 'done' percent=100 poll_url='/jobs/1/' cancel_url='/jobs/1/cancel/' %}")

    assert 'hx-get="/jobs/1/" hx-trigger="every 2s"' in running
    assert 'max="100" value="62"' in running
    assert "620 rida 1\N{NO-BREAK SPACE}000-st" in running
    assert "Katkesta töö" in running
    assert "hx-get" not in done
    assert "Katkesta töö" not in done


def test_an_error_stays_until_it_is_closed():
    assert "data-seconds" not in draw("{% toast 'Ei õnnestunud' tone='bad' %}")
    assert 'data-seconds="10"' in draw("{% toast 'Salvestatud' tone='good' %}")


def test_an_icon_is_silent_unless_it_is_named():
    assert 'aria-hidden="true"' in draw("{% icon 'lock' %}")
    assert 'role="img" aria-label="Piiranguga"' in draw("{% icon 'lock' label='Piiranguga' %}")


def test_every_icon_that_a_template_or_a_menu_names_is_drawn(settings):
    sprite = (settings.BASE_DIR / "static/img/icons.svg").read_text(encoding="utf-8")
    drawn = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    named = set()
    for template in (settings.BASE_DIR / "templates").rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        named |= set(re.findall(r"""{% icon ["']([a-z-]+)["']""", text)) | set(re.findall(r'\bicon="([a-z-]+)"', text))

    assert named - drawn == set()


# --- Head of a page ---------------------------------------------------------------------------------------------------
def test_facts_of_a_page_may_be_one_text_or_several():
    assert words(draw("{% page_header title='A' facts=_('Error 404') %}{% endpage_header %}")) == "A Viga 404"
    assert (
        words(draw("{% page_header title='A' facts=facts %}{% endpage_header %}", facts=["e-kiri", "", "Mari"]))
        == "A e-kiri Mari"
    )


# --- Narrow screens ---------------------------------------------------------------------------------------------------
def tables_of_cards():
    """(template, row) of every table whose rows become cards on a narrow screen, where its head is out of sight."""
    for path in sorted((settings.BASE_DIR / "templates").rglob("*.html")):
        for words, table in re.findall(r"(?s){% data_table ([^%]*)%}(.*?){% enddata_table %}", path.read_text()):
            if "cards=False" not in words:
                yield str(path.relative_to(settings.BASE_DIR)), table.partition("<tbody")[2]


def test_every_value_of_a_card_has_the_word_of_its_column():
    """The first cell names the row; a box to tick, a button and a cell over several columns speak for themselves."""
    bare = []
    for name, body in tables_of_cards():
        for row in re.split(r"<tr\b", body)[1:]:
            cells = re.findall(r"<t[dh]\b(?:{%.*?%}|[^>])*>(?!</td>)", row)
            bare += [
                f"{name}: {cell}"
                for cell in cells[1:]
                if cell.startswith("<td")
                if not re.search(r'data-label|colspan|class="(check|tight)"', cell)
            ]

    assert bare == []

"""The form of a questionnaire: what it takes, what it shows, what it keeps of an answer. No database."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.questionnaires import (
    FORMAT,
    SCALES,
    TYPES,
    FormError,
    Question,
    clean_answer,
    clean_answers,
    empty_form,
    faults,
    in_language,
    missing_texts,
    parse,
    shown_questions,
    signs_for,
    to_json,
)
from feedback.ready_questionnaires import templates


def both(et: str, en: str = "") -> dict[str, str]:
    return {"et": et, "en": en or et}


def asked(code: str, kind: str, **more) -> dict:
    choices = [{"code": one, "text": both(one)} for one in ("a", "b", "c")]
    made = {"code": code, "type": kind, "text": both(code)}
    if kind in ("single", "multiple", "ranking"):
        made["options"] = choices
    if kind == "matrix":
        made |= {"rows": choices[:2], "columns": choices}
    return made | more


def form_of(*questions: dict, **more) -> dict:
    section = {"code": "s1", "title": both("Osa"), "questions": list(questions)}
    return {"format": FORMAT, "languages": ["et", "en"], "title": both("Küsitlus"), "sections": [section], **more}


def two_sections(first: list[dict], second: list[dict], show_if=None) -> dict:
    sections = [{"code": "s1", "questions": first}, {"code": "s2", "questions": second, "show_if": show_if}]
    return form_of() | {"sections": sections}


def when(question: str, sign: str, value=None) -> dict:
    return {"all": [{"question": question, "is": sign, "value": value}]}


def places(content) -> list[str]:
    return [fault.path for fault in faults(content)]


def answer(kind: str, value, **more):
    kept, errors = clean_answers(parse(form_of(asked("q", kind, **more))), {"q": value}, {})[::2]
    return errors.get("q") and "refused" or kept.get("q")


# --- Reading ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", TYPES)
def test_each_type_is_read_and_written_as_it_was(kind):
    form = parse(form_of(asked("q", kind, help=both("Abi", "Help"))))

    assert parse(to_json(form)) == form
    assert form.question("q").type == kind


@pytest.mark.parametrize("template", templates().values(), ids=lambda one: one.code)
def test_a_ready_questionnaire_may_be_published_in_three_languages_as_it_is(template):
    form = parse(template.form)

    assert faults(template.form) == []
    assert missing_texts(form) == {}
    assert form.languages == ("et", "en", "ru")
    assert parse(to_json(form)) == form


def test_an_empty_form_is_read_but_asks_nothing():
    assert parse(empty_form()).sections == ()
    assert places(empty_form()) == ["sections"]


def test_every_fault_is_told_at_once():
    content = form_of(asked("1st", "single", options=[]), asked("q", "waltz"), asked("q", "scale", measures="effort"))

    with pytest.raises(FormError) as caught:
        parse(content)

    assert [fault.path for fault in caught.value.faults] == [
        "s1.code", "unnamed_1.options", "q.type", "s1.code", "q.measures",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "path"),
    [
        (None, "format"),
        ([], "format"),
        ({"format": "else"}, "format"),
        (form_of() | {"languages": ["de"]}, "languages"),
        (form_of() | {"languages": "et"}, "languages"),
        (form_of() | {"languages": [["et"]]}, "languages"),
        (form_of() | {"title": {"et": 5}}, "title"),
        (form_of() | {"sections": ["s"]}, "sections"),
        (form_of(asked("q", ["scale"])), "q.type"),
        (form_of(asked("q", "scale", measures=["satisfaction"])), "q.measures"),
        (form_of(asked("q", "number", min=float("nan"))), "q.min"),
        (form_of(asked("q", "number", min=5, max=1)), "q.min"),
        (form_of(asked("q", "date", max="tomorrow")), "q.max"),
        (form_of(asked("q", "text", max_length=0, long=True)), None),
        (form_of(asked("q", "text", max_length=90_000)), "q.max_length"),
        (form_of(asked("q", "number", decimals=-1)), "q.decimals"),
        (form_of(asked("q", "single", options=[{"code": "other", "text": both("x")}, {"code": "b", "text": both("b")}])), "q.options.0.code"),
        (form_of(asked("p", "scale"), asked("q", "scale", show_if=when("p", "=", [1]))), "q.show_if"),
        (form_of(asked("p", "scale"), asked("q", "scale", show_if={"all": []})), "q.show_if"),
        (form_of(asked("p", "scale"), asked("q", "scale", show_if={"none": []})), "q.show_if"),
        (form_of(*[asked(f"q{n}", "scale") for n in range(301)]), "sections"),
    ],
)  # fmt: skip
def test_a_foreign_shape_is_a_fault_in_its_place_and_never_a_crash(content, path):
    assert places(content)[:1] == ([path] if path else [])


def test_words_of_an_unknown_language_and_empty_words_are_left_out():
    form = parse(form_of(asked("q", "scale", text={"et": " Kuidas? ", "en": "  ", "de": "Wie?"})))

    assert form.question("q").text == {"et": "Kuidas?"}
    assert in_language(form.question("q").text, "en") == "Kuidas?"


# --- Conditions -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "sign", "value", "is_good"),
    [
        ("scale", "<=", 2, True), ("scale", "<=", 6, False), ("scale", "=", "2", False), ("scale", "has", 2, False),
        ("single", "=", "a", True), ("single", "=", "z", False), ("single", "<", "a", False),
        ("multiple", "has", "a", True), ("multiple", "has not", "c", True), ("multiple", "=", "a", False),
        ("consent", "=", True, True), ("consent", "=", "yes", False),
        ("number", ">", 3.5, True), ("number", ">", "3", False), ("date", ">", "2026-01-01", True),
        ("date", ">", "soon", False), ("text", "answered", None, True), ("text", "=", "x", False),
        ("ranking", "answered", None, True), ("information", "answered", None, False), ("matrix", "answered", None, False),
    ],
)  # fmt: skip
def test_a_condition_compares_only_what_may_be_answered(kind, sign, value, is_good):
    content = form_of(asked("p", kind), asked("q", "scale", show_if=when("p", sign, value)))

    assert places(content) == ([] if is_good else ["q.show_if"])


def test_a_condition_may_look_at_a_row_of_a_table():
    good = form_of(asked("p", "matrix"), asked("q", "scale", show_if=when("p.a", "=", "c")))
    bad = form_of(asked("p", "matrix"), asked("q", "scale", show_if=when("p.z", "=", "c")))

    assert places(good) == []
    assert places(bad) == ["q.show_if"]


@pytest.mark.parametrize("looks_at", ["q", "later", "nowhere"])
def test_a_condition_on_itself_on_what_comes_later_or_on_nothing_is_a_fault(looks_at):
    content = form_of(asked("q", "scale", show_if=when(looks_at, "=", 1)), asked("later", "scale"))

    assert "q.show_if" in places(content)


def test_a_section_that_contradicts_its_own_question_is_a_dead_end():
    content = two_sections(
        [asked("p", "scale")], [asked("q", "text", show_if=when("p", ">", 3))], show_if=when("p", "<=", 2)
    )

    assert places(content) == ["q"]


def test_limits_that_no_number_meets_are_a_dead_end_and_so_is_what_hangs_on_it():
    never = {"all": [{"question": "p", "is": ">", "value": 5}, {"question": "p", "is": "<", "value": 5}]}
    content = form_of(
        asked("p", "number"), asked("q", "single", show_if=never), asked("r", "text", show_if=when("q", "=", "a"))
    )

    assert places(content) == ["q", "r"]


def test_any_of_two_tests_opens_where_one_of_them_can():
    either = {"any": [{"question": "p", "is": "=", "value": 1}, {"question": "r", "is": "has", "value": "a"}]}
    form = parse(form_of(asked("p", "scale"), asked("r", "multiple"), asked("q", "text", show_if=either)))

    def shown(answers):
        return [question.code for _section, questions in shown_questions(form, answers) for question in questions]

    assert shown({"p": 1}) == ["p", "r", "q"]
    assert shown({"p": 5, "r": ["a"]}) == ["p", "r", "q"]
    assert shown({"p": 5, "r": ["b"]}) == ["p", "r"]


def test_an_answer_counts_only_while_its_own_question_is_shown():
    form = parse(
        form_of(
            asked("p", "scale"), asked("q", "single", show_if=when("p", "<=", 2)), asked("r", "text", show_if=when("q", "=", "a"))
        )
    )  # fmt: skip

    shown = shown_questions(form, {"p": 5, "q": "a"}, {"r": "why"})

    assert [question.code for question in shown[0][1]] == ["p"]
    assert clean_answers(form, {"p": 5, "q": "a"}, {"r": "why"}) == ({"p": 5}, {}, {})


def test_a_section_without_a_shown_question_is_not_shown():
    form = parse(two_sections([asked("p", "scale")], [asked("q", "scale")], show_if=when("p", "=", 1)))

    assert [section.code for section, _questions in shown_questions(form, {"p": 2})] == ["s1"]
    assert [section.code for section, _questions in shown_questions(form, {"p": 1})] == ["s1", "s2"]


# --- Languages --------------------------------------------------------------------------------------------------------
def test_words_missing_in_one_language_are_named_by_their_place():
    content = form_of(
        asked("q", "single", text={"et": "Mis?"}, help={"en": "Help"}),
        title={"et": "Küsitlus"}, thanks={"et": "Aitäh!"},
    )  # fmt: skip

    assert missing_texts(parse(content)) == {"et": ["q.help"], "en": ["title", "thanks", "q.text"]}


# --- Answers ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "sent", "kept"),
    [
        ("single", "a", "a"), ("single", "z", "refused"), ("single", "", None), ("single", "other", "refused"),
        ("multiple", ["c", "a", "c"], ["c", "a"]), ("multiple", "a", ["a"]), ("multiple", ["z"], "refused"), ("multiple", [], None),
        ("scale", "5", 5), ("scale", 0, "refused"), ("scale", "6", "refused"), ("scale", "2.5", "refused"), ("scale", True, "refused"),
        ("recommendation", "0", 0), ("recommendation", "10", 10), ("recommendation", "11", "refused"),
        ("effort", "7", 7), ("effort", "8", "refused"),
        ("matrix", {"a": "c", "b": ""}, {"a": "c"}), ("matrix", {"z": "c"}, "refused"), ("matrix", "a", "refused"),
        ("ranking", {"a": "2", "b": "1", "c": ""}, ["b", "a"]), ("ranking", {"a": "1", "b": "1"}, "refused"),
        ("ranking", ["c", "a"], ["c", "a"]), ("ranking", ["a", "a"], "refused"), ("ranking", {"a": "first"}, "refused"),
        ("number", "12", 12), ("number", "1 234", 1234), ("number", "1,5", "refused"), ("number", "inf", "refused"),
        ("number", "nan", "refused"), ("number", "many", "refused"),
        ("date", "2026-11-22", "2026-11-22"), ("date", "22.11.2026", "refused"), ("date", "2026-02-30", "refused"),
        ("consent", "on", True), ("consent", "", None), ("information", "x", None),
    ],
)  # fmt: skip
def test_an_answer_is_kept_in_its_form_or_refused_with_a_sentence(kind, sent, kept):
    assert answer(kind, sent) == kept


def test_a_number_keeps_its_decimals_and_its_limits():
    limits = {"decimals": 1, "min": 0, "max": 10}

    assert answer("number", "2,5", **limits) == 2.5
    assert answer("number", "2,55", **limits) == "refused"
    assert answer("number", "10,1", **limits) == "refused"
    assert answer("number", "0", **limits) == 0


def test_a_day_outside_the_limits_is_refused():
    limits = {"min": "2026-01-01", "max": date(2026, 12, 31).isoformat()}

    assert answer("date", "2026-12-31", **limits) == "2026-12-31"
    assert answer("date", "2027-01-01", **limits) == "refused"


def test_an_own_answer_stands_among_the_texts_only_when_it_was_chosen():
    form = parse(form_of(asked("q", "single", other=True), asked("r", "multiple", other=True)))
    own = {"q#other": " Metsas ", "r#other": "Rabas"}

    assert clean_answers(form, {"q": "other", "r": ["a", "other"]}, own) == (
        {"q": "other", "r": ["a", "other"]}, {"q#other": "Metsas", "r#other": "Rabas"}, {},
    )  # fmt: skip
    assert clean_answers(form, {"q": "a", "r": ["b"]}, own) == ({"q": "a", "r": ["b"]}, {}, {})


def test_a_text_too_long_says_by_how_much():
    form = parse(form_of(asked("q", "text", max_length=10)))

    assert "3" in clean_answers(form, {}, {"q": "x" * 13})[2]["q"]
    assert clean_answers(form, {}, {"q": "rida\r\nrida "})[1] == {"q": "rida\nrida"}


@pytest.mark.parametrize("kind", sorted(set(TYPES) - {"information"}))
def test_a_needed_answer_is_asked_for_but_not_while_the_form_is_half_filled(kind):
    form = parse(form_of(asked("q", kind, required=True)))

    assert list(clean_answers(form, {}, {})[2]) == ["q"]
    assert clean_answers(form, {}, {}, required=False)[2] == {}


def test_a_needed_table_wants_every_row_and_a_needed_consent_a_yes():
    table = parse(form_of(asked("q", "matrix", required=True)))
    consent = parse(form_of(asked("q", "consent", required=True)))

    assert list(clean_answers(table, {"q": {"a": "a"}}, {})[2]) == ["q"]
    assert clean_answers(table, {"q": {"a": "a", "b": "c"}}, {})[2] == {}
    assert list(clean_answers(consent, {"q": "no"}, {})[2]) == ["q"]


# --- Properties -------------------------------------------------------------------------------------------------------
KINDS = sorted(TYPES)
SENT = st.one_of(
    st.none(), st.integers(-1, 12), st.sampled_from(["a", "b", "c", "z", "other", "3", "2026-11-22", "on", ""]),
    st.lists(st.sampled_from(["a", "b", "c", "other"]), max_size=3),
    st.dictionaries(st.sampled_from(["a", "b", "z"]), st.sampled_from(["a", "b", "1", "2", ""]), max_size=3),
)  # fmt: skip


@st.composite
def forms(draw) -> dict:
    """A form of a few questions, each perhaps shown only by an earlier one."""
    questions: list[dict] = []
    for at, kind in enumerate(draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=6))):
        question = asked(f"q{at}", kind, required=draw(st.booleans()))
        if kind in ("single", "multiple"):
            question["other"] = draw(st.booleans())
        if questions and draw(st.booleans()):
            looked_at = draw(st.sampled_from(questions))
            signs = signs_for(Question(looked_at["code"], looked_at["type"], {}))
            if signs and looked_at["type"] != "matrix":
                value = {"single": "a", "multiple": "b", "consent": True, "date": "2026-11-22"}.get(
                    looked_at["type"], 3
                )
                question["show_if"] = when(looked_at["code"], draw(st.sampled_from(signs)), value)
        questions.append(question)
    half = draw(st.integers(0, len(questions) - 1))
    return two_sections(questions[:half], questions[half:])


@given(content=forms(), data=st.data())
def test_what_is_kept_was_asked_and_cleaning_it_again_changes_nothing(content, data):
    form = parse(content)
    codes = [question.code for question in form.questions()]
    raw = data.draw(st.dictionaries(st.sampled_from(codes), SENT))
    sent = data.draw(
        st.dictionaries(st.sampled_from([*codes, *(f"{code}#other" for code in codes)]), st.text(max_size=5))
    )

    answers, texts, _errors = clean_answers(form, raw, sent)

    shown = {question.code for _section, questions in shown_questions(form, answers, texts) for question in questions}
    assert set(answers) <= shown
    assert {code.partition("#")[0] for code in texts} <= shown
    assert clean_answers(form, answers, texts, required=False) == (answers, texts, {})


@given(kind=st.sampled_from(sorted(SCALES)), value=st.one_of(SENT, st.floats(), st.text(max_size=4)))
def test_a_mark_is_never_outside_its_scale(kind, value):
    kept, _words, error = clean_answer(Question("q", kind, {}), value, {})

    assert (kept is None) or (SCALES[kind][0] <= kept <= SCALES[kind][1] and not error)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=6), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["format", "languages", "sections", "questions", "code", "type", "show_if", "all", "is", "et"]), inner, max_size=4), max_leaves=12))  # fmt: skip
def test_no_json_makes_the_check_crash(content):
    whole = {**content, "format": FORMAT} if isinstance(content, dict) else content

    assert isinstance(faults(whole), list)

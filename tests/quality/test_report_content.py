"""What a report is frozen as: the same bytes each time, read back whole, and a seal that any change breaks."""

from dataclasses import replace

import pytest

from quality.report_content import figures_shown, frozen, seal, thawed
from tests.quality.report_sample import sample


def test_the_same_content_gives_the_same_bytes_and_comes_back_whole():
    text = frozen(sample())

    assert frozen(sample()) == text
    assert thawed(text) == sample()
    assert frozen(thawed(text)) == text


def test_any_change_breaks_the_seal():
    figure = sample().figures["answered_on_time"]
    changed = replace(sample(), figures={"answered_on_time": replace(figure, value=87.4)})

    assert seal(frozen(changed)) != seal(frozen(sample()))


def test_a_later_schema_is_refused_rather_than_read_in_part():
    with pytest.raises(ValueError, match="schema 2"):
        thawed(frozen(replace(sample(), schema=2)))


def test_figures_of_both_languages_are_the_same():
    content = sample()

    shown = {language: figures_shown(edition) for language, edition in content.editions.items()}

    assert set(shown["et"]) == set(shown["en"]) <= set(content.figures)
    assert shown["et"]["answered_on_time"] == content.figures["answered_on_time"].text["et"]

"""A table of moves refuses in words what is not in it, and is never left half written."""

import pytest
from django.db.models import TextChoices

from bureau.lifecycle import Lifecycle, MoveRefused, Need, check_needs
from bureau.refusals import DeedRefused


class Light(TextChoices):
    RED = "red", "punane"
    GREEN = "green", "roheline"


TONES = {Light.RED: "bad", Light.GREEN: "good"}


def lifecycle(moves, tones=TONES) -> Lifecycle:
    return Lifecycle(states=Light, moves=moves, tones=tones, refusal="Tuli on %(old)s ega saa %(new)s.")


def test_a_move_of_the_table_is_made_and_another_refused_in_words():
    table = lifecycle({Light.RED: {Light.GREEN}, Light.GREEN: ()})

    table.check_move("red", Light.GREEN)
    with pytest.raises(MoveRefused, match="^Tuli on roheline ega saa punane.$") as refused:
        table.check_move(Light.GREEN, "red")

    assert (refused.value.old, refused.value.new) == ("green", "red")
    assert isinstance(refused.value, DeedRefused)
    assert (table.moves_from("red"), table.moves_from("green")) == (["green"], [])


@pytest.mark.parametrize(
    ("moves", "tones"),
    [
        ({Light.RED: {Light.GREEN}}, TONES),
        ({Light.RED: {"blue"}, Light.GREEN: ()}, TONES),
        ({Light.RED: (), Light.GREEN: ()}, {Light.RED: "bad"}),
    ],
)
def test_a_state_without_a_row_a_tone_or_a_name_is_found_at_once(moves, tones):
    with pytest.raises(ValueError, match="Light do not cover"):
        lifecycle(moves, tones)


def test_all_that_is_missing_is_named(db):
    check_needs([Need("topic", "teema", is_met=True)])

    with pytest.raises(DeedRefused, match="teema, käsitleja"):
        check_needs([Need("topic", "teema"), Need("handler", "käsitleja"), Need("reply", "vastus", is_met=True)])

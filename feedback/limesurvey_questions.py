"""How each type of LimeSurvey question becomes one or more of ours. What cannot be carried is named by the reader."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from feedback.limesurvey_file import LARGEST_GRID, LEFT_OUT, Row, Texts, number_of

if TYPE_CHECKING:
    from feedback.limesurvey import Reader

Made = list[dict[str, Any]]


def given(texts: Texts) -> dict[str, Any]:
    return {"text": texts}


def fixed(reader: "Reader", *choices: tuple[str, str, str, str]) -> list[dict[str, Any]]:
    """Choices that LimeSurvey does not write out: our code, its code, words in Estonian, English (and Russian)."""
    made = []
    for code, was, et, en in choices:
        ru = RUSSIAN.get(en, en)
        words = {"et": et, "en": en, "ru": ru}
        made.append({"code": code, "was": was, "text": {one: words[one] for one in reader.languages.values()}})
    return made


RUSSIAN = {
    "Yes": "Да", "No": "Нет", "Uncertain": "Не уверен(а)", "Increase": "Больше", "Same": "Так же", "Decrease": "Меньше",
    "Female": "Женщина", "Male": "Мужчина", "Comment": "Комментарий",
}  # fmt: skip
YES_NO = (("yes", "Y", "Jah", "Yes"), ("no", "N", "Ei", "No"))


def single(reader: "Reader", row: Row, base: dict, place: str) -> Made:
    options = reader.choices(reader.answers(row["qid"]), "answers", place)
    if not options:
        reader.lose(place, LEFT_OUT, "no choices")
        return []
    return [{**base, "type": "single", "options": options, "other": row.get("other") == "Y"}]


def single_with_comment(reader: "Reader", row: Row, base: dict, place: str) -> Made:
    made = single(reader, row, base, place)
    return [*made, *([comment(reader, base)] if made else [])]


def comment(reader: "Reader", base: dict) -> dict[str, Any]:
    words = {"et": "Kommentaar", "en": "Comment", "ru": RUSSIAN["Comment"]}
    text = {one: words[one] for one in reader.languages.values()}
    return {**base, "code": reader.code(f"{base['code']}_comment"), "type": "text", "text": text, "help": {}, "required": False, "long": False}  # fmt: skip


def yes_no(reader: "Reader", row: Row, base: dict, place: str) -> Made:
    return [{**base, "type": "single", "options": fixed(reader, *YES_NO), "other": False}]


def gender(reader: "Reader", row: Row, base: dict, place: str) -> Made:
    options = fixed(reader, ("f", "F", "Naine", "Female"), ("m", "M", "Mees", "Male"))
    return [{**base, "type": "single", "options": options, "other": False}]


def multiple(reader: "Reader", row: Row, base: dict, place: str) -> Made:
    options = reader.choices(reader.subquestions(row["qid"]), "subquestions", place)
    if not options:
        reader.lose(place, LEFT_OUT, "no choices")
        return []
    return [{**base, "type": "multiple", "options": options, "other": row.get("other") == "Y"}]


def multiple_with_comments(reader: "Reader", row: Row, base: dict, place: str) -> Made:
    made = multiple(reader, row, base, place)
    if not made:
        return []
    reader.lose(place, "comments_joined")
    return [*made, comment(reader, base)]


def scale(reader: "Reader", row: Row, base: dict, place: str) -> Made:
    return [{**base, "type": "scale", "low": {}, "high": {}}]


def matrix_of(columns: Callable[["Reader", Row, str], list[dict[str, Any]]]):
    def make(reader: "Reader", row: Row, base: dict, place: str) -> Made:
        rows = reader.choices(reader.subquestions(row["qid"]), "subquestions", place)
        across = columns(reader, row, place)
        if not rows or not across:
            reader.lose(place, LEFT_OUT, "no rows or columns")
            return []
        if any("|" in text for one in rows for text in one["text"].values()):
            reader.lose(place, "two_sided_rows")
        return [{**base, "type": "matrix", "rows": rows, "columns": across}]

    return make


def points(count: int):
    def columns(reader: "Reader", row: Row, place: str) -> list[dict[str, Any]]:
        return [{"code": f"a{n}", "was": str(n), "text": reader.same(str(n))} for n in range(1, count + 1)]

    return columns


def own_columns(reader: "Reader", row: Row, place: str) -> list[dict[str, Any]]:
    return reader.choices(reader.answers(row["qid"]), "answers", place)


def sure_columns(reader: "Reader", row: Row, place: str) -> list[dict[str, Any]]:
    return fixed(reader, YES_NO[0], ("uncertain", "U", "Ei ole kindel", "Uncertain"), YES_NO[1])


def change_columns(reader: "Reader", row: Row, place: str) -> list[dict[str, Any]]:
    return fixed(
        reader,
        ("more", "I", "Rohkem", "Increase"), ("same", "S", "Sama palju", "Same"), ("less", "D", "Vähem", "Decrease"),
    )  # fmt: skip


def by_column(reader: "Reader", row: Row, base: dict, place: str) -> Made:
    reader.lose(place, "turned_to_rows")
    return matrix_of(own_columns)(reader, row, base, place)


def two_scales(reader: "Reader", row: Row, base: dict, place: str) -> Made:
    rows = reader.choices(reader.subquestions(row["qid"]), "subquestions", place)
    made = []
    for scale_id in ("0", "1"):
        across = reader.choices(reader.answers(row["qid"], scale_id), "answers", place)
        if rows and across:
            code = base["code"] if scale_id == "0" else reader.code(f"{base['code']}_2")
            made.append({**base, "code": code, "type": "matrix", "rows": rows, "columns": across})
    if len(made) == 2:
        reader.lose(place, "split", "2")
    elif not made:
        reader.lose(place, LEFT_OUT, "no rows or columns")
    return made


def each_part(kind: str):
    """Several boxes under one heading become a question each, under an information text."""

    def make(reader: "Reader", row: Row, base: dict, place: str) -> Made:
        parts = reader.choices(reader.subquestions(row["qid"]), "subquestions", place)
        return boxes(reader, base, place, kind, [(part["was"], part["text"]) for part in parts])

    return make


def grid_of(kind: str):
    def make(reader: "Reader", row: Row, base: dict, place: str) -> Made:
        down = reader.choices(reader.subquestions(row["qid"]), "subquestions", place)
        across = reader.choices(reader.subquestions(row["qid"], "1"), "subquestions", place)
        if len(down) * len(across) > LARGEST_GRID:
            reader.lose(place, LEFT_OUT, f"{len(down)} × {len(across)}")
            return []
        cells = [
            (f"{one['was']}_{other['was']}", {language: f"{one['text'].get(language, '')}: {other['text'].get(language, '')}" for language in reader.languages.values()})
            for one in down for other in across
        ]  # fmt: skip
        return boxes(reader, base, place, kind, cells)

    return make


def boxes(reader: "Reader", base: dict, place: str, kind: str, parts: list[tuple[str, Texts]]) -> Made:
    if not parts:
        reader.lose(place, LEFT_OUT, "no parts")
        return []
    reader.lose(place, "split", str(len(parts)))
    heading = {key: base[key] for key in ("code", "text", "help", "show_if")} | {
        "type": "information",
        "required": False,
    }
    more: dict[str, Any] = {"decimals": 2} if kind == "number" else {"long": False}
    made = [
        {**base, "code": reader.code(f"{base['code']}_{name}"), "type": kind, "text": text or reader.same(name), "help": {}, **more}
        for name, text in parts
    ]  # fmt: skip
    return [heading, *made]


def number(reader: "Reader", row: Row, base: dict, place: str) -> Made:
    attributes = reader.attributes.get(row["qid"], {})
    limits: dict[str, Any] = {}
    for ours, theirs in (("min", "min_num_value_n"), ("max", "max_num_value_n")):
        if attributes.get(theirs):
            limits[ours] = number_of(attributes[theirs])
            if limits[ours] is None:
                reader.lose(place, "limit", attributes[theirs])
    unit = reader.words(reader.same(attributes["suffix"]), place) if attributes.get("suffix") else {}
    return [{**base, "type": "number", "decimals": 0 if attributes.get("num_value_int_only") == "1" else 2, "unit": unit, **limits}]  # fmt: skip


def day(reader: "Reader", row: Row, base: dict, place: str) -> Made:
    attributes = reader.attributes.get(row["qid"], {})
    made: dict[str, Any] = {**base, "type": "date"}
    for ours, theirs in (("min", "date_min"), ("max", "date_max")):
        if re.fullmatch(r"\d{4}-\d\d-\d\d", attributes.get(theirs, "")):
            made[ours] = attributes[theirs]
        elif attributes.get(theirs):
            reader.lose(place, "limit", attributes[theirs])
    if re.search(r"[HhMi]{2}", attributes.get("date_format", "").replace("mm", "").replace("MM", "")):
        reader.lose(place, "time_of_day", attributes["date_format"])
    return [made]


def text_box(is_long: bool):
    def make(reader: "Reader", row: Row, base: dict, place: str) -> Made:
        longest = number_of(reader.attributes.get(row["qid"], {}).get("maximum_chars", ""))
        made = {**base, "type": "text", "long": is_long}
        return [made | ({"max_length": int(longest)} if longest and longest >= 1 else {})]

    return make


def ranking(reader: "Reader", row: Row, base: dict, place: str) -> Made:
    options = reader.choices(reader.answers(row["qid"]), "answers", place)
    if len(options) < 2:
        reader.lose(place, LEFT_OUT, "no choices")
        return []
    return [{**base, "type": "ranking", "options": options}]


def information(reader: "Reader", row: Row, base: dict, place: str) -> Made:
    return [{**base, "type": "information", "required": False}]


# LimeSurvey's letter of a question type → how ours is made. Left out: "*" equation, "|" file, "I" choice of language
# (our form offers the languages itself).
MAKERS: dict[str, Callable[["Reader", Row, dict, str], Made]] = {
    "1": two_scales, "5": scale, "A": matrix_of(points(5)), "B": matrix_of(points(10)), "C": matrix_of(sure_columns),
    "D": day, "E": matrix_of(change_columns), "F": matrix_of(own_columns), "G": gender, "H": by_column,
    "K": each_part("number"), "L": single, "M": multiple, "N": number, "O": single_with_comment,
    "P": multiple_with_comments, "Q": each_part("text"), "R": ranking, "S": text_box(False), "T": text_box(True),
    "U": text_box(True), "X": information, "Y": yes_no, "!": single, ":": grid_of("number"), ";": grid_of("text"),
}  # fmt: skip

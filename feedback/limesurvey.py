"""LimeSurvey questionnaires (.lss survey, .lsg group, .lsq question) read into our own form, with a report of every loss.

Nothing is guessed in silence: what our form cannot hold (an equation, a file, an expression in a text, a rule of
validation) is named with its place. Files of structure versions from 1.91 on are read; texts stand in the rows
themselves up to version 3 and in tables of their own (`…_l10ns`) from version 4.

Reads bytes and gives plain values; writes nothing. Entities, network and deep nesting are refused by the parser.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from feedback.limesurvey_file import (
    DEFAULTS,
    HARMLESS_VALUES,
    KINDS,
    LEFT_OUT,
    LOOKS_ONLY,
    OUR_LANGUAGES,
    USED,
    Imported,
    Loss,
    Row,
    Texts,
    UnreadableQuestionnaire,
    number_of,
    parsed,
    plain_text,
    rows_of,
)
from feedback.limesurvey_questions import MAKERS


def read_questionnaire(data: bytes) -> Imported:
    """Read one file. Raises `UnreadableQuestionnaire` with a sentence when it is something else."""
    document = parsed(data)
    kind = KINDS.get(document.findtext("LimeSurveyDocType") or "")
    if kind is None:
        raise UnreadableQuestionnaire(
            _("This is not a LimeSurvey questionnaire: the file must be an .lss, .lsg or .lsq export.")
        )
    return Reader(document, kind).read()


class Reader:
    """One file on its way into our form. Rows that stand once per language are joined by their number."""

    def __init__(self, document: etree._Element, kind: str):
        self.kind = kind
        self.losses: list[Loss] = []
        self.codes: set[str] = set()
        self.code_of: dict[str, str] = {}  # number of a question in the file → our code
        self.type_of: dict[str, str] = {}
        self.made: dict[str, dict[str, Any]] = {}  # our code → our question
        tables = ("groups", "questions", "subquestions", "answers", "question_attributes", "conditions", "defaultvalues",
                  "group_l10ns", "question_l10ns", "answer_l10ns", "surveys", "surveys_languagesettings", "quota",
                  "assessments")  # fmt: skip
        self.tables = {table: rows_of(document, table) for table in tables}
        listed = [language.text or "" for language in document.iterfind("languages/language")]
        base = next((row.get("language", "") for row in self.tables["surveys"]), "")
        self.languages = self.choose_languages(list(dict.fromkeys([*([base] if base else []), *listed])) or ["en"])
        self.texts = {
            "questions": self.joined_texts("questions", "question_l10ns", "qid", ("question", "help")),
            "subquestions": self.joined_texts("subquestions", "question_l10ns", "qid", ("question", "help")),
            "groups": self.joined_texts("groups", "group_l10ns", "gid", ("group_name", "description")),
            "answers": self.joined_texts("answers", "answer_l10ns", "aid", ("answer",)),
        }
        self.attributes = self.read_attributes()

    def lose(self, place: str, what: str, detail: str = "") -> None:
        loss = Loss(place, what, detail[:200])
        if loss not in self.losses:
            self.losses.append(loss)

    # -- Languages and texts -------------------------------------------------------------------------------------------
    def choose_languages(self, found: list[str]) -> dict[str, str]:
        """Language of the file → ours. One that our form does not have is left out, unless there is no other."""
        ours: dict[str, str] = {}
        for language in found:
            short = language.split("-")[0].lower()
            if short in OUR_LANGUAGES and short not in ours.values():
                ours[language] = short
        if not ours:
            ours = {found[0]: "en"}
            self.lose(found[0], "language_renamed", found[0])
        for language in found:
            if language not in ours:
                self.lose(language, "language", language)
        return ours

    def joined_texts(
        self, table: str, own_table: str, key: str, names: tuple[str, ...]
    ) -> dict[str, dict[str, Texts]]:
        """Row number → name of the text → our language → words."""
        found: dict[str, dict[str, Texts]] = defaultdict(lambda: defaultdict(dict))
        sources = [*self.tables[table], *self.tables[own_table]]
        for row in sources:
            language = self.languages.get(row.get("language", ""))
            if language is None:
                continue
            for name in names:
                if row.get(name):
                    found[self.key_of(table, row, key)][name][language] = row[name]
        return found

    @staticmethod
    def key_of(table: str, row: Row, key: str) -> str:
        """Answers had no number of their own before version 4: question, code and scale name them."""
        if table == "answers" and "aid" not in row:
            return f"{row.get('qid')}/{row.get('code')}/{row.get('scale_id', '0')}"
        return row.get(key, "")

    def words(self, raw: Texts, place: str) -> Texts:
        """Plain words in our languages; what the marking held is reported."""
        plain: Texts = {}
        for language, text in raw.items():
            if re.search(r"<(img|video|audio|iframe|script|embed)\b", text, re.I):
                self.lose(place, "media", "")
            if re.search(r"\{[^{}\s][^{}]*\}", text):
                self.lose(place, "expression_in_text", " ".join(re.findall(r"\{[^{}]*\}", text)))
            words = plain_text(text)
            if words:
                plain[language] = words
        return plain

    def text(self, table: str, number: str, name: str, place: str) -> Texts:
        return self.words(dict(self.texts[table].get(number, {}).get(name, {})), place)

    def read_attributes(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for row in self.tables["question_attributes"]:
            name, value = row.get("attribute", ""), row.get("value", "")
            if value and (row.get("language", "") in ("", *self.languages)):
                found[row.get("qid", "")].setdefault(name, value)
        return found

    # -- Codes ---------------------------------------------------------------------------------------------------------
    def code(self, wished: str, fallback: str = "q") -> str:
        """A code of ours: small letters, figures, low lines; unique in the form."""
        stem = re.sub(r"[^a-z0-9_]+", "_", wished.lower()).strip("_") or fallback
        stem = stem if stem[0].isalpha() else f"{fallback}{stem}"
        stem = stem[:34]
        code = next(c for c in (stem, *(f"{stem}_{n}" for n in range(2, 10_000))) if c not in self.codes)
        self.codes.add(code)
        return code

    @staticmethod
    def own_code(wished: str, taken: set[str]) -> str:
        """The same for choices, unique among their own."""
        stem = re.sub(r"[^a-z0-9_]+", "_", wished.lower()).strip("_")[:34] or "a"
        stem = stem if stem[0].isalpha() else f"a{stem}"
        code = next(c for c in (stem, *(f"{stem}_{n}" for n in range(2, 10_000))) if c not in taken)
        taken.add(code)
        return code

    # -- The whole -----------------------------------------------------------------------------------------------------
    def read(self) -> Imported:
        questions = self.once("questions", "qid")
        for row in questions:
            place = row.get("title") or row.get("qid", "")
            self.code_of[row["qid"]] = self.code(place)
            self.type_of[row["qid"]] = row.get("type", "")
        groups = self.once("groups", "gid") or [{"gid": row.get("gid", "")} for row in questions[:1]]
        sections = []
        for group in sorted(groups, key=order("group_order")):
            section = self.section(group, [row for row in questions if row.get("gid") == group.get("gid")])
            if section["questions"]:
                sections.append(section)
            else:
                self.lose(section["code"], "empty_section")
        self.report_the_rest()
        form = {
            "format": "bureau-survey/1", "languages": sorted(set(self.languages.values()), key=OUR_LANGUAGES.index),
            **self.about_the_survey(), "sections": sections,
        }  # fmt: skip
        made = sum(len(section["questions"]) for section in sections)
        return Imported(self.kind, form, self.losses, questions_read=len(questions), questions_made=made)

    def once(self, table: str, key: str) -> list[Row]:
        """Rows without their repeats in other languages, in the order of the file."""
        found: dict[str, Row] = {}
        for row in self.tables[table]:
            if row.get("parent_qid", "0") in ("", "0") or table != "questions":
                found.setdefault(row.get(key, ""), row)
        return list(found.values())

    def about_the_survey(self) -> dict[str, Texts]:
        raw: dict[str, Texts] = {"title": {}, "intro": {}, "thanks": {}}
        for row in self.tables["surveys_languagesettings"]:
            language = self.languages.get(row.get("surveyls_language", ""))
            if language:
                raw["title"][language] = row.get("surveyls_title", "")
                raw["intro"][language] = "<br>".join(
                    part for part in (row.get("surveyls_description", ""), row.get("surveyls_welcometext", "")) if part
                )
                raw["thanks"][language] = row.get("surveyls_endtext", "")
        return {name: self.words({k: v for k, v in texts.items() if v}, name) for name, texts in raw.items()}

    def section(self, group: Row, questions: list[Row]) -> dict[str, Any]:
        number = group.get("gid", "")
        title = self.text("groups", number, "group_name", number)
        code = self.code(next(iter(title.values()), "") or f"s{number}", "s")
        relevance = group.get("grelevance", "")
        made = [one for row in sorted(questions, key=order("question_order")) for one in self.questions_from(row)]
        return {
            "code": code, "title": title, "text": self.text("groups", number, "description", code),
            "show_if": self.expression(relevance, code) if relevance not in ("", "1") else None, "questions": made,
        }  # fmt: skip

    def report_the_rest(self) -> None:
        for table, what in (("quota", "quotas"), ("assessments", "assessments"), ("defaultvalues", "default_values")):
            if self.tables[table]:
                self.lose("", what, str(len(self.tables[table])))

    # -- Questions -----------------------------------------------------------------------------------------------------
    def questions_from(self, row: Row) -> list[dict[str, Any]]:
        number, kind = row["qid"], row.get("type", "")
        place = row.get("title") or number
        attributes = self.attributes.get(number, {})
        make = MAKERS.get(kind)
        if make is None:
            self.lose(place, LEFT_OUT, kind)
            return []
        base = {
            "code": self.code_of[number], "text": self.text("questions", number, "question", place),
            "help": self.text("questions", number, "help", place), "required": row.get("mandatory", "N") in ("Y", "S"),
            "show_if": self.shown_if(row, place),
        }  # fmt: skip
        if not base["text"]:
            base["text"] = dict.fromkeys(self.languages.values(), place)
            self.lose(place, "no_text")
        if row.get("preg"):
            self.lose(place, "validation", row["preg"])
        for name, value in attributes.items():
            is_chosen = value.strip() not in HARMLESS_VALUES and value.strip() != DEFAULTS.get(name)
            if name not in LOOKS_ONLY | USED and is_chosen:
                self.lose(place, "attribute", f"{name} = {value}")
        if attributes.get("hidden") == "1":
            self.lose(place, "hidden")
        made = make(self, row, base, place)
        for one in made:
            self.made[one["code"]] = one
        return made

    def subquestions(self, number: str, scale: str = "0") -> list[Row]:
        seen: dict[str, Row] = {}
        for row in self.tables["subquestions"]:
            if row.get("parent_qid") == number and row.get("scale_id", "0") in (scale, ""):
                seen.setdefault(row.get("qid", ""), row)
        return sorted(seen.values(), key=order("question_order"))

    def answers(self, number: str, scale: str = "0") -> list[Row]:
        seen: dict[str, Row] = {}
        for row in self.tables["answers"]:
            if row.get("qid") == number and row.get("scale_id", "0") in (scale, ""):
                seen.setdefault(row.get("code", ""), row)
        return sorted(seen.values(), key=order("sortorder"))

    def choices(self, rows: list[Row], table: str, place: str) -> list[dict[str, Any]]:
        taken = {"other"}  # kept for an own answer beside the choices
        made = []
        for row in rows:
            name = row.get("title", "") if table == "subquestions" else row.get("code", "")
            key = self.key_of(table, row, "qid" if table == "subquestions" else "aid")
            text = self.text(table, key, "question" if table == "subquestions" else "answer", place)
            made.append({"code": self.own_code(name, taken), "text": text or self.same(name), "was": name})
        return made

    def same(self, words: str) -> Texts:
        return dict.fromkeys(self.languages.values(), words)

    # -- Conditions ----------------------------------------------------------------------------------------------------
    def shown_if(self, row: Row, place: str) -> dict[str, Any] | None:
        conditions = [one for one in self.tables["conditions"] if one.get("qid") == row["qid"]]
        if conditions:
            return self.from_conditions(conditions, place)
        relevance = row.get("relevance", "1").strip()
        return self.expression(relevance, place) if relevance not in ("", "1") else None

    def from_conditions(self, conditions: list[Row], place: str) -> dict[str, Any] | None:
        """One scenario of conditions: on the same question any of them, on different ones all. More is not carried."""
        asked = Counter(one.get("cqid", "") for one in conditions)
        tests = [self.test(one.get("cqid", ""), one.get("cfieldname", ""), one.get("method", ""), one.get("value", "")) for one in conditions]  # fmt: skip
        scenarios = {one.get("scenario", "1") for one in conditions}
        if None in tests or len(scenarios) > 1 or (len(asked) > 1 and max(asked.values()) > 1):
            self.lose(place, "condition", "; ".join(f"{one.get('cfieldname')} {one.get('method')} {one.get('value')}" for one in conditions))  # fmt: skip
            return None
        return {"any" if len(asked) == 1 and len(tests) > 1 else "all": tests}

    def test(self, number: str, asked_field: str, method: str, value: str) -> dict[str, Any] | None:
        code, kind = self.code_of.get(number), self.type_of.get(number, "")
        question = self.made.get(code or "")
        if question is None or method.strip() not in SIGNS or value.startswith(("@", "{")):
            return None
        sign = SIGNS[method.strip()]
        if kind in ("M", "P"):
            wanted = re.sub(r"^\d+X\d+X" + re.escape(number), "", asked_field.lstrip("+"))
            option = self.by_old_code(question.get("options", []), wanted)
            return {"question": code, "is": "has" if value == "Y" else "has not", "value": option} if option else None
        return self.compared(question, sign, value.strip())

    def compared(self, question: dict[str, Any], sign: str, value: str) -> dict[str, Any] | None:
        """A test of one of our questions against a value of the file, or None where the two do not fit."""
        if value == "":
            return {"question": question["code"], "is": "not answered" if sign == "=" else "answered", "value": None}
        kind = question["type"]
        if kind == "single":
            option = self.by_old_code(question["options"], value)
            return (
                {"question": question["code"], "is": sign, "value": option} if option and sign in ("=", "!=") else None
            )
        if kind in ("scale", "number", "effort", "recommendation"):
            number = number_of(value)
            return {"question": question["code"], "is": sign, "value": number} if number is not None else None
        return None

    @staticmethod
    def by_old_code(options: list[dict[str, Any]], old: str) -> str | None:
        return next((option["code"] for option in options if option.get("was") == old), None)

    def expression(self, words: str, place: str) -> dict[str, Any] | None:
        """The simple expressions that LimeSurvey itself writes: tests of one question each, joined by one word."""
        bare = words.strip()
        joiners = {joiner.lower() for joiner in re.findall(r"\s(and|or|&&|\|\|)\s", bare, re.I)}
        parts = re.split(r"\s(?:and|or|&&|\|\|)\s", bare, flags=re.I)
        tests = [self.simple_test(part) for part in parts]
        is_any = joiners <= {"or", "||"}
        is_all = joiners <= {"and", "&&"}
        if None in tests or not (is_any or is_all):
            self.lose(place, "condition", words)
            return None
        return {"any" if joiners and is_any else "all": tests}

    def simple_test(self, part: str) -> dict[str, Any] | None:
        found = re.fullmatch(
            r"[\s(!]*?([A-Za-z]\w*)(?:\.(?:NAOK|value|code))*\s*(==|!=|<=|>=|<|>|eq|ne|lt|gt|le|ge)\s*[\"']?([^\"'()]*)[\"']?[\s)]*",
            part,
        )
        if not found or part.count("(") != part.count(")") or "!" in part.split(found[1])[0]:
            return None
        name, sign, value = found.groups()
        number = next((n for n, code in self.code_of.items() if self.title_of(n) == name), None)
        if number is None:
            return self.test_of_part(name, sign, value)
        question = self.made.get(self.code_of[number])
        return self.compared(question, SIGNS[sign], value.strip()) if question else None

    def test_of_part(self, name: str, sign: str, value: str) -> dict[str, Any] | None:
        """`question_part == "Y"`: one choice of a question with several."""
        for number in self.code_of:
            title = self.title_of(number)
            question = self.made.get(self.code_of[number])
            if title and name.startswith(f"{title}_") and question and question["type"] == "multiple":
                option = self.by_old_code(question["options"], name[len(title) + 1 :])
                if option and value in ("Y", "") and SIGNS[sign] in ("=", "!="):
                    has = (SIGNS[sign] == "=") == (value == "Y")
                    return {"question": question["code"], "is": "has" if has else "has not", "value": option}
        return None

    def title_of(self, number: str) -> str:
        if not hasattr(self, "_titles"):
            self._titles = {row.get("qid", ""): row.get("title", "") for row in self.tables["questions"]}
        return self._titles.get(number, "")


SIGNS = {
    "==": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "": "=", "eq": "=", "ne": "!=", "lt": "<",
    "le": "<=", "gt": ">", "ge": ">=",
}  # fmt: skip


def order(name: str) -> Callable[[Row], tuple[float, str]]:
    return lambda row: (float(number_of(row.get(name, "") or "0") or 0), row.get("title", row.get("code", "")))


def without_old_codes(form: dict[str, Any]) -> dict[str, Any]:
    """The form as it is kept: the file's own codes of choices were needed only while conditions were read."""

    def clean(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: clean(one) for key, one in value.items() if key != "was"}
        return [clean(one) for one in value] if isinstance(value, list) else value

    return clean(form)


def parts_of(form: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every section and question of a form that may carry a condition, in order."""
    for section in form["sections"]:
        yield section
        yield from section["questions"]

"""What to ask for: cases, contacts and words as they occur in the loaded database. The same data gives the same choice."""

from dataclasses import dataclass
from functools import cached_property
from random import Random

from django.db import connection

from complaints.models import OPEN

HOW_MANY = 500
DOCUMENTS_LOOKED_INTO = 400
RARE_SHARE, FREQUENT_SHARE = 0.0002, 0.25


def rows(statement: str, *parameters) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


@dataclass
class Samples:
    seed: int = 7

    def __post_init__(self):
        self.random = Random(self.seed)
        self.last_case = rows("SELECT max(id) FROM complaints_case")[0][0]
        self.last_contact = rows("SELECT max(id) FROM complaints_contact")[0][0]

    def drawn(self, last: int) -> list[int]:
        return [self.random.randrange(1, last) for _ in range(HOW_MANY)]

    @cached_property
    def case_numbers(self) -> list[str]:
        """Of all times, unrestricted: what a specialist may open."""
        found = rows(
            "SELECT number FROM complaints_case WHERE id = ANY(%s) AND NOT is_restricted ORDER BY id",
            self.drawn(self.last_case),
        )
        return self.mixed([number for (number,) in found])

    @cached_property
    def contact_keys(self) -> list[str]:
        found = rows(
            "SELECT key FROM complaints_contact WHERE id = ANY(%s) AND NOT is_restricted ORDER BY id",
            self.drawn(self.last_contact),
        )
        return self.mixed([str(key) for (key,) in found])

    @cached_property
    def phones(self) -> list[str]:
        last = rows("SELECT max(id) FROM complaints_party")[0][0]
        found = rows(
            "SELECT phone FROM complaints_party WHERE id = ANY(%s) AND phone <> '' ORDER BY id", self.drawn(last)
        )
        return self.mixed([phone for (phone,) in found])

    @cached_property
    def survey(self) -> str:
        """The one with most answers."""
        found = rows(
            "SELECT s.code FROM feedback_survey s JOIN feedback_response r ON r.survey_id = s.id GROUP BY s.id ORDER BY count(*) DESC LIMIT 1"
        )
        if not found:
            raise LookupError("no survey has answers")
        return found[0][0]

    def mixed(self, items: list[str]) -> list[str]:
        self.random.shuffle(items)
        return items

    @cached_property
    def word_counts(self) -> dict[str, int]:
        """Words of some documents with the number of cases that hold them."""
        ids = sorted(self.random.randrange(1, self.last_case) for _ in range(DOCUMENTS_LOOKED_INTO))
        words = {
            word
            for (word,) in rows(
                "SELECT DISTINCT unnest(tsvector_to_array(vector)) FROM complaints_searchdocument WHERE case_id = ANY(%s)",
                ids,
            )
            if word.isalpha() and len(word) > 4
        }
        chosen = self.random.sample(sorted(words), min(len(words), 150))
        return {
            word: rows(
                "SELECT count(*) FROM complaints_searchdocument WHERE vector @@ plainto_tsquery('simple', %s)", word
            )[0][0]
            for word in chosen
        }

    def word_of_share(self, share: float) -> str:
        counts = {word: count for word, count in self.word_counts.items() if count}
        return min(
            counts,
            key=lambda word: (
                max(counts[word], share * self.last_case) / min(counts[word], share * self.last_case),
                word,
            ),
        )

    @cached_property
    def rare_word(self) -> str:
        return self.word_of_share(RARE_SHARE)

    @cached_property
    def frequent_word(self) -> str:
        return self.word_of_share(FREQUENT_SHARE)

    @cached_property
    def few_open_cases(self) -> tuple[str, int]:
        """A topic with about twenty-five open cases, for the list of that many rows."""
        found = rows(
            """SELECT t.code, count(*) FROM complaints_case c JOIN bureau_topic t ON t.id = c.topic_id
                WHERE c.status = ANY(%s) AND NOT c.is_restricted GROUP BY 1 ORDER BY abs(count(*) - 25), 1 LIMIT 1""",
            list(OPEN),
        )
        return found[0]

    @cached_property
    def lonely_case(self) -> tuple[str, str]:
        """Topic and day of registration that only one case has, for the list of one row."""
        return rows(
            """SELECT t.code, c.registered_on::text FROM complaints_case c JOIN bureau_topic t ON t.id = c.topic_id
                WHERE c.id > %s AND c.outcome <> 'taken_back' GROUP BY 1, 2
                HAVING count(*) = 1 AND NOT bool_or(c.is_restricted) ORDER BY 2, 1 LIMIT 1""",
            self.last_case - 200_000,
        )[0]

    @cached_property
    def topic(self) -> int:
        """One that opens no wrong door."""
        return rows("SELECT id FROM bureau_topic WHERE code = 'forest_notification'")[0][0]

    @cached_property
    def email_channel(self) -> int:
        return rows("SELECT id FROM bureau_channel WHERE code = 'email'")[0][0]

    @cached_property
    def party(self) -> int:
        """Somebody who wrote a few times."""
        return rows(
            """SELECT party_id FROM complaints_case WHERE party_id IS NOT NULL AND id > %s GROUP BY 1
                HAVING count(*) BETWEEN 3 AND 6 ORDER BY 1 LIMIT 1""",
            self.last_case - 20_000,
        )[0][0]

    @cached_property
    def report(self) -> str:
        """Address of the latest issue."""
        found = rows(
            """SELECT to_char(r.first_day, 'YYYY-MM'), i.number FROM quality_reportissue i JOIN quality_report r ON r.id = i.report_id
                WHERE r.period = 'month' ORDER BY i.id DESC LIMIT 1"""
        )
        if not found:
            raise LookupError("no report is issued")
        return f"/reports/{found[0][0]}/{found[0][1]}/"

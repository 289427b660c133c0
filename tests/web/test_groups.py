"""The study group of a text on a day: one choice in lists and in the record."""

from datetime import date

import pytest

from sg17kg.days import group_on
from sg17kg.store.base import RdfLiteral, Row
from sg17kg.web.texts import groups_of

ROWS: list[Row] = [
    {
        name: RdfLiteral(text, "http://www.w3.org/2001/XMLSchema#string")
        for name, text in (("group", group), ("as_of", day), ("group_iri", group), ("source", "a list"))
    }
    for group, day in (("SG17", "2026-05-01"), ("SG7", "2001-01-01"))
]


@pytest.mark.parametrize(
    ("on", "said_by", "group"),
    [("2026-05-01", None, "SG17"), ("2020-01-01", None, "SG7"), ("1990-01-01", None, "SG7"), ("2026-05-01", "2010-01-01", "SG7")],
)
def test_the_group_is_that_of_the_newest_catalogue_up_to_the_day_else_of_the_oldest_after_it(
    on: str, said_by: str | None, group: str
) -> None:
    (found,) = groups_of(ROWS, date.fromisoformat(on), date.fromisoformat(said_by) if said_by else None)
    assert found.group == group == group_on(ROWS, on, said_by)

"""Work items that have become texts since a list of texts under development was printed."""

from collections.abc import Mapping, Sequence

from sg17kg.briefs.statements import CatalogueQuery, Stated, in_words
from sg17kg.store.base import Row, value

# The stages at which a work item has become a text
_ENDED = ("approved", "became-other")


def published(asking: CatalogueQuery, listed: Mapping[str, Sequence[Row]]) -> dict[str, Stated]:
    """Return the work items of a list that had become texts by the day, each with the edition that shows it.

    A list is not updated after its day: it still has the work items that were approved since.
    """
    stages: dict[str | None, Row] = {}
    for row in asking.ask("work-item-stages", on=asking.day):
        stages.setdefault(value(row, "iri"), row)
    found = {}
    for name, rows in listed.items():
        stage = stages.get(value(rows[0], "text_iri"))
        if stage and value(stage, "status") in _ENDED:
            found[name] = _became(asking, name, value(rows[0], "text_iri"), value(stage, "since"))
    return found


def _became(asking: CatalogueQuery, name: str, item: str | None, since: str | None) -> Stated:
    """Return as what a work item was published, by the edition of that day; for a revision, the edition that came after the list."""
    row = next(iter(asking.ask("work-items-known", item=item)), {})
    text = value(row, "resulted_in") or value(row, "changes")
    became = "published as" if value(row, "resulted_in") else "a new edition came since,"
    past = asking.ask("history-of-text", number=text, on=asking.day) if text else []
    editions = [row for row in past if value(row, "event") == "edition" and value(row, "date") == since]
    called = value(editions[0], "what") if editions else text
    parts = [f"{became} {called}" if called else "approved", f"approved on {in_words(since)}" if since and called else ""]
    return Stated(f"{name}: {', '.join(part for part in parts if part)}.", asking.sources(editions))

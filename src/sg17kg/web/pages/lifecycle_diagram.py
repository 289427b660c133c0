"""Diagram of the life cycle of a text: provisional name, Question, consultation, meeting, edition."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from types import MappingProxyType

from markupsafe import Markup

from sg17kg.days import stated_since
from sg17kg.rendering.code_labels import N_
from sg17kg.rendering.svg_diagram import Box, layered
from sg17kg.search.records import Record
from sg17kg.store.base import Row, value
from sg17kg.web import models
from sg17kg.web.pages.page_context import PageContext
from sg17kg.web.texts import owners_out_of

_HEADS = (N_("Provisional name"), N_("Question"), N_("Determined text"), N_("Circular"), N_("Consultation"), N_("Meeting"), N_("Edition"))
_MOST = 8
Steps = list[Box | None]


def chains_of(v: PageContext, drafts: Sequence[models.Draft], known: Sequence[Row] = ()) -> dict[str, Row]:
    """Return the origin and the result of each draft by IRI (query draft-chain); an empty row if they are not known.

    `known` are rows of that query; it is run for the drafts that they do not name.
    """
    found: dict[str, Row] = {draft.iri: {} for draft in drafts}
    named = {value(row, "draft_iri") for row in known}
    others = [draft.iri for draft in drafts if draft.iri not in named]
    for row in reversed([*known, *(v.served.rows("draft-chain", draft=others) if others else ())]):
        found[value(row, "draft_iri") or ""] = row  # the first of several
    return found


def chain(
    v: PageContext, drafts: Sequence[models.Draft], editions: Sequence[models.Edition], owners: Sequence[models.Owner], name: str,
    known: Record = MappingProxyType({}),
) -> Markup | None:  # fmt: skip
    """Return a diagram with a row for each draft put to Member States and each other edition, by day; None without drafts.

    Only the newest eight rows are shown. `name` is what a draft without a provisional name revises; `owners` are responsible for a draft
    without a work item, `known` the record of the text.
    """
    rows, met, chains = [], set(), chains_of(v, drafts, known.get("draft-chain", ()))
    developing = _developing(v, chains.values(), known)
    for draft in drafts:
        row = chains[draft.iri]
        listed = (*developing.get(value(row, "work_item_iri") or "", ()), *owners)
        rows.append((value(row, "issued") or "", _steps(v, draft, row, listed, name)))
        met.add(value(row, "became_iri"))
    rows += [(edition.approved_on or "", _edition_alone(v, edition)) for edition in editions if edition.iri not in met]
    shown = [steps for _, steps in sorted(rows, key=lambda entry: entry[0])][-_MOST:]
    if not drafts:
        return None
    heads = [v.language.plain(head) for head in _HEADS]
    columns = [[steps[at] for steps in shown] for at in range(len(heads))]
    edges = []
    for row_number, steps in enumerate(shown):
        there = [at for at, box in enumerate(steps) if box]
        edges += [((before, row_number), (after, row_number)) for before, after in pairwise(there)]
    return layered(v.language.plain("From provisional name to edition"), heads, columns, edges, v.language.direction == "rtl")


def _developing(v: PageContext, chains: Iterable[Row], known: Record) -> dict[str, list[models.Owner]]:
    """Return the Questions that develop the work items of drafts, by IRI of the work item, the newest first."""
    stored = {value(row, "work_item_iri") for row in known.get("draft-chain", ())}
    items = sorted({iri for row in chains if (iri := value(row, "work_item_iri")) and iri not in stored})
    day = v.day.isoformat()
    known_rows = (*known.get("work-item-owners", ()), *known.get("statements-of-owners", ()))  # of a text, of a work item
    found = [row for row in known_rows if stated_since(row) <= day]
    stated: dict[str, list[Row]] = {}
    for row in (*found, *(v.served.rows("statements-of-owners", thing=items, on=day) if items else ())):
        stated.setdefault(value(row, "iri") or "", []).append(row)
    return {iri: owners_out_of(rows) for iri, rows in stated.items()}


def _edition_alone(v: PageContext, edition: models.Edition) -> Steps:
    return [None] * (len(_HEADS) - 1) + [Box((edition.edition, _short(v, edition.approved_on)), v.thing(edition.iri), "end")]


def _steps(v: PageContext, draft: models.Draft, row: Row, owners: Sequence[models.Owner], name: str) -> Steps:
    begins = v.language.plain("from %(day)s", day=_short(v, value(row, "meeting_start")))
    return [
        _name(v, draft, row, name),
        _question(v, row, owners),
        _linked(v, row, "text", (value(row, "text_in") or "", v.language.plain("determined"))),
        _linked(v, row, "circular", (_tail(row, "circular_iri"), _short(v, value(row, "issued")))),
        _linked(v, row, "consultation", (v.language.plain("replies until"), _short(v, value(row, "reply_deadline")))),
        _linked(v, row, "meeting", (_tail(row, "meeting_iri").upper(), begins)),
        _outcome(v, draft, row),
    ]  # fmt: skip


def _tail(row: Row, column: str) -> str:
    """Return 142 (2022-2024) for …/circular/2022-2024/142, and sg17 2024-02 for …/meeting/sg17/2024-02."""
    first, _, last = (value(row, column) or "").rpartition("/")
    before = first.rpartition("/")[2]
    return f"{last} ({before})" if last.isdigit() else f"{before} {last}"


def _linked(v: PageContext, row: Row, what: str, lines: tuple[str, ...]) -> Box:
    iri = value(row, f"{what}_iri")
    return Box(lines, v.thing(iri)) if iri else Box((v.language.plain("not known"),), kind="gone")


def _name(v: PageContext, draft: models.Draft, row: Row, name: str) -> Box:
    kind = v.plain_term("kind", draft.kind)
    if iri := value(row, "work_item_iri"):
        return Box((value(row, "provisional_name") or iri.rpartition("/")[2], kind), v.thing(iri))
    return Box((draft.part or name, kind))


def _question(v: PageContext, row: Row, owners: Sequence[models.Owner]) -> Box:
    sent = value(row, "issued") or ""
    found = next((owner for owner in owners if not sent or (owner.as_of or "") <= sent), None)
    if found is None:
        return Box((v.language.plain("not known"),), kind="gone")
    listed = (v.language.plain("listed %(day)s", day=_short(v, found.as_of)),) if found.as_of else ()
    return Box((found.question, *listed), v.thing(found.iri))


def _outcome(v: PageContext, draft: models.Draft, row: Row) -> Box:
    if draft.outcome in ("pending", "unknown") or not draft.became:
        return Box((v.plain_term("outcome", draft.outcome),), kind="gone")
    iri = value(row, "became_iri")
    return Box((draft.became, _short(v, value(row, "became_on"))), v.thing(iri) if iri else None, "end")


def _short(v: PageContext, day: str | None) -> str:
    return v.language.day(day, "medium")

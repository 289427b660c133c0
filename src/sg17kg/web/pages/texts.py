"""Pages of Recommendations, Supplements, Technical Reports, and of work items."""

from collections.abc import Sequence

from fastapi import Response
from markupsafe import Markup

from sg17kg.namespaces import BASE, ONTOLOGY
from sg17kg.rendering.citations import STYLES
from sg17kg.search.records import TEXT, WORK_ITEM
from sg17kg.store.base import Row, value
from sg17kg.web import models
from sg17kg.web.api import recommendations, work_items
from sg17kg.web.pages.formats import data_formats
from sg17kg.web.pages.lifecycle_diagram import chain, chains_of
from sg17kg.web.pages.page_context import PageContext
from sg17kg.web.pages.statements import passages_in, statements
from sg17kg.web.text_status import LIVE
from sg17kg.web.texts import drafts_of, owners_of, until


def recommendation_page(v: PageContext, iri: str, number: str) -> Response:
    """Return the page of a text: status, owners, the chain from name to edition, editions, parts, conflicts, each with its evidence."""
    text = recommendations.recommendation(number, v.request, v.served, on=v.on, lang=v.language.tag)
    record = v.served.record(TEXT, iri, text.number)
    happened = recommendations.history(number, v.request, v.served, on=v.day, limit=500)
    evidence = passages_in(record.get("evidence", []), [draft.iri for draft in text.drafts])
    own = [draft for draft in text.drafts if draft.outcome != "became-other"]
    origins = _origins(v, iri, {draft.iri for draft in own})
    later = (
        {value(row, "iri") for row in v.served.rows("news", kind="conflict") if (value(row, "date") or "") > v.day.isoformat()}
        if v.on and text.conflicts
        else set()
    )
    citations = [(style.name, f"/{iri.removeprefix(BASE)}.{style.extension}", style.media_type) for style in STYLES]
    titles = [*text.titles, *text.translated_titles]
    return v.page(
        "recommendation",
        text=text,
        conflicts=[conflict for conflict in text.conflicts if conflict.iri not in later],
        kind=_kind(iri),
        first_edition=None if text.editions else next((value(row, "approved_on") for row in record.get("text-editions", ())), None),
        standing=[(edition.edition, edition.publication) for edition in reversed(text.editions) if edition.publication in LIVE]
        if text.status.note
        else [],
        iri=iri,
        listed={edition.iri: edition.publication for edition in text.editions},
        best=v.best(titles),
        titles=titles,
        translated={title.lang for title in text.translated_titles},
        said_of_titles=_titles(record.get("drafts-of-thing", []), evidence),
        premise=next(iter(v.served.rows("status-of-text", number=number, on=v.day.isoformat())), {}),
        evidence=evidence,
        became=_became(v, text.drafts, record.get("draft-chain", [])),
        events=happened.items,
        records={event.what.iri: event.said_in for event in happened.items if event.event == "edition"},
        picture=chain(v, [*own, *(draft for _, draft in origins)], text.editions, text.owners, number, record),
        about=next((scope for draft in own if (scope := v.best(draft.scope))), None),
        elsewhere=[draft for draft in text.drafts if draft.outcome == "became-other"],
        origins=list({name: v.link(name) for name, _ in origins}.values()),
        equivalents=_equivalents(v, record.get("text-equivalents", [])),
        data=[*data_formats(iri), *citations],
        styles=citations,
        canonical=iri,
    )


def _became(v: PageContext, drafts: Sequence[models.Draft], known: Sequence[Row] = ()) -> dict[str, Markup]:
    """Return a link to the edition or text that each draft became, by IRI of the draft; "" if there was none on the day.

    `known` are rows of the query draft-chain.
    """
    chains = chains_of(v, drafts, known)
    found = dict.fromkeys((draft.iri for draft in drafts), Markup(""))
    for draft in drafts:
        if draft.became:
            why = Markup('<a class="ev" href="{}">{}</a>').format(v.thing(draft.iri + "/outcome"), v.language.say("what says so"))
            found[draft.iri] = v.link(value(chains[draft.iri], "became_iri") or "", draft.became) + " " + why
    return found


def _origins(v: PageContext, iri: str, known: set[str]) -> list[tuple[str, models.Draft]]:
    """Return the work items that became this text under another number, each with its drafts that are not in `known`."""
    references = v.served.rows("thing-references", thing=iri)
    items = [item for row in references if value(row, "property") == ONTOLOGY + "resultedIn" and (item := value(row, "value"))]
    found = []
    for item in items:
        record = v.served.record(WORK_ITEM, item)
        rows = until(record.get("drafts-of-thing", []), v.day, None, "issued", "issued")
        drafts = drafts_of(rows, record.get("draft-outcomes", []), v.day, None)
        found += [(item, draft) for draft in drafts if draft.iri not in known and draft.became]
    return found


def _titles(drafts: list[Row], evidence: dict[str, dict[str, list[models.Source]]]) -> dict[str, list[models.Source]]:
    """Return the passage of the newest draft that has each title; titles that only editions have are left out."""
    found: dict[str, list[models.Source]] = {}
    for row in drafts:
        said = evidence.get(value(row, "draft_iri") or "", {}).get("title", [])
        if (title := value(row, "title")) and said:
            found.setdefault(title, said[:1])
    return found


def _equivalents(v: PageContext, rows: list[Row]) -> list[tuple[Markup, list[Markup]]]:
    """Return the standards of other bodies, each with its editions that are equivalent to the text."""
    found: dict[str, tuple[Markup, list[Markup]]] = {}
    for row in rows:
        other = value(row, "other_iri") or ""
        entry = found.setdefault(other, (v.link(other, value(row, "other")), []))
        entry[1].append(v.link(value(row, "edition_iri") or "", value(row, "edition")))
    return list(found.values())


def _kind(iri: str) -> str:
    return {"rec": "Recommendation", "sup": "Supplement", "tr": "TechnicalReport"}[iri.removeprefix(BASE).partition("/")[0]]


def work_item_page(v: PageContext, iri: str) -> Response:
    """Return the page of a work item: who develops it, its drafts, and what it became."""
    name = iri.removeprefix(BASE).partition("/")[2]
    item = work_items.work_item(name, v.request, v.served, on=v.on, lang=v.language.tag)
    listed = max((owner.as_of or "" for owner in item.owners), default="")
    record = v.served.record(WORK_ITEM, iri)
    chains = record.get("draft-chain", [])
    return v.page(
        "work-item",
        item=item,
        iri=iri,
        listed=listed,
        since_then=_newer_edition(v, item),
        best=v.best([*([item.title] if item.title else []), *item.titles]),
        evidence=passages_in(record.get("evidence", []), [draft.iri for draft in item.drafts]),
        became=_became(v, item.drafts, chains),
        picture=chain(v, item.drafts, (), item.owners, item.name, record),
        owners_now=_owners_now(v, item.resulted_in),
        facts=statements(v, iri),
        data=data_formats(iri),
        canonical=iri,
    )


def _owners_now(v: PageContext, text: models.Reference | None) -> list[models.Owner]:
    """Return who is responsible for the Recommendation that a work item became."""
    if text is None or "/rec/" not in text.iri:
        return []
    return owners_of(v.served.record(TEXT, text.iri, text.name).get("statements-of-owners", []), v.on, None).holding


def _newer_edition(v: PageContext, item: models.WorkItem) -> Row | None:
    """Return the edition of the revised text that was approved on the day on which the work item counts as approved."""
    if not item.changes or item.resulted_in or item.status.code != "approved":
        return None
    rows = v.served.record(TEXT, item.changes.iri, item.changes.name).get("text-editions", [])
    return next((row for row in rows if value(row, "approved_on") == item.status.since), None)

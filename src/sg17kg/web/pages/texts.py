"""The pages of a Recommendation (Supplement, Technical Report) and of a work item."""

from fastapi import Response
from markupsafe import Markup

from sg17kg.namespaces import BASE
from sg17kg.rendering.citations import STYLES
from sg17kg.store.base import value
from sg17kg.web import models, recommendations, work_items
from sg17kg.web.pages.chain import chain
from sg17kg.web.pages.formats import data_formats
from sg17kg.web.pages.statements import passages_about, statements
from sg17kg.web.pages.view import View
from sg17kg.web.texts import owners_of


def recommendation_page(v: View, iri: str, number: str) -> Response:
    """One text: status, owners, the chain from name to edition, editions, parts, conflicts, each with its evidence."""
    text = recommendations.recommendation(number, v.request, v.served, on=v.on, lang=v.language.tag)
    happened = recommendations.history(number, v.request, v.served, on=v.day, limit=500)
    evidence = {draft.iri: passages_about(v, draft.iri) for draft in text.drafts}
    citations = [(style.name, f"/{iri.removeprefix(BASE)}.{style.extension}", style.media_type) for style in STYLES]
    titles = [*text.titles, *text.translated_titles]
    return v.page(
        "recommendation",
        text=text,
        kind=_kind(iri),
        iri=iri,
        listed={value(row, "edition_iri"): value(row, "publication") for row in v.served.rows("text-editions", number=number)},
        best=v.best(titles),
        titles=titles,
        translated={title.lang for title in text.translated_titles},
        said_of_titles=_titles(v, number, evidence),
        premise=next(iter(v.served.rows("status-of-text", number=number, on=v.day.isoformat())), {}),
        evidence=evidence,
        became={draft.iri: _became(v, draft) for draft in text.drafts},
        events=happened.items,
        records={event.what.iri: event.said_in for event in happened.items if event.event == "edition"},
        picture=chain(v, text.drafts, text.editions, text.owners, number),
        equivalents=_equivalents(v, number),
        data=[*data_formats(iri), *citations],
        styles=citations,
        canonical=iri,
    )


def _became(v: View, draft: models.Draft) -> Markup:
    """The edition or text that came of a draft, with its link; "" for none on the day."""
    if not draft.became:
        return Markup("")
    row = next(iter(v.served.rows("draft-chain", draft=draft.iri)), {})
    return v.link(value(row, "became_iri") or "", draft.became)


def _titles(v: View, number: str, evidence: dict[str, dict[str, list[models.Source]]]) -> dict[str, list[models.Source]]:
    """By title the passage of the newest draft that bears it; titles of editions alone have none."""
    found: dict[str, list[models.Source]] = {}
    for row in v.served.rows("text-drafts", number=number):
        said = evidence.get(value(row, "draft_iri") or "", {}).get("title", [])
        if (title := value(row, "title")) and said:
            found.setdefault(title, said[:1])
    return found


def _equivalents(v: View, number: str) -> list[tuple[str, Markup, list[Markup]]]:
    """(equivalent or number, the other thing, the editions that are equivalent to it)."""
    found: dict[tuple[str, str], tuple[str, Markup, list[Markup]]] = {}
    for row in v.served.rows("text-equivalents", number=number):
        relation, other = value(row, "relation") or "", value(row, "other_iri") or ""
        entry = found.setdefault((relation, other), (relation, v.link(other, value(row, "other")), []))
        if edition := value(row, "edition_iri"):
            entry[2].append(v.link(edition, value(row, "edition")))
    return list(found.values())


def _kind(iri: str) -> str:
    return {"rec": "Recommendation", "sup": "Supplement", "tr": "TechnicalReport"}[iri.removeprefix(BASE).partition("/")[0]]


def work_item_page(v: View, iri: str) -> Response:
    """One work item: who develops it, its drafts, and what became of it."""
    name = iri.removeprefix(BASE).partition("/")[2]
    item = work_items.work_item(name, v.request, v.served, on=v.on, lang=v.language.tag)
    resulted = item.resulted_in.iri if item.resulted_in else ""
    return v.page(
        "work-item",
        item=item,
        iri=iri,
        best=v.best([*([item.title] if item.title else []), *item.titles]),
        evidence={draft.iri: passages_about(v, draft.iri) for draft in item.drafts},
        became={draft.iri: _became(v, draft) for draft in item.drafts},
        picture=chain(v, item.drafts, (), item.owners, item.name),
        owners_now=owners_of(v.served, item.resulted_in.name, v.on, None) if item.resulted_in and "/rec/" in resulted else [],
        facts=statements(v, iri),
        data=data_formats(iri),
        canonical=iri,
    )

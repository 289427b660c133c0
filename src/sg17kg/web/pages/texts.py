"""The pages of a Recommendation (Supplement, Technical Report) and of a work item."""

from fastapi import Response

from sg17kg.namespaces import BASE, ONTOLOGY
from sg17kg.rendering.citations import STYLES
from sg17kg.store.base import value
from sg17kg.web import recommendations, work_items
from sg17kg.web.pages.chain import chain
from sg17kg.web.pages.formats import data_formats
from sg17kg.web.pages.statements import passages_about, statements
from sg17kg.web.pages.view import View
from sg17kg.web.texts import owners_of


def recommendation_page(v: View, iri: str, number: str) -> Response:
    """One text: status, owners, the chain from name to edition, editions, parts, conflicts, each with its evidence."""
    text = recommendations.recommendation(number, v.request, v.served, on=v.on, lang=v.language.tag)
    happened = recommendations.history(number, v.request, v.served, on=v.day, limit=500)
    rows = v.served.rows("text-editions", number=number)
    listed = {value(row, "edition_iri"): value(row, "publication") for row in rows}
    return v.page(
        "recommendation",
        text=text,
        kind=_kind(iri),
        iri=iri,
        listed=listed,
        best=v.best([*text.titles, *text.translated_titles]),
        others=[*text.titles, *text.translated_titles],
        translated={title.lang for title in text.translated_titles},
        evidence={draft.iri: passages_about(v, draft.iri) for draft in text.drafts},
        events=happened.items,
        picture=chain(v, text.drafts, text.editions, text.owners, number),
        data=[*data_formats(iri), *((style.name, f"/{iri.removeprefix(BASE)}.{style.extension}", style.media_type) for style in STYLES)],
        styles=[(style.name, f"/{iri.removeprefix(BASE)}.{style.extension}") for style in STYLES],
        canonical=iri,
        other_names=_other_names(v, iri),
    )


def _kind(iri: str) -> str:
    return {"rec": "Recommendation", "sup": "Supplement", "tr": "TechnicalReport"}[iri.removeprefix(BASE).partition("/")[0]]


def _other_names(v: View, iri: str) -> list[tuple[str, str, str]]:
    """What a text is equivalent to, its other number, what it amends: (property, IRI, label)."""
    wanted = ("equivalentTo", "dualNumberOf", "amends", "corrects", "revises")
    found = []
    for row in v.served.rows("thing-statements", thing=iri):
        name = (value(row, "property") or "").removeprefix(ONTOLOGY)
        if name in wanted:
            found.append((value(row, "property_name") or name, value(row, "value") or "", value(row, "name") or value(row, "value") or ""))
    return found


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
        picture=chain(v, item.drafts, (), item.owners, item.name),
        owners_now=owners_of(v.served, item.resulted_in.name, v.on, None) if item.resulted_in and "/rec/" in resulted else [],
        facts=statements(v, iri),
        data=data_formats(iri),
        canonical=iri,
    )

"""Choose the page of a thing: a specific page for the main classes, else all statements about the thing."""

from collections.abc import Callable
from datetime import date

from fastapi import Request, Response
from markupsafe import Markup

from sg17kg.identifiers import parse_number
from sg17kg.namespaces import BASE, ONTOLOGY
from sg17kg.store.base import RdfLiteral, Row, value
from sg17kg.web.api.conflicts import conflicts_of
from sg17kg.web.pages.formats import data_formats
from sg17kg.web.pages.letters import circular_page, consultation_page, draft_page, meeting_page
from sg17kg.web.pages.page_context import PageContext, view_of
from sg17kg.web.pages.questions import question_page
from sg17kg.web.pages.statements import references, statements
from sg17kg.web.pages.texts import recommendation_page, work_item_page

_NUMBERED = ("rec", "sup", "tr")


def _text_page(v: PageContext, iri: str) -> Response:
    index = v.served.index.with_records()
    number = index.number(iri) if index else next((value(row, "number") for row in v.served.rows("texts", text=iri)), None)
    return recommendation_page(v, iri, parse_number(number)) if number else thing_page(v, iri)


_PAGES: dict[str, Callable[[PageContext, str], Response]] = {
    "Recommendation": _text_page,
    "Supplement": _text_page,
    "TechnicalReport": _text_page,
    "WorkItem": work_item_page,
    "Draft": draft_page,
    "Question": question_page,
    "Circular": circular_page,
    "Consultation": consultation_page,
    "Meeting": meeting_page,
}


def page_of(request: Request, iri: str, types: list[Row], lang: str | None, on: date | None) -> Response:
    """Return the page of a thing. `types` are rows of its classes."""
    v = view_of(request, lang, on)
    classes = [(value(row, "type") or "").removeprefix(ONTOLOGY) for row in types]
    own = next((name for name in classes if name in _PAGES), None)
    if own is None or not _is_told(v, own, iri):
        return thing_page(v, iri)
    return _PAGES[own](v, iri)


def _is_told(v: PageContext, name: str, iri: str) -> bool:
    """Return whether the sources say enough for a specific page.

    Circulars and the like that are only referred to have no header and no days.
    """
    if name == "Circular":
        return bool(v.served.rows("circular", iri=iri))
    if name == "Draft":  # a draft that a meeting had under a number can be without a known circular
        return bool(v.served.rows("draft-chain", draft=iri))
    if name == "Meeting":
        return bool(v.served.rows("meetings-known", meeting=iri))
    if name == "Question":
        group, number = iri.removeprefix(BASE).split("/")[1:3]
        return number.isdigit() and bool(v.served.rows("question-versions", question=f"Q{number}/{group}"))
    return True


def thing_page(v: PageContext, iri: str) -> Response:
    """Return the page with all statements about a thing, their passages, and the references to it."""
    labels: list[RdfLiteral] = []
    types = []
    for row in v.served.rows("thing-statements", thing=iri):
        term, name = row.get("value"), value(row, "property") or ""
        if name.endswith(("#label", "#prefLabel")) and isinstance(term, RdfLiteral):
            labels.append(term)
        if name.endswith("#type"):
            types.append((value(row, "value") or "").rpartition("#")[2].rpartition("/")[2])
    label = _best(labels, v.wanted)
    conflict = "Conflict" in types
    return v.page(
        "thing",
        iri=iri,
        name=_heading(v, iri, label),
        label=label.value if label else iri.removeprefix(BASE),
        types=sorted(set(types)),
        conflict=next(iter(conflicts_of(v.served, _conflict_rows(v, iri))), None) if conflict else None,
        members=_members(v, iri, types),
        statements=statements(v, iri),
        references=references(v, iri),
        data=data_formats(iri),
        canonical=iri,
    )


def _heading(v: PageContext, iri: str, label: RdfLiteral | None) -> Markup:
    plain = v.name(iri, label.value if label else None)
    return v.of_term(label) if label and label.language not in (None, "en") else plain


def _best(labels: list[RdfLiteral], wanted: tuple[str, ...]) -> RdfLiteral | None:
    for tag in wanted:
        for label in labels:
            if (label.language or "en").partition("-")[0] == tag:
                return label
    return labels[0] if labels else None


def _conflict_rows(v: PageContext, iri: str) -> list[Row]:
    return [row for row in v.served.rows("conflicts") if value(row, "conflict_iri") == iri]


def _members(v: PageContext, iri: str, types: list[str]) -> list[Markup]:
    """Return links to the texts approved in a study period, its meetings and its circulars."""
    if "StudyPeriod" not in types:
        return []
    period = iri.rpartition("/")[2]
    days = next((row for row in v.served.rows("study-periods") if value(row, "period") == period), {})
    first, last = value(days, "start") or "", value(days, "end") or ""
    text = v.language.say("Texts whose newest edition was approved in it")
    approved = Markup('<a href="{}">{}</a>').format(v.to("/recommendations", period=period), text)
    met = [row for row in v.served.rows("meetings-known") if first <= (value(row, "start") or "") <= last]
    sent = [row for row in v.served.rows("circulars-known") if value(row, "period") == period]
    found = {value(row, "meeting_iri") or "": v.link(value(row, "meeting_iri") or "") for row in met}
    found |= {value(row, "iri") or "": v.link(value(row, "iri") or "", value(row, "document")) for row in sent}
    return [approved, *found.values()]

"""Context of every page: language, day, links, and the queries behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cached_property
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Request, Response
from markupsafe import Markup

from sg17kg.known_until import in_words
from sg17kg.namespaces import BASE, PREFIXES
from sg17kg.queries.binding import Argument
from sg17kg.rendering.code_labels import TERMS
from sg17kg.rendering.i18n import LANGUAGES, Language, direction_of, language_for
from sg17kg.rendering.templating import rendered, static_files
from sg17kg.search.records import Record, RecordKind, queries_behind
from sg17kg.store.base import QueryResult, RdfLiteral, Row, value
from sg17kg.web import models
from sg17kg.web.api.links import local
from sg17kg.web.api.parameters import Day, Lang, best_language, languages, today
from sg17kg.web.dependencies import DatasetContext, dataset_context
from sg17kg.web.known import known_of
from sg17kg.web.pages.labels import printed

HTML = "text/html; charset=utf-8"
_BOOLEAN = PREFIXES["xsd"] + "boolean"
_MOST_SHOWN = 20
_NOT_FOR_PEOPLE = frozenset(
    ("ontology-terms", "thing-known", "texts", "text-known", "work-item-known", "names", "graph-known", "files-of-document")
)


@dataclass(frozen=True)
class Noted(DatasetContext):
    """The context of one page. It caches the rows that were requested, and records the queries so that the page can show them."""

    asked: list[tuple[str, tuple[tuple[str, str], ...]]] = field(default_factory=list)
    found: dict[tuple[object, ...], list[Row]] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)

    @classmethod
    def of(cls, served: DatasetContext) -> "Noted":
        """Return the same context, without recorded queries."""
        return cls(**{entry.name: getattr(served, entry.name) for entry in fields(DatasetContext)})

    def ask(self, name: str, arguments: Mapping[str, Argument | None]) -> QueryResult:
        """See DatasetContext."""
        if name not in _NOT_FOR_PEOPLE:
            several = {key: given for key, given in arguments.items() if given is not None and not isinstance(given, str | int)}
            single = tuple((key, given) for key, given in arguments.items() if isinstance(given, str))
            # a URL holds one value, and no page shows a hundred: for a long list, the query for all is recorded
            key, values = next(iter(several.items()), ("", ()))
            for more in [((key, str(each)),) for each in values] if 0 < len(values) <= _MOST_SHOWN else [()]:
                if (entry := (name, (*more, *single))) not in self.asked:
                    self.asked.append(entry)
        return super().ask(name, arguments)

    def record(self, kind: RecordKind, iri: str, number: str = "") -> Record:
        """See DatasetContext. The queries whose rows it has are recorded."""
        if iri not in self.records:
            self.records[iri] = super().record(kind, iri, number)
            before = len(self.asked)
            behind = [(name, tuple(arguments.items())) for name, arguments in queries_behind(self.records[iri], kind, iri, number)]
            del self.asked[before:]  # without an index, some of these have run now: the page shows the same list in the same order
            self.asked.extend(entry for entry in dict.fromkeys(behind) if entry not in self.asked)
        return self.records[iri]

    def rows(self, name: str, /, **arguments: Argument | None) -> list[Row]:
        """Return the rows of a query; parts of a page that need the same rows query once."""
        key = (
            name,
            *((entry, given if isinstance(given, str | int | None) else tuple(given)) for entry, given in sorted(arguments.items())),
        )
        if key not in self.found:
            self.found[key] = super().rows(name, **arguments)
        return list(self.found[key])

    def work_item_rows(self, query: str) -> dict[str, list[Row]]:
        """See DatasetContext. The query is recorded."""
        if (query, ()) not in self.asked:
            self.asked.append((query, ()))
        return super().work_item_rows(query)

    def rows_of_each(self, name: str, parameter: str, things: Sequence[str], column: str) -> list[Row]:
        """Return the rows of a query about several things, which `column` names. It does not run again for one of them."""
        new = [thing for thing in dict.fromkeys(things) if (name, (parameter, thing)) not in self.found]
        if new:
            rows = super().rows(name, **{parameter: new if len(new) > 1 else new[0]})
            self.found.update({(name, (parameter, thing)): [row for row in rows if value(row, column) == thing] for thing in new})
        return [row for thing in dict.fromkeys(things) for row in self.found[name, (parameter, thing)]]


@dataclass(frozen=True)
class Query:
    """A query behind a page: its question, and the URL that opens it in the editor."""

    name: str
    summary: str
    href: str


@dataclass(frozen=True)
class PageContext:
    """The context of a page that is being built. `on` is the requested day, None for today; `wanted` are language tags, best first."""

    request: Request
    served: Noted
    language: Language
    wanted: tuple[str, ...]
    chosen: str | None
    on: date | None
    labels: dict[str, str] = field(default_factory=dict)
    versions: dict[str, bool] = field(default_factory=dict)

    @property
    def day(self) -> date:
        """The day for which the page answers."""
        return self.on or today()

    @property
    def replays(self) -> bool:
        """Whether the page answers for a day other than today."""
        return self.on is not None and self.on != today()

    @property
    def to_come(self) -> bool:
        """Whether the page answers for a day after today."""
        return self.day > today()

    @cached_property
    def _choices(self) -> dict[str, str]:
        """The parameters that links keep: language and day, if they were chosen."""
        kept = {"lang": self.chosen, "on": self.on.isoformat() if self.on else None}
        return {key: value for key, value in kept.items() if value}

    @cached_property
    def _choices_query(self) -> str:
        """The same as a query string; a page has hundreds of such links."""
        return urlencode(self._choices)

    def to(self, path: str, anchor: str = "", **parameters: object) -> str:
        """Return the address of a page on this host, in the chosen language and for the chosen day."""
        if parameters:
            given = {key: str(value) for key, value in parameters.items() if value not in (None, "")}
            query = urlencode(given | {key: value for key, value in self._choices.items() if key not in parameters})
        else:
            query = self._choices_query
        return path + (f"?{query}" if query else "") + (f"#{anchor}" if anchor else "")

    def again(self, **parameters: object) -> str:
        """Return the address of this page with other parameters; None or "" removes a parameter."""
        kept = {key: value for key, value in self.request.query_params.items() if key not in parameters}
        query = urlencode(kept | {key: str(value) for key, value in parameters.items() if value not in (None, "")})
        # two slashes, or one and a backslash, would lead to another host
        path = "/" + self.request.url.path.lstrip("/\\")
        return path + (f"?{query}" if query else "")

    def thing(self, iri: str) -> str:
        """Return the address of the page of a thing; an external IRI is returned unchanged."""
        path = local(iri)
        if iri.startswith("https://w3id.org/sg17kg/ontology#"):
            return self.to("/ontology", iri.rpartition("#")[2])
        return self.to(path) if path else iri

    def name(self, iri: str, label: str | None = None) -> Markup:
        """Return the name of a thing in the language of the page; if it has none, its English label, marked as English."""
        return printed(self.language, iri, label or self.served.index.get().label(iri))

    def link(self, iri: str, label: str | None = None) -> Markup:
        """Return a link to a thing, with its name."""
        if not iri.startswith(("http://", "https://", "/")):
            return Markup("{}").format(label or iri)
        return Markup('<a href="{}">{}</a>').format(self.thing(iri), self.name(iri, label))

    def term(self, group: str, code: str | None) -> Markup:
        """Return the label of a code (rendering/code_labels.py); a code without a label is returned unchanged."""
        message = TERMS[group].get(code or "")
        return self.language.say(message) if message else Markup("{}").format(code or "")

    def plain_term(self, group: str, code: str | None) -> str:
        """Return the label of a code as plain text."""
        message = TERMS[group].get(code or "")
        return self.language.plain(message) if message else code or ""

    def version(self, document: str, language: str | None) -> str | None:
        """Return the language of a passage if its document was read in several, because each version has its own line numbers."""
        if language and document not in self.versions:
            index = self.served.index.with_records()
            self.versions[document] = index.in_languages(document) if index else self._in_languages(document)
        return language if self.versions.get(document) else None

    def _in_languages(self, document: str) -> bool:
        return len({value(row, "language") for row in self.served.rows("files-of-document", document=document)}) > 1

    def text(self, title: models.Title | None) -> Markup:
        """Return a text, marked with its language and direction if its language is not that of the page."""
        return self.tagged(title.value, title.lang) if title else Markup("")

    def marked(self, title: models.Title | None) -> Markup:
        """Return the same, followed by the name of its language if that is not the language of the page."""
        if not title or title.lang == self.language.tag:
            return self.text(title)
        return Markup('{} <span class="quiet">({})</span>').format(self.text(title), self.language.of(title.lang))

    def tagged(self, text: str, tag: str | None) -> Markup:
        """Return a text marked with the language of a tag, if that is not the language of the page."""
        if not tag or tag == self.language.tag:
            return Markup("{}").format(text)
        return Markup('<span lang="{}" dir="{}">{}</span>').format(tag, direction_of(tag), text)

    def of_term(self, term: object) -> Markup:
        """Return a literal of a row, with its language; a boolean in words, because stores write it in two ways."""
        if not isinstance(term, RdfLiteral):
            return Markup("")
        if term.datatype == _BOOLEAN:
            return self.language.say("yes") if term.value in ("true", "1") else self.language.say("no")
        return self.tagged(term.value, term.language)

    def title(self, iri: str) -> Markup:
        """Return the title of a thing in the language that the reader prefers, if it has any."""
        titles = [models.Title(lang=language, value=text) for language, text in self.served.index.get().titles(iri)]
        return self.text(self.best(titles))

    def property_name(self, iri: str, english: str) -> Markup:
        """Return the name of a property in the language of the page, else its English name, marked as English."""
        if self.language.tag != "en" and not self.labels:
            for row in self.served.rows("ontology-terms"):
                label = row.get("label")
                if isinstance(label, RdfLiteral) and label.language == self.language.tag:
                    self.labels[str(row["term"].value if row["term"] else "")] = label.value
        own = self.labels.get(iri)
        return Markup("{}").format(own) if own else self.tagged(english, "en")

    def best(self, titles: Sequence[models.Title]) -> models.Title | None:
        """Return the title in the language that the reader prefers."""
        return best_language(titles, self.wanted)

    @property
    def known(self) -> dict[str, Markup]:
        """Which sources were read and up to which day, as a clause for each kind, by the names of Known."""
        return in_words(known_of(self.served), self.language)

    def rests_on(self, kinds: Sequence[str]) -> list[Markup]:
        """Return the clauses for some kinds of source."""
        known = self.known
        return [known[kind] for kind in kinds if kind in known]

    def queries(self) -> list[Query]:
        """Return the queries behind the page."""
        return [
            Query(name, self.served.catalogue.get(name).header.summary, self.to(f"/editor/{name}", **dict(arguments)))
            for name, arguments in self.served.asked
        ]

    def page(self, template: str, status: int = 200, headers: Mapping[str, str] | None = None, **values: object) -> Response:
        """Return the response: a rendered template. `data` may list the other formats of the page: (name, address, media type)."""
        content = rendered(
            template, **{"data": (), "canonical": None, "feeds": False} | values, v=self, say=self.language.say, plain=self.language.plain,
            count=self.language.count, languages=LANGUAGES, static=f"/static/{static_files().version}", base=BASE,
        )  # fmt: skip
        own = {"Vary": "Accept, Accept-Language"}
        if status != 200 or set(self.request.query_params) - {"lang"}:  # days, searches and facets give crawlers endless addresses
            own["X-Robots-Tag"] = "noindex"
        return Response(content, status, own | dict(headers or {}), media_type=HTML)


def view_of(request: Request, lang: str | None, on: date | None) -> PageContext:
    """Return the context for the page of a request."""
    wanted = languages(request, lang)
    language = language_for(wanted)
    return PageContext(request, Noted.of(dataset_context(request)), language, (language.tag, *wanted), lang and language.tag, on)


async def _view(request: Request, lang: Lang = None, on: Day = None) -> PageContext:
    return view_of(request, lang, on)


Page = Annotated[PageContext, Depends(_view)]

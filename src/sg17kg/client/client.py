"""Client with one method for each route of the service."""

import re
from collections.abc import Callable
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Literal, TypeVar

from sg17kg.client import dumps, multipart, sparql, types, urls
from sg17kg.client.answers import JSON, shaped
from sg17kg.client.dumps import DumpFile
from sg17kg.client.errors import BadArgument, InvalidResponse
from sg17kg.client.pagination import Listing, Page
from sg17kg.client.sparql import Row
from sg17kg.client.transport import Transport
from sg17kg.client.urls import Day, Server, question_segments

Shape = TypeVar("Shape")
Plain = dict[str, str | None]
_LONGEST_TARGET = 6000
_ANYTHING = "*/*"
_LANG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2}")


class Client:
    """Client of one service. Threads can share it: each request has its own connection, and idle connections are reused.

    `address`: scheme, host and port. `lang`: language of labels (en, zh). `timeout`: seconds to wait for a connection, and for each piece
    of a response. `retries`: how often a GET is repeated if the service is busy or the connection breaks before a response; the client
    waits as long as the service asks, 30 seconds at most. `page_size`: items per request, 1 to 500. `remember`: how many responses are
    cached with their ETag, so that unchanged ones are not sent again; 0 for none.

    Days are dates or text like 2026-06-10: `on` asks what was true on a day, `said_by` what had been stated by then. Nothing is sent
    before a method makes a request. Every method raises ClientError (see sg17kg.client.errors). Raises BadArgument.
    """

    def __init__(
        self,
        address: str = "http://127.0.0.1:8017",
        *,
        lang: str | None = None,
        timeout: float = 10.0,
        retries: int = 2,
        page_size: int = 100,
        remember: int = 256,
    ) -> None:
        if lang is not None and not _LANG.fullmatch(lang):
            raise BadArgument(f"lang {lang!r} is no language; write it like en or zh")
        if timeout <= 0 or retries < 0 or remember < 0 or not 1 <= page_size <= 500:
            raise BadArgument("timeout is to be above 0, retries and remember not below, page_size from 1 to 500")
        self._page_size = page_size
        self._server = Server.parse(address)
        self._asking = Transport(self._server, lang, timeout, retries, remember)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close idle connections. A client that is used again opens new ones."""
        self._asking.close()

    # Texts

    def recommendation(self, number: str, *, on: Day | None = None, said_by: Day | None = None) -> types.Recommendation:
        """Return one Recommendation, Supplement or Technical Report, by any printed form (X.1280, x1280, X Suppl. 39)."""
        return self._one(types.Recommendation, urls.path("recommendations", number), on=_day(on), said_by=_day(said_by))

    def owner(self, number: str, *, on: Day | None = None, said_by: Day | None = None) -> types.Owners:
        """Return which Question is responsible for a text, and the lines that say so."""
        return self._one(types.Owners, urls.path("recommendations", number, "owner"), on=_day(on), said_by=_day(said_by))

    def history(self, number: str, *, on: Day | None = None, said_by: Day | None = None) -> Listing[types.Event]:
        """Return what happened to a text, oldest first."""
        return self._list(types.Event, urls.path("recommendations", number, "history"), on=_day(on), said_by=_day(said_by))

    def recommendations(
        self,
        *,
        question: str | None = None,
        status: types.StatusCode | None = None,
        q: str | None = None,
        series: str | None = None,
        group: str | None = None,
        subseries: str | None = None,
        period: str | None = None,
        kind: str | None = None,
        on: Day | None = None,
        said_by: Day | None = None,
        sort: str | None = None,
    ) -> Listing[types.RecommendationSummary]:
        """Return texts: of a Question (Q10/17), at a stage, with all words (`q`), of a series or subseries.

        `series` is X, X.12 or X.1200, `subseries` X.1200-X.1299. `group` is that of a catalogue (SG17), `period` the study period of the
        newest edition (2025-2028, before 2001), `kind` Recommendation, Supplement or TechnicalReport. `sort`: number, title, status, since,
        approved_on; a minus in front reverses the order.
        """
        chosen = {"group": group, "subseries": subseries, "period": period, "kind": kind}
        filters = {"question": question, "status": status, "q": q, "series": series, **chosen, "sort": sort}
        return self._list(types.RecommendationSummary, urls.path("recommendations"), **filters, on=_day(on), said_by=_day(said_by))

    def work_item(self, name: str, *, on: Day | None = None, said_by: Day | None = None) -> types.WorkItem:
        """Return one work item by its provisional name (X.oob-sa)."""
        return self._one(types.WorkItem, urls.path("work-items", name), on=_day(on), said_by=_day(said_by))

    def work_items(
        self,
        *,
        question: str | None = None,
        status: types.StatusCode | None = None,
        on: Day | None = None,
        said_by: Day | None = None,
        sort: str | None = None,
    ) -> Listing[types.WorkItemSummary]:
        """Return work items: of a Question, at a stage. `sort`: name, status, since, proposed_number."""
        filters = {"question": question, "status": status, "sort": sort}
        return self._list(types.WorkItemSummary, urls.path("work-items"), **filters, on=_day(on), said_by=_day(said_by))

    # Questions, circulars, meetings

    def question(self, name: str, *, on: Day | None = None, said_by: Day | None = None) -> types.Question:
        """Return one Question (Q10/17): its versions, texts and relations."""
        path = urls.path("questions", *question_segments(name))
        return self._one(types.Question, path, on=_day(on), said_by=_day(said_by))

    def questions(self, *, sg: int | None = None, sort: str | None = None) -> Listing[types.QuestionSummary]:
        """Return Questions, of one study group or all. `sort`: question, title."""
        return self._list(types.QuestionSummary, urls.path("questions"), sg=sg, sort=sort)

    def circular(self, period: str, number: int, *, on: Day | None = None) -> types.Circular:
        """Return one TSB Circular by study period (2025-2028) and number."""
        return self._one(types.Circular, urls.path("circulars", period, number), on=_day(on))

    def circulars(
        self, *, period: str | None = None, on: Day | None = None, said_by: Day | None = None, sort: str | None = None
    ) -> Listing[types.CircularSummary]:
        """Return circulars, of one study period or all. `sort`: number, issued, reply_deadline."""
        return self._list(types.CircularSummary, urls.path("circulars"), period=period, on=_day(on), said_by=_day(said_by), sort=sort)

    def meeting(self, group: str, month: str) -> types.Meeting:
        """Return one meeting by group (SG17, TSAG) and the month in which it begins (2026-06)."""
        return self._one(types.Meeting, urls.path("meetings", group, month))

    def meetings(self, *, group: str | None = None, sort: str | None = None) -> Listing[types.Meeting]:
        """Return meetings, of one group or all. `sort`: start, group."""
        return self._list(types.Meeting, urls.path("meetings"), group=group, sort=sort)

    def consultation(self, period: str, number: int, *, on: Day | None = None) -> types.ConsultationDetail:
        """Return the consultation that a circular opens: deadline (UTC), rules, the rows of the form."""
        return self._one(types.ConsultationDetail, urls.path("consultations", period, number), on=_day(on))

    def consultations(
        self,
        *,
        status: Literal["open", "closed"] | None = None,
        on: Day | None = None,
        said_by: Day | None = None,
        sort: str | None = None,
    ) -> Listing[types.Consultation]:
        """Return consultations, open or closed on a day, or all. `sort`: reply_deadline, issued, circular."""
        return self._list(types.Consultation, urls.path("consultations"), status=status, on=_day(on), said_by=_day(said_by), sort=sort)

    def conflicts(self, *, settled: bool | None = None) -> Listing[types.Conflict]:
        """Return conflicts between sources: those that a curator has settled, the others, or all."""
        return self._list(types.Conflict, urls.path("conflicts"), settled=None if settled is None else "yes" if settled else "no")

    # Finding

    def search(self, q: str, *, kind: str | None = None) -> Listing[types.Found]:
        """Search names and words of titles, best matches first. `kind` is a class (Recommendation, WorkItem)."""
        return self._list(types.Found, urls.path("search"), q=q, kind=kind)

    def resolve(self, printed: str) -> types.Resolved:
        """Return the thing that a printed form means (x1280, Q10/17, SG17-R25@2025-2028). Raises MultipleMatches for several, NotFound."""
        return self._one(types.Resolved, urls.path("resolve"), id=printed)

    def evidence(self, s: str, p: str | None = None, o: str | None = None) -> Listing[types.Stated]:
        """Return the passages that state the triples about a thing.

        `s` is an IRI or a path (rec/X.1280), `p` a property (sg17:replyDeadline), `o` an object.
        """
        return self._list(types.Stated, urls.path("evidence"), s=s, p=p, o=o)

    # Queries

    def queries(self) -> Listing[types.QueryDescription]:
        """Return the query catalogue: what each query answers, its parameters, its SPARQL."""
        return self._pages(urls.path("queries"), _shape(types.QueryDescription))

    def query(self, name: str, /, **parameters: Day | int | None) -> Listing[Plain]:
        """Return the rows of a catalogue query, as plain text by column; None where a column has no value."""
        return self._pages(urls.with_parameters(urls.path("queries", name), parameters), _plain)

    def sparql(self, query: str) -> list[Row] | bool | bytes:
        """Run a query: SELECT returns rows of terms, ASK true or false, CONSTRUCT and DESCRIBE Turtle (UTF-8).

        A long query is sent as a POST, which is not repeated. Raises BadRequest for anything but a read query, RequestTimeout,
        IncompleteResponse.
        """
        accept = f"{sparql.RESULTS}, {sparql.TURTLE};q=0.9"
        target = self._target("/sparql", query=query)
        if len(target) <= _LONGEST_TARGET:
            return sparql.result(self._asking.get(target, accept))
        return sparql.result(self._asking.post(self._target("/sparql"), accept, "application/sparql-query", query.encode()))

    def check(self, circular: str | PathLike[str], *, against: bool = True) -> types.CheckReport:
        """Return the inconsistencies in a file (.docx, .pdf, .html, .txt) and, unless `against` is False, with the data of the service.

        The file is sent once and not stored. A check may take 20 seconds: give the client a `timeout` of 30. Raises BadRequest for a file
        that is not a circular or cannot be read, ServiceUnavailable, and OSError if the file cannot be opened.
        """
        path = Path(circular)
        content_type, body = multipart.form(path.name, path.read_bytes())
        target = self._target("/api/v1/check", against=None if against else "no")
        answer = self._asking.post(target, JSON, content_type, body)
        return shaped(types.CheckReport, answer.json(), answer.address)

    # Things and files

    def thing(self, thing: str, format: str = "ttl") -> bytes:  # noqa: A002 - the name of the parameter at the service
        """Return a thing by IRI or path (rec/X.1280) in a format: ttl, jsonld, nt, rdf, json, html.

        For texts also bib, ris, csl.
        """
        return self._asking.get(self._target(urls.thing_path(thing), format=format), _ANYTHING).body

    def dumps(self) -> list[DumpFile]:
        """Return the files of the whole dataset, with size and SHA-256."""
        answer = self._asking.get(self._target("/dumps/"))
        return dumps.files(answer.json(), answer.address)

    def dump(self, name: str, to: str | PathLike[str]) -> Path:
        """Download a file of dumps() to a path or into a folder, and return its path.

        The file is there only once its SHA-256 is verified. An interrupted download resumes where it stopped, now or in a later call.
        Raises NotFound, InvalidResponse, and OSError if the file cannot be written.
        """
        file = dumps.named(name, self.dumps())
        return dumps.fetch(self._asking, file, self._target(f"/dumps/{name}"), Path(to))

    def calendar(
        self, *, question: str | None = None, sg: str | int | None = None, consultation: str | None = None, remind: str | None = None
    ) -> bytes:
        """Return deadlines and meetings as iCalendar (UTF-8), for one Question or group or all. `remind`: days before, like 14,3."""
        target = self._target("/calendar.ics", question=question, sg=sg, consultation=consultation, remind=remind)
        return self._asking.get(target, "text/calendar").content("text/calendar")

    def feed(self, *, kind: Literal["circular", "edition", "conflict"] | None = None, limit: int | None = None) -> bytes:
        """Return what is new, as Atom (UTF-8)."""
        return self._asking.get(self._target("/feed.atom", kind=kind, limit=limit), "application/atom+xml").content("application/atom+xml")

    def version(self) -> str:
        """Return the SHA-256 of the dataset that is served. Raises ServiceUnavailable if the store has no dataset or does not respond."""
        return self._one(types.Ready, "/ready")["dataset"]

    def _target(self, path: str, /, **parameters: object) -> str:
        return self._server.prefix + urls.with_parameters(path, parameters)

    def _one(self, kind: type[Shape], path: str, /, **parameters: object) -> Shape:
        answer = self._asking.get(self._target(path, **parameters))
        return shaped(kind, answer.json(), answer.address)

    def _list(self, kind: type[Shape], path: str, /, **parameters: object) -> Listing[Shape]:
        return self._pages(urls.with_parameters(path, {**parameters, "limit": self._page_size}), _shape(kind))

    def _pages(self, path: str, shape: Callable[[object, str], Shape]) -> Listing[Shape]:
        def page(target: str) -> Page[Shape]:
            answer = self._asking.get(target)
            said = answer.json()
            if not isinstance(said, dict) or not isinstance(said.get("items"), list) or not isinstance(said.get("total"), int):
                raise InvalidResponse(f"{answer.address} gave no page of a list")
            following = said.get("next")
            items = [shape(item, answer.address) for item in said["items"]]
            return Page(items, None if following is None else self._server.target(following, target), said["total"])

        return Listing(page(self._server.prefix + path), page)


def _day(given: Day | None) -> str | None:
    return urls.day(given)


def _shape(kind: type[Shape]) -> Callable[[object, str], Shape]:
    return lambda given, address: shaped(kind, given, address)


def _plain(given: object, address: str) -> Plain:
    if not isinstance(given, dict) or not all(isinstance(value, str | None) for value in given.values()):
        raise InvalidResponse(f"{address} gave a row that is no row: {str(given)[:80]!r}")
    return given

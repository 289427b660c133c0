"""Whatever a client sends is read in linear time: each parser gets 64 KiB of its worst characters, and a quarter of that.

Times of one run are compared, CPU time alone, the least of several; no time is held against a clock.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from itertools import product
from typing import Any

import pytest
from starlette.requests import Request

from sg17kg.errors import Sg17kgError
from sg17kg.identifiers import parse_question, parse_study_period
from sg17kg.queries import binding
from sg17kg.rendering.media_types import choose
from sg17kg.search import tokens
from sg17kg.search.index import SearchIndex
from sg17kg.store import guard
from sg17kg.text_numbers import parse_number
from sg17kg.web.api import evidence, links, parameters
from sg17kg.web.linked_data import dumps, result_formats, sparql
from sg17kg.web.middleware import response_cache
from sg17kg.web.middleware.compression import coding_for

LONG = 64 * 1024
RUNS = 2
# seconds below which a measurement says nothing
NOTHING = 0.004
# seconds that a quarter of the length may take at most
MUCH = 0.2
# four times the text takes four times the time, a square sixteen times
FACTOR = 8.0
UNITS = (" ", "\t", ";", ",", ", ", "; ", ";q=", "q=", "0", "0-", "-0,", "a", "A", "-", "/", ".", ":", "=", "(", ")", "{", "<", "'", '"',
         "\\", "\\u0041", "%", "%41", "&", "&a=", "\u00e9", "\u8a00", "#", "#\n", "\n", "?", "*/*,",
         "a/b;q=0.1,", "a-", "e:", "service ", "x ")  # fmt: skip


def _request(path: str = "/", query: str = "", **headers: str) -> Request:
    encoded = [(name.replace("_", "-").encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]
    return Request(
        {"type": "http", "method": "GET", "scheme": "http", "path": path, "query_string": query.encode("utf-8", "replace"),
         "headers": [(b"host", b"localhost"), *encoded], "server": ("localhost", 80), "client": ("127.0.0.1", 1), "root_path": ""}
    )  # fmt: skip


def _in_body(media_type: str) -> Callable[[str], object]:
    return lambda text: sparql._posted(_request(content_type=media_type), text.encode("utf-8", "replace"))


_MODIFIED = response_cache.CachedResponse([(b"last-modified", b"Mon, 30 Nov 2026 00:00:00 GMT")], b"")
_INDEX = SearchIndex.made([], "test")
PARSERS: dict[str, tuple[Callable[[str], object], tuple[str, ...]]] = {
    "Range": (lambda text: dumps._check_range(_request(range=text), 1000), ("", "bytes=", "bytes=1-", "bytes=0-1,")),
    "Accept": (lambda text: choose(parameters.accept(_request(accept=text)), ("text/html", "application/json")), ("", "text/html", "a/b;")),
    "Accept of SPARQL": (lambda text: result_formats.negotiated.__wrapped__(text, ()), ("", "text/html", "a/b;")),
    "Accept-Language": (parameters.accepted_languages, ("", "en;", "en;q=")),
    "Accept-Encoding": (lambda text: coding_for(text.encode("latin-1", "replace")), ("", "br;", "gzip;q=")),
    "If-None-Match": (lambda text: response_cache.matches(b'"a-br"', text.encode("latin-1", "replace")), ("", "W/", '"')),
    "If-Modified-Since": (
        lambda text: response_cache.not_since(_MODIFIED, text.encode("latin-1", "replace")),
        ("", "Mon, ", "Mon, 30 Nov 2026 "),
    ),
    "Host": (links._is_host, ("", "a", "[")),
    "parameters": (lambda text: parameters.reject_repeated_parameters(_request(query=text)), ("", "a=", "on=")),
    "cursor": (parameters.offset_of, ("", "b2Zmc2V0Oj")),
    "day": (parameters.strict_day, ("", "2026-")),
    "number of a text": (parse_number, ("", "X.", "ITU-T", "Rec", "X.1 Amd.1", "X Suppl. ")),
    "Question": (parse_question, ("", "Q", "Question")),
    "study period": (parse_study_period, ("", "2025-")),
    "name of a thing": (tokens.key, ("", "ITU", "question", "Q", "ITU-T")),
    "words": (tokens.words, ("", "a")),
    "order of names": (tokens.natural, ("", "1")),
    "name in the index": (_INDEX.resolve, ("", "q", "question", "ITU")),
    "search": (_INDEX.search, ("", "q", "question", "ITU")),
    "IRI": (lambda text: binding.to_sparql_term("a", "iri", text), ("", "https://", "https://w3id.org/")),
    "text": (lambda text: binding.to_sparql_term("a", "text", text), ("",)),
    "place in a document": (evidence._PATH.fullmatch, ("", "rec/", "a-")),
    "query": (guard.reject_unsafe, ("", "SELECT ", "SELECT * { ?s ?p '''", "SELECT * { ?s ?p <", "SERVICE", "ASK { VALUES ?a { ")),
    "query in a body": (_in_body("application/sparql-query"), ("",)),
    "query in a form": (_in_body("application/x-www-form-urlencoded"), ("query=", "query=ASK{}&")),
    "charset": (lambda text: sparql._posted(_request(content_type=f"application/sparql-query;{text}"), b""), ("", "charset", "charset=")),
}  # fmt: skip

# a query is looked at more closely where it is longer than guard.LONGEST
OF_OTHER_LENGTH = {"query": 4 * LONG}


def _seconds(parse: Callable[[str], object], text: str) -> float:
    least = float("inf")
    for _ in range(RUNS):
        start = time.process_time()
        with suppress(Sg17kgError, ValueError):
            parse(text)
        least = min(least, time.process_time() - start)
        if not NOTHING < least < 1:
            break
    return least


@pytest.mark.parametrize("name", PARSERS)
def test_what_a_client_sends_is_read_in_linear_time(name: str) -> None:
    parse, beginnings = PARSERS[name]
    assert _squares(parse, beginnings, OF_OTHER_LENGTH.get(name, LONG)) == {}


def test_a_square_is_found() -> None:
    def square(text: str) -> object:
        return [text.count(letter, 0, 400) for letter in text for _ in range(len(text) // 8192)]

    assert _is_square(square, *(_text("", UNITS[0], "", length) for length in (LONG // 4, LONG)))


def _squares(parse: Callable[[str], Any], beginnings: tuple[str, ...], long: int = LONG) -> dict[str, float]:
    """Name the texts for which the time grows faster than the length, with their seconds."""
    found = {}
    for begun, unit, end in product(beginnings, UNITS, ("", "!")):
        short, full = (_text(begun, unit, end, length) for length in (long // 4, long))
        # a machine that was busy looks like a square too: what is one is one again
        if all(_is_square(parse, short, full) for _ in range(3)):
            found[f"{begun}{unit}…{end}"] = _seconds(parse, short)
    return found


def _is_square(parse: Callable[[str], Any], short: str, full: str) -> bool:
    few = _seconds(parse, short)
    if few > MUCH:  # what takes so long where it is short is not tried where it is long
        return True
    return _seconds(parse, full) > max(NOTHING, FACTOR * few)


def _text(begun: str, unit: str, end: str, length: int) -> str:
    return begun + unit * (length // len(unit)) + end

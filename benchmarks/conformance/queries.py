"""One test of a query, over HTTP and in this process."""

import httpx2 as httpx
import pyoxigraph as ox

from benchmarks.conformance.answers import MEDIA_TYPES, Answer, Rows, expected, form_of
from benchmarks.conformance.comparison import PASSED, Outcome, compare_written
from benchmarks.conformance.serving import PATH, said
from benchmarks.conformance.suite import Test

_RESULTS = {
    "srx": ox.QueryResultsFormat.XML,
    "srj": ox.QueryResultsFormat.JSON,
    "tsv": ox.QueryResultsFormat.TSV,
    "csv": ox.QueryResultsFormat.CSV,
}
_ANY = "application/sparql-results+xml, application/n-triples"


def over_http(test: Test, port: int) -> Outcome:
    """The outcome where the service answers."""
    want = expected(test.expected) if test.expected else None
    form = _form(test, want)
    headers = {"Accept": MEDIA_TYPES[form] if form else _ANY}
    answer = httpx.post(f"http://127.0.0.1:{port}{PATH}", data={"query": test.query}, headers=headers, timeout=60)
    media_type = answer.headers.get("content-type", "")
    refused = "" if answer.status_code == 200 else said(answer.status_code, media_type, answer.content)
    if answer.status_code >= 500:
        return Outcome(_wanted(test), refused)
    if refused or want is None or form is None:
        return _of_syntax(test, refused)
    if form_of(media_type) != form:
        return Outcome(MEDIA_TYPES[form], media_type)
    return compare_written(want, answer.content, form)


def in_process(test: Test, store: ox.Store) -> Outcome:
    """The outcome where pyoxigraph answers."""
    want = expected(test.expected) if test.expected else None
    form = _form(test, want)
    try:
        answer = store.query(test.query)
        content = b"" if form is None else _written(answer, form)
    except SyntaxError as error:
        return _of_syntax(test, f"SyntaxError: {str(error).splitlines()[0]}")
    except (RuntimeError, ValueError) as error:
        return Outcome(_wanted(test), f"{type(error).__name__}: {error}")
    return _of_syntax(test, "") if want is None or form is None else compare_written(want, content, form)


def _written(answer: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, form: str) -> bytes:
    if isinstance(answer, ox.QueryTriples):
        return ox.serialize(answer, format=ox.RdfFormat.N_TRIPLES) or b""
    return answer.serialize(format=_RESULTS[form]) or b""


def _form(test: Test, want: Answer | None) -> str | None:
    """The form to ask for: that of the expected answer, if a service can give it."""
    if want is None or test.expected is None:
        return None
    suffix = test.expected.suffix.lstrip(".")
    return suffix if suffix in _RESULTS else "srx" if isinstance(want, bool | Rows) else "nt"


def _wanted(test: Test) -> str:
    return {None: "an answer", True: "accepted", False: "refused"}[test.accepted]


def _of_syntax(test: Test, refused: str) -> Outcome:
    """The outcome for a query that was refused, with what was said, or accepted."""
    if bool(refused) == (test.accepted is False):
        return PASSED
    return Outcome(_wanted(test), refused or "accepted")

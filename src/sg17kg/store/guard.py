"""Guard against untrusted SPARQL that is too long, too deeply nested, an update, or a request to another machine.

The check runs before any parser, because deeply nested text overflows the parser's stack in native code, where no exception can be
caught. The size of a query is measured with its names shortened (store/names.py), so a query that passes has the shape of one of 32 KiB.
Keywords are searched for everywhere, even in strings and comments: a harmless query may be refused, but no federated query passes.
"""

import re

from sg17kg.errors import QueryRefused
from sg17kg.store import names

# Limits in characters: of the syntax, with 4 for each name (on which the cost in the engine depends), and of the whole text (on which the
# cost of reading depends). 5,000 IRIs of the graph in VALUES are 25,000 of the former and 200,000 of the latter.
LONGEST = 32 * 1024
LONGEST_WRITTEN = 256 * 1024
# pyoxigraph's parser overflows at some 2,000 nested braces
MOST_BRACKETS = 400
MOST_OPERATORS = 1200
_ALL_COUNT = (
    ". In this query everything counts, for what is an IRI or a string is in doubt:"
    " leave out \\u escapes and backslashes in names, close quotes and brackets"
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
# The keyword as any parser must see it: before a variable, an IRI or a prefixed name, and never part of a variable. The name is read up to
# the next such keyword, which is then tried itself, so that no part of the text is read twice.
_SERVICE = re.compile(r"""(?<![?$])service\s*+(?:silent\s*+)?(?:[<?$#:]|(?:(?!service)[^\s{}<>"'()?$#;,:])*+:)""", re.IGNORECASE)
# Virtuoso runs its own functions under these names even without a PREFIX
_NATIVE_FUNCTION = re.compile(r"(?<![\w:/?$.-])(?:bif|sql)\s*:\s*\w", re.IGNORECASE)
_WORD = re.compile(r"""<[^<>"{}|^`\\\s]*>|\#[^\n\r]*|[A-Za-z_][\w-]*:?""")
_UPDATES = frozenset(("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"))
_FORMS = frozenset(("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"))


def reject_unsafe(sparql: str) -> None:
    """Raise QueryRefused, with advice, unless the text is safe to parse."""
    if len(sparql) > LONGEST_WRITTEN:
        raise QueryRefused(f"the query is longer than {LONGEST_WRITTEN // 1024} KiB; split it, or use the dump")
    plain = _unescaped(sparql) if "\\" in sparql else sparql
    for text in dict.fromkeys((sparql, plain)):
        _check_size(text)
        lowered = text.lower()
        if ("bif" in lowered or "sql" in lowered) and _NATIVE_FUNCTION.search(text):
            raise QueryRefused("functions of one server (bif:, sql:) are not carried out here; use those of SPARQL 1.1")
        if "service" in lowered and _SERVICE.search(text):
            raise QueryRefused("SERVICE is not carried out here: this endpoint asks no other; ask the other endpoint yourself")
    _check_form(plain)


def _check_size(sparql: str) -> None:
    """Raise QueryRefused if length, brackets or operators exceed what a parser can handle."""
    if not _excess(sparql):  # within the limits even with its names in full
        return
    short = names.shorten_names(sparql, LONGEST)
    if excess := _excess(sparql if short is None else names.without_rows(short)):
        raise QueryRefused(excess + (_ALL_COUNT if short is None else ""))


def _excess(sparql: str) -> str | None:
    """Return which limit is exceeded and what to do, or None."""
    if len(sparql) > LONGEST:
        return (
            f"the query is longer than {LONGEST // 1024} KiB, where an IRI, string or comment counts as {names.SHORT} characters"
            f" (in full beyond {names.LONGEST_SHORTENED}); split it, or use the dump"
        )
    raw = sparql.encode("utf-8", "replace")
    if _count(raw, b"{([") + raw.count(b"<<") > MOST_BRACKETS:
        return (
            f"more than {MOST_BRACKETS} brackets outside IRIs, strings, comments and rows of VALUES, which may be nested;"
            " write the query flatter"
        )
    if _count(raw, b"!+-*/|&^~=") > MOST_OPERATORS:
        return f"more than {MOST_OPERATORS} operators (! + - * / | & ^ ~ =) outside IRIs, strings and comments; write the query shorter"
    return None


def _count(raw: bytes, characters: bytes) -> int:
    return len(raw) - len(raw.translate(None, characters))


def _unescaped(sparql: str) -> str:
    """Return the text with its \\u escapes decoded. SPARQL 1.1, section 19.2, allows them anywhere, even in a keyword."""

    def character(match: re.Match[str]) -> str:
        code = int(match[1] or match[2], 16)
        return chr(code) if code < 0x110000 else "\ufffd"

    return _ESCAPE.sub(character, sparql)


def _check_form(sparql: str) -> None:
    """Raise QueryRefused, with a clear message, for an update or a text that is no query; the parser would refuse both."""
    words = (match[0].upper() for match in _WORD.finditer(sparql))
    form = next((word for word in words if word in _FORMS or word in _UPDATES or word == "DEFINE"), None)
    if form == "DEFINE":
        raise QueryRefused("DEFINE is an order to one server and no SPARQL; leave it out")
    if form in _UPDATES:
        raise QueryRefused(f"{form} is an update, and this endpoint is read-only; send SELECT, ASK, CONSTRUCT or DESCRIBE")
    if form is None:
        raise QueryRefused("no SELECT, ASK, CONSTRUCT or DESCRIBE; send a SPARQL 1.1 query")

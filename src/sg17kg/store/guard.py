"""What a stranger's SPARQL must not be: too long, too deep, an update, or a way out of this machine.

The check comes before any parser, for deeply nested text overflows a parser's stack in native code, where no exception
can be caught. It does not tell strings, comments and IRIs from the rest: whatever it took for one of these, the parser
might take for something else. So it may refuse a query that would be harmless; it lets none through that federates.
"""

import re

from sg17kg.errors import QueryRefused

LONGEST = 32 * 1024
MOST_BRACKETS = 400
MOST_OPERATORS = 1200
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
# The keyword, as any parser must see it: before a variable, an IRI or a prefixed name, and never part of a variable.
_SERVICE = re.compile(r"""(?<![?$])service\s*(?:silent\s*)?(?:[<?$#:]|[^\s{}<>"'()?$#;,]*:)""", re.IGNORECASE)
# Virtuoso runs its own functions under these names, without any PREFIX
_NATIVE_FUNCTION = re.compile(r"(?<![\w:/?$.-])(?:bif|sql)\s*:\s*\w", re.IGNORECASE)
_WORD = re.compile(r"""<[^<>"{}|^`\\\s]*>|\#[^\n\r]*|[A-Za-z_][\w-]*:?""")
_UPDATES = frozenset(("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"))
_FORMS = frozenset(("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"))


def check(sparql: str) -> None:
    """Raise QueryRefused, with what to do, unless the text may go to a parser."""
    if len(sparql) > LONGEST:
        raise QueryRefused(f"the query is longer than {LONGEST // 1024} KiB; split it, or use the dump")
    raw = sparql.encode("utf-8", "replace")
    if _count(raw, b"{([") > MOST_BRACKETS:
        raise QueryRefused(f"more than {MOST_BRACKETS} brackets, which may be nested; write the query flatter")
    if _count(raw, b"!+-*/|&^~=") > MOST_OPERATORS:
        raise QueryRefused(f"more than {MOST_OPERATORS} operators; write the query shorter")
    plain = _unescaped(sparql) if "\\" in sparql else sparql
    for text in {sparql, plain}:
        lowered = text.lower()
        if ("bif" in lowered or "sql" in lowered) and _NATIVE_FUNCTION.search(text):
            raise QueryRefused("functions of one server (bif:, sql:) are not carried out here; use those of SPARQL 1.1")
        if "service" in lowered and _SERVICE.search(text):
            raise QueryRefused("SERVICE is not carried out here: this endpoint asks no other; ask the other endpoint yourself")
    _check_form(plain)


def _count(raw: bytes, characters: bytes) -> int:
    return len(raw) - len(raw.translate(None, characters))


def _unescaped(sparql: str) -> str:
    """The text with its \\u escapes undone: SPARQL 1.1, section 19.2, allows them anywhere, a keyword included."""

    def character(match: re.Match[str]) -> str:
        code = int(match[1] or match[2], 16)
        return chr(code) if code < 0x110000 else "\ufffd"

    return _ESCAPE.sub(character, sparql)


def _check_form(sparql: str) -> None:
    """A clear word for updates and for what is no query; the parser refuses both in any case."""
    words = (match[0].upper() for match in _WORD.finditer(sparql))
    form = next((word for word in words if word in _FORMS or word in _UPDATES or word == "DEFINE"), None)
    if form == "DEFINE":
        raise QueryRefused("DEFINE is an order to one server and no SPARQL; leave it out")
    if form in _UPDATES:
        raise QueryRefused(f"{form} is an update, and this endpoint is read-only; send SELECT, ASK, CONSTRUCT or DESCRIBE")
    if form is None:
        raise QueryRefused("no SELECT, ASK, CONSTRUCT or DESCRIBE; send a SPARQL 1.1 query")

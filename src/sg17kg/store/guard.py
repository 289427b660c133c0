"""What a stranger's SPARQL must not be: too long, too deep, an update, or a way out of this machine.

The check reads tokens, not a grammar, and comes before any parser: deeply nested text overflows a parser's stack in
native code, where no exception can be caught. It may refuse a query that would be harmless (a prefixed name is told from
a keyword, an IRI and a string are skipped); it lets none through that federates.
"""

import re

from sg17kg.errors import QueryRefused

LONGEST = 64 * 1024
DEEPEST = 64
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_TOKEN = re.compile(
    r"""(?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
      | (?P<string>'''(?:(?:'|'')?(?:[^'\\]|\\.))*'''|\"\"\"(?:(?:"|"")?(?:[^"\\]|\\.))*\"\"\"|'(?:[^'\\\n\r]|\\.)*'|"(?:[^"\\\n\r]|\\.)*")
      | (?P<comment>\#[^\n\r]*)
      | (?P<variable>[?$][\w\u00b7]+)
      | (?P<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
      | (?P<prefixed>[\w.-]*:(?:[\w.:%\\-])*)
      | (?P<word>[A-Za-z_]\w*)
      | (?P<open>[{(\[])
      | (?P<close>[})\]])""",
    re.VERBOSE | re.DOTALL,
)
_UPDATES = frozenset(["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"])
_FORMS = frozenset(["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"])


def check(sparql: str) -> None:
    """Raise QueryRefused, with what to do, unless the text may go to a parser."""
    if len(sparql) > LONGEST:
        raise QueryRefused(f"the query is longer than {LONGEST // 1024} KiB; split it, or use the dump")
    depth = 0
    words: list[str] = []
    for match in _TOKEN.finditer(_unescaped(sparql)):
        kind = match.lastgroup
        if kind == "open":
            depth += 1
            if depth > DEEPEST:
                raise QueryRefused(f"brackets are nested more than {DEEPEST} deep; write the query flatter")
        elif kind == "close":
            depth = max(0, depth - 1)
        elif kind == "word":
            words.append(match[0].upper())
    _check_words(words)


def _unescaped(sparql: str) -> str:
    """SPARQL replaces \\u escapes before anything else (SPARQL 1.1, section 19.2), so a keyword may be spelled with them."""

    def character(match: re.Match[str]) -> str:
        code = int(match[1] or match[2], 16)
        return chr(code) if code < 0x110000 else "\ufffd"

    return _ESCAPE.sub(character, sparql)


def _check_words(words: list[str]) -> None:
    if "SERVICE" in words:
        raise QueryRefused("SERVICE is not carried out here: this endpoint asks no other; ask the other endpoint yourself")
    form = next((word for word in words if word in _FORMS or word in _UPDATES), None)
    if form in _UPDATES:
        raise QueryRefused(f"{form} is an update, and this endpoint is read-only; send SELECT, ASK, CONSTRUCT or DESCRIBE")
    if form is None:
        raise QueryRefused("no SELECT, ASK, CONSTRUCT or DESCRIBE; send a SPARQL 1.1 query")

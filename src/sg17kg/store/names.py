"""Shortening of the names in a query: IRIs, strings and comments, in which no character is syntax.

The tokeniser either agrees with the grammar of SPARQL 1.1, section 19, or gives up, and nothing is shortened: no parser may read as syntax
what it reads as a name. The difficulty is `<`: `?a<x:b/x:c>?d` is a comparison to a parser without a tokeniser (pyoxigraph's) and contains
an IRI to others. A comparison needs an operand before it, and its innermost bracket must be round, because every expression of the grammar
stands in round brackets. Anywhere else `<` begins an IRI or is an error. This also holds for the rows of a data block,
`{ (<a> <b>) (<c> <d>) }`: round brackets that are alone with others of their kind in braces contain terms and no expression.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

SHORT = 4
LONGEST_SHORTENED = 512
# Each alternative is possessive or one character, so that the text is read once. A character that no other alternative matches is lost: a
# backslash outside strings (\' and \# are parts of prefixed names), or a quote that opens no string.
_TOKEN = re.compile(
    r"""(?P<iri><[^<>"{}|^`\\\x00-\x20]*+>)
    |(?P<string>\"{3}(?:\"{0,2}+(?:[^"\\]++|\\[tbnrf\\"']))*+\"{3}
      |'{3}(?:'{0,2}+(?:[^'\\]++|\\[tbnrf\\"']))*+'{3}
      |"(?!"")(?:[^"\\\r\n]++|\\[tbnrf\\"'])*+"
      |'(?!'')(?:[^'\\\r\n]++|\\[tbnrf\\"'])*+')
    |(?P<comment>\#[^\r\n]*+)
    |(?P<blank>[\ \t\r\n]++)
    |(?P<bracket>[(){}\[\]])
    |(?P<other>[<>]|[^<>"'\#\\(){}\[\]\ \t\r\n]++)
    |(?P<lost>.)""",
    re.VERBOSE | re.DOTALL,
)
# Some parsers decode these before they read anything else; pyoxigraph's does so even after an escaped backslash
_UNICODE_ESCAPE = re.compile(r"\\[uU]")
# Braces in which only rows have been read so far, and the round brackets of a row
_ROWS, _ROW = "{(", "(("
_CLOSED_BY = {"(": ")", "[": "]", "{": "}", _ROWS: "}", _ROW: ")"}
# In round brackets, `<` after one of these is no comparison, because none of them ends an operand.
_BEFORE_IRI = frozenset("(,=&|/!^")
# Characters in an IRI with which the two readings of `<` would differ from then on
_TELLING = re.compile(r"[#'()\[\]]")


class Piece(NamedTuple):
    """A token of a query. `kind` is iri, string or comment for a name, row for a bracket of a row in a data block, else syntax."""

    kind: str
    text: str


def shorten_names(sparql: str, enough: int) -> str | None:
    """Return the query with each name shortened to 4 characters, none of which is a bracket or an operator.

    A name of more than 512 characters keeps its length, because a prefix or base of many kilobytes would be copied into every name that
    uses it. The rest is left out once the result is longer than `enough`. Returns None if parsers may disagree on what the names are.
    Example: `{ ?s <http://example.org/p> "a (b)" }` gives `{ ?s <xx> "xx" }`.
    """
    written: list[str] = []
    length = 0
    try:
        for piece in pieces(sparql):
            written.append(_stand_in(piece))
            length += len(written[-1])
            if length > enough:
                break
    except ValueError:
        return None
    return "".join(written)


def pieces(sparql: str) -> Iterator[Piece]:
    """Yield the names and the syntax of a query. Raises ValueError where a parser might tokenise it differently."""
    if _UNICODE_ESCAPE.search(sparql):
        raise ValueError(sparql)
    brackets = [""]
    before = ""
    for match in _TOKEN.finditer(sparql):
        kind, text = match.lastgroup or "", match[0]
        if kind == "lost":
            raise ValueError(text)
        if kind == "iri" and (before == "<" or (brackets[-1] == "(" and before not in _BEFORE_IRI)):
            if _TELLING.search(text):
                raise ValueError(text)
            kind = "syntax"
        if kind == "bracket":
            kind = _follow(brackets, text)
        elif kind not in ("blank", "comment") and brackets[-1] == _ROWS:
            brackets[-1] = "{"
        if kind not in ("blank", "comment"):
            before = text[-1]
        yield Piece(kind if kind in ("iri", "string", "comment", "row") else "syntax", text)


def without_rows(sparql: str) -> str:
    """Return the query with the brackets of rows of data blocks as blanks: they are never nested. An ambiguous query is left as it is."""
    try:
        return "".join(" " if piece.kind == "row" else piece.text for piece in pieces(sparql))
    except ValueError:
        return sparql


def _follow(brackets: list[str], bracket: str) -> str:
    """Update the stack of open brackets, and return the kind of this bracket. Raises ValueError if it closes another bracket."""
    if bracket in ")]}":
        opened = brackets.pop()
        if _CLOSED_BY.get(opened) != bracket:
            raise ValueError(bracket)
        return "row" if opened == _ROW else "bracket"
    if brackets[-1] == _ROWS and bracket == "(":
        brackets.append(_ROW)
        return "row"
    if brackets[-1] == _ROWS:
        brackets[-1] = "{"
    brackets.append(_ROWS if bracket == "{" else bracket)
    return "bracket"


def _stand_in(piece: Piece) -> str:
    if piece.kind in ("syntax", "row"):
        return piece.text
    length = len(piece.text) if len(piece.text) > LONGEST_SHORTENED else min(len(piece.text), SHORT)
    if piece.kind == "comment":
        return "#" + "x" * (length - 1)
    return piece.text[0] + "x" * (length - 2) + piece.text[-1]

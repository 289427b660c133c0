"""Shorten the names in a query: IRIs, strings and comments, in which no character is syntax.

The tokeniser agrees with the grammar of SPARQL 1.1, section 19, or it gives up and nothing is shortened: what it takes for a name,
no parser may read as syntax. The difficulty is `<`: `?a<x:b/x:c>?d` is a comparison to a parser without a tokeniser (pyoxigraph's)
and holds an IRI to others. A comparison needs an operand before it and a round bracket as the innermost one around it, for every
expression of the grammar stands in round brackets. Anywhere else `<` begins an IRI or is an error. So it does in the rows of a data
block, `{ (<a> <b>) (<c> <d>) }`: round brackets that nothing but others like them follow in braces hold terms and no expression.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

SHORT = 4
LONGEST_SHORTENED = 512
# Each alternative is possessive or one character, so that the text is read once. What no other alternative takes is a lost character:
# a backslash outside strings (\' and \# are parts of prefixed names), or a quote that opens nothing.
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
# Some parsers undo these before they read anything else, and pyoxigraph's does so behind an escaped backslash too
_UNICODE_ESCAPE = re.compile(r"\\[uU]")
# Braces of which nothing but rows has been read, and the round brackets of a row
_ROWS, _ROW = "{(", "(("
_CLOSED_BY = {"(": ")", "[": "]", "{": "}", _ROWS: "}", _ROW: ")"}
# In round brackets `<` behind one of these is no comparison: none of them ends an operand.
_BEFORE_IRI = frozenset("(,=&|/!^")
# What would put the two readings of `<` out of step
_TELLING = re.compile(r"[#'()\[\]]")


class Piece(NamedTuple):
    """A part of a query. `kind` is iri, string or comment for a name, row for a bracket of a row of a data block, else syntax."""

    kind: str
    text: str


def shortened(sparql: str, enough: int) -> str | None:
    """Write each name of a query with 4 characters, none of which is a bracket or an operator; one of more than 512 keeps its length.

    Long ones count in full because a prefix or a base of many kilobytes would be copied into every name that uses it. What follows is
    left out once the text is longer than `enough`. None: not every parser need see the same names in it.
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
    """Divide a query into names and syntax. Raises ValueError where a parser might read on in another way."""
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
    """Write the brackets of rows of data blocks as blanks: they are never nested. A query that is in doubt stays as it is."""
    try:
        return "".join(" " if piece.kind == "row" else piece.text for piece in pieces(sparql))
    except ValueError:
        return sparql


def _follow(brackets: list[str], bracket: str) -> str:
    """Keep the brackets that are open; give the kind of this one. Raises ValueError for one that closes another."""
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

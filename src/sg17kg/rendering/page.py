"""Plain pages for people: home, and one thing with what is said of it. No script, nothing from foreign hosts."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_STYLE = """
:root{color-scheme:light dark;--ink:#1b2430;--paper:#fbfaf7;--line:#d9d5cb;--quiet:#5c6570;--link:#0b5cad}
@media(prefers-color-scheme:dark){:root{--ink:#e6e3dc;--paper:#15181c;--line:#343a42;--quiet:#9aa3ad;--link:#7fb6f2}}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem;line-height:1.25}h2{font-size:1.1rem;margin-top:2rem}a{color:var(--link)}
table{border-collapse:collapse;width:100%}td,th{text-align:start;vertical-align:top;padding:.35rem .75rem .35rem 0}
td,th{border-top:1px solid var(--line);overflow-wrap:anywhere}
th{font-weight:600}td:first-child{color:var(--quiet);width:14rem}.quiet{color:var(--quiet)}nav a{margin-inline-end:1rem}
summary{cursor:pointer;color:var(--quiet)}
pre{font-size:.85em;overflow-x:auto;padding:.75rem;border:1px solid var(--line)}
@media(max-width:40rem){td:first-child{width:7rem}}
"""


@dataclass(frozen=True)
class Cell:
    """Something shown: its text, where it leads (None: nowhere), its language (None: not known), what follows, its anchor."""

    text: str
    href: str | None = None
    language: str | None = None
    more: tuple["Cell", ...] = ()
    anchor: str | None = None

    def html(self) -> str:
        """As HTML; further cells on lines of their own."""
        return "<br>".join([self._own(), *(cell.html() for cell in self.more)])

    def _own(self) -> str:
        language = f' lang="{escape(self.language)}" dir="auto"' if self.language else ""
        language += f' id="{escape(self.anchor)}"' if self.anchor else ""
        text = f"<span{language}>{escape(self.text)}</span>" if language else escape(self.text)
        return f'<a href="{escape(self.href)}">{text}</a>' if self.href else text


@dataclass(frozen=True)
class Table:
    """A heading and rows of cells; `empty` is said where there are none; `sparql` is the query behind them."""

    heading: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    empty: str = "Nothing."
    sparql: str = ""

    def html(self) -> str:
        """As HTML."""
        return f"<h2>{escape(self.heading)}</h2>{self._content()}{self._query()}"

    def _query(self) -> str:
        return f"<details><summary>The SPARQL behind this</summary><pre>{escape(self.sparql)}</pre></details>" if self.sparql else ""

    def _content(self) -> str:
        if not self.rows:
            return f"<p class=quiet>{escape(self.empty)}</p>"
        head = "".join(f"<th scope=col>{escape(column)}</th>" for column in self.columns)
        body = "".join("<tr>" + "".join(f"<td>{cell.html()}</td>" for cell in row) + "</tr>" for row in self.rows)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def page(title: str, introduction: str, tables: Sequence[Table], links: Sequence[Cell]) -> bytes:
    """A whole page in English, UTF-8."""
    navigation = "".join(link.html() for link in links)
    content = "".join(table.html() for table in tables)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{_STYLE}</style></head>'
        f"<body><header><nav>{navigation}</nav></header><main><h1>{escape(title)}</h1><p>{escape(introduction)}</p>{content}</main>"
        '<footer><p class="quiet">sg17kg is unofficial and not a product of ITU.</p></footer></body></html>'
    ).encode()

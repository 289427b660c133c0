"""A letter as a browser prints it: PDF by another program than the one that turns Word files into PDF, with sizes and blanks of its own."""

import html
from collections.abc import Mapping

from playwright.sync_api import sync_playwright

from tests.contract.servers import require
from tests.letters.blocks import Block, Cell, Form, Heading, Letter, Table, form_cells

_STYLE = """
@page { size: A4; margin: 2.2cm 2.4cm }
body { font: 11pt/1.15 "Liberation Serif", "Noto Naskh Arabic", "Noto Serif CJK SC", serif; margin: 0 }
p { margin: 0 0 7pt 0 }
h2 { font-size: 12pt; margin: 10pt 0 7pt 0; break-after: avoid }
table { border-collapse: collapse; width: 100%; margin-bottom: 7pt }
td { vertical-align: top; padding: 0 6pt }
td p { margin: 0 0 3pt 0 }
.number { display: inline-block; min-width: 0.9cm }
"""


def page_of(letter: Letter) -> str:
    """The letter as a web page to be printed; footnotes, which browsers do not set, are left out."""
    direction = "rtl" if letter.lang == "ar" else "ltr"
    body = "\n".join(_html(block) for block in letter.blocks)
    head = f'<meta charset="utf-8"><title>x</title><style>{_STYLE}</style>'
    return f'<!DOCTYPE html>\n<html lang="{letter.lang}" dir="{direction}"><head>{head}</head><body>\n{body}\n</body></html>\n'


def printed(pages: Mapping[str, str]) -> dict[str, bytes]:
    """Web pages by name as PDFs, all by one run of Chromium; without it the test skips or fails."""
    program = require("chromium", "chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        made = {}
        for name, content in pages.items():
            page.set_content(content)
            made[name] = page.pdf(prefer_css_page_size=True)
        browser.close()
    return made


def _html(block: Block) -> str:
    if isinstance(block, Table):
        return _table(block.rows)
    if isinstance(block, Form):
        return _table(form_cells(block, "☐"))
    if isinstance(block, Heading):
        return f"<h2>{_line(block.text)}</h2>"
    return f"<p>{_line(block.text)}</p>"


def _table(rows: tuple[tuple[Cell, ...], ...]) -> str:
    cells = ("".join(f"<td>{''.join(f'<p>{_line(line)}</p>' for line in cell)}</td>" for cell in row) for row in rows)
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"


def _line(text: str) -> str:
    number, tab, rest = text.partition("\t")
    shown = html.escape(rest if tab else text)
    return f'<span class="number">{html.escape(number)}</span>{shown}' if tab else shown

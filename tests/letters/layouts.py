"""The text of a letter spoilt as texts made from PDF files are, and what can still be read from it.

Every way was seen in a letter of ITU-T or of another Sector: labels that all come before the values, one line for a page,
hyphens and blanks lost, Latin letters in a Cyrillic name, Arabic in presentation forms, footers amid paragraphs.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from tests.letters.blocks import Block, Heading, Letter, Paragraph, Table, as_text
from tests.letters.composing import LANGUAGES, compose, facts_of
from tests.letters.wording import Wording

CONSULTATIONS = ("tap-consultation", "question-consultation")
_HEADER = ("document", "circular", "contact", "procedure", "meeting", "adopted_at", "collective_letter", "consultation")
_ALL = (*_HEADER, "reply_address", "a5_justification", "ipr_statements", "drafts", "questions", "form_rows")
_WORDS = frozenset({"subject", "addressees", "copies", "signatory", "annexes", "title", "abstract", "label", "printed", "text"})


@dataclass(frozen=True)
class Layout:
    """One way to spoil a letter. `keys` are the parts of the facts that can still be read: codes and dates, not words."""

    name: str
    spoil: Callable[[Letter], str]
    keys: tuple[str, ...] = _ALL
    langs: tuple[str, ...] = LANGUAGES


def still_readable(layout: Layout, expected: Mapping[str, Any]) -> dict[str, Any]:
    """What must still be read after the letter was spoilt: without words, which the spoiling may have changed."""
    return {key: _codes(value) for key, value in expected.items() if key in layout.keys}


def _codes(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _codes(inner) for key, inner in value.items() if key not in _WORDS}
    return [_codes(inner) for inner in value] if isinstance(value, list) else value


def labels_first(letter: Letter) -> str:
    """All labels of the header, then all values."""
    rows, rest = _header(letter)
    labels = " ".join(" ".join(row[0]) for row in rows)
    values = " ".join(line for row in rows[:-1] for line in row[1])
    return _headed(letter, [*_dated(letter), Paragraph(labels), Paragraph(values), *_recipients(rows), *_subject(rows), *rest])


def header_on_one_line(letter: Letter) -> str:
    """Date, labels and values of the header run together."""
    rows, rest = _header(letter)
    said = [_date_line(letter), *(line for row in rows for cell in row for line in cell if line)]
    return _headed(letter, [Paragraph(" ".join(said)), *rest])


def page_on_one_line(letter: Letter) -> str:
    """Each page is one line; a page begins with an annex."""
    words = Wording(letter.lang, letter.number)
    annexes = {words.say("annex", n=1), words.say("annex", n=2)}
    pages: list[list[str]] = [[]]
    for line in as_text(letter).split("\n"):
        if line in annexes:
            pages.append([])
        pages[-1].append(line.replace("\t", " "))
    return "\n".join(" ".join(" ".join(page).split()) for page in pages) + "\n"


def date_before_number(letter: Letter) -> str:
    """The date stands between the label of the reference and the number."""
    rows, rest = _header(letter)
    label, named, recipients = rows[0]
    first = Paragraph(" ".join((*label, _date_line(letter), *named)))
    return _headed(letter, [first, *(Paragraph(line) for line in recipients), Table(rows[1:]), *rest])


def date_after_contact(letter: Letter) -> str:
    """The date stands after number and telephone."""
    rows, rest = _header(letter)
    return _headed(letter, [Table(rows[:-1]), *_dated(letter), Table(rows[-1:]), *rest])


def footer_amid_paragraph(letter: Letter) -> str:
    """The foot of the page and the mark of the next one stand inside the longest paragraph of the body."""
    body = next(n for n, block in enumerate(letter.blocks) if _begins_annex(letter, block))
    paragraphs = [n for n, block in enumerate(letter.blocks[:body]) if isinstance(block, Paragraph)]
    longest = max(paragraphs, key=lambda n: len(_text(letter.blocks[n])))
    whole = _text(letter.blocks[longest])
    cut = _blank_or_stop(whole)
    footer = Paragraph("Place des Nations CH-1211 Geneva 20 Switzerland Tel: +41 22 730 5111 Fax: +41 22 733 7256")
    halves: list[Block] = [Paragraph(whole[:cut].rstrip()), footer, Paragraph(f"-2-{whole[cut:].lstrip()}")]
    return _written(letter, [*letter.blocks[:longest], *halves, *letter.blocks[longest + 1 :]])


def others_named(letter: Letter) -> str:
    """The body also names another circular with its date, and another day by which something else is due."""
    words = Wording(letter.lang, letter.number)
    circular = facts_of(letter.kind, letter.number)["circular"]
    other = words.circular({"circular": circular["number"] - 13, "date": _shifted(circular["date"], -120)})
    due = words.turned(2).say("workshop.registration", day=words.day(_shifted(circular["date"], 25)))
    first = next(n for n, block in enumerate(letter.blocks) if _text(block).startswith("2\t"))
    extra: list[Block] = [Paragraph(f"({other})"), Paragraph(due)]
    return _written(letter, [*letter.blocks[:first], *extra, *letter.blocks[first:]])


def label_split(letter: Letter) -> str:
    """A blank stands inside the label of the subject and of the address: "Subje ct:", "Correo- e:"."""
    words = Wording(letter.lang, letter.number)
    text = as_text(letter)
    for key in ("subject", "email"):
        label = str(words.at(f"labels.{key}"))
        cut = label.index("-") + 1 if "-" in label else len(label) - 3
        text = text.replace(label, f"{label[:cut]} {label[cut:]}")
    return text


def accents_lost(letter: Letter) -> str:
    """French capitals and one month without their accents."""
    return as_text(letter).replace("États", "Etats").replace("État", "Etat").replace("août", "aout")


def label_after_value(letter: Letter) -> str:
    """Each value of the header before its label, as text made from a page that is written from the right."""
    rows, rest = _header(letter)
    turned = tuple((row[1], row[0], *row[2:]) for row in rows)
    return _headed(letter, [*_dated(letter), Table(turned), *rest])


def hyphens_and_blanks_lost(letter: Letter) -> str:
    """Non-breaking hyphens and blanks are gone: in the name of the Sector, before months, in numbers of telephones."""
    words = Wording(letter.lang, letter.number)
    text = re.sub(r"(ITU|UIT|МСЭ)-([TТ])\b", r"\1\2", as_text(letter))
    text = re.sub(r"(?<=\d)-(?=(?:я|й) )", "", text)
    months = "|".join(words.at("months"))
    if not months[0].isdigit():
        text = re.sub(rf"(?<=\d) (?={months})", "", text)
    return re.sub(r"\+41 22 (\d{3}) (\d{4})", r"+41 22\1 \2", text)


def range_dash_lost(letter: Letter) -> str:
    """Days of two figures each have lost the dash between them: "1620 мая"."""
    months = "|".join(Wording(letter.lang, letter.number).at("months"))
    return re.sub(rf"\b(\d\d)[-–](\d\d)(?= (?:de )?(?:{months}))", r"\1\2", as_text(letter))


def latin_in_cyrillic(letter: Letter) -> str:
    """The name of the Sector ends in a Latin letter."""
    return as_text(letter).replace("МСЭ-Т", "МСЭ-T")


def arabic_shapes(letter: Letter) -> str:
    """Letters as presentation forms, some stretched by tatweel."""
    shaped = "".join(_shaped(word) for word in re.split(r"(\s+)", as_text(letter)))
    return shaped.replace("ﺍﻟﻤ", "ﺍﻟـﻤ")


def arabic_mirrored(letter: Letter) -> str:
    """Round brackets are mirrored and ranges of days reversed, as they look on the page."""
    text = as_text(letter).translate(str.maketrans("()", ")("))
    months = "|".join(Wording(letter.lang, letter.number).at("months"))
    return re.sub(rf"\b(\d{{1,2}})-(\d{{1,2}})(?= (?:{months}))", r"\2-\1", text)


def arabic_clauses_turned(letter: Letter) -> str:
    """Numbers of clauses run from left to right, against the custom of Arabic letters."""
    return re.sub(r"(?<=الفقرة )[\d.]*\d|(?<=للفقرة )[\d.]*\d", lambda found: ".".join(reversed(found[0].split("."))), as_text(letter))


LAYOUTS = (
    Layout("labels first", labels_first),
    Layout("header on one line", header_on_one_line),
    Layout("page on one line", page_on_one_line, _HEADER),
    Layout("date before number", date_before_number),
    Layout("date after contact", date_after_contact),
    Layout("footer amid paragraph", footer_amid_paragraph),
    Layout("others named", others_named),
    Layout("label split", label_split, langs=("en", "es", "ru")),
    Layout("accents lost", accents_lost, langs=("fr",)),
    Layout("label after value", label_after_value, langs=("ar",)),
    Layout("hyphens and blanks lost", hyphens_and_blanks_lost),
    Layout("range dash lost", range_dash_lost, langs=("en", "fr", "es", "ru")),
    Layout("Latin in Cyrillic", latin_in_cyrillic, langs=("ru",)),
    Layout("Arabic shapes", arabic_shapes, langs=("ar",)),
    Layout("Arabic mirrored", arabic_mirrored, langs=("ar",)),
    Layout("Arabic clauses turned", arabic_clauses_turned, langs=("ar",)),
)


def disagreeing(number: int, lang: str) -> str:
    """A consultation on drafts whose subject gives another last day of the meeting than its body: a finding is due."""
    letter = compose("tap-consultation", number, lang)
    rows, rest = _header(letter)
    meeting = facts_of("tap-consultation", number)["meeting"]
    later = _shifted(meeting["end"], 1)
    words = Wording(lang, number)
    subject = rows[-1][1][0]
    for form in ("compact", "spoken"):
        subject = subject.replace(words.span(form, meeting["start"], meeting["end"]), words.span(form, meeting["start"], later))
    changed = (*rows[:-1], (rows[-1][0], (subject,)))
    return _headed(letter, [*_dated(letter), Table(changed), *rest])


def _shifted(iso: str, days: int) -> str:
    return (date.fromisoformat(iso) + timedelta(days=days)).isoformat()


def _header(letter: Letter) -> tuple[tuple[tuple[tuple[str, ...], ...], ...], list[Block]]:
    """Rows of the header from the reference to the subject, and all blocks after it."""
    at, table = next((n, block) for n, block in enumerate(letter.blocks) if isinstance(block, Table))
    label = Wording(letter.lang, letter.number).at("labels.reference")
    first = next(n for n, row in enumerate(table.rows) if row[0] == (label,))
    return table.rows[first:], list(letter.blocks[at + 1 :])


def _date_line(letter: Letter) -> str:
    words = Wording(letter.lang, letter.number)
    circular = facts_of(letter.kind, letter.number)["circular"]
    return words.say("date_line", place=words.place(circular["place"], None, "name"), day=words.day(circular["date"]))


def _dated(letter: Letter) -> list[Block]:
    return [Paragraph(_date_line(letter))]


def _recipients(rows: tuple[tuple[tuple[str, ...], ...], ...]) -> Iterable[Block]:
    return [Paragraph(line) for line in rows[0][2]]


def _subject(rows: tuple[tuple[tuple[str, ...], ...], ...]) -> Iterable[Block]:
    return [Paragraph(rows[-1][1][0])]


def _written(letter: Letter, blocks: Iterable[Block]) -> str:
    return as_text(replace(letter, blocks=tuple(blocks)))


def _headed(letter: Letter, blocks: Iterable[Block]) -> str:
    """A letter with another header under the same letterhead."""
    letterhead = Wording(letter.lang, letter.number).at("letterhead")
    return _written(letter, [*map(Paragraph, letterhead), *blocks])


def _begins_annex(letter: Letter, block: Block) -> bool:
    words = Wording(letter.lang, letter.number)
    return isinstance(block, Heading) and block.text in {words.say("annex", n=1), words.say("annex", n=2)}


def _text(block: Block) -> str:
    return block.text if isinstance(block, Paragraph | Heading) else ""


def _blank_or_stop(text: str) -> int:
    """Where a paragraph may be torn: at the blank nearest its middle, in Chinese after a comma or stop."""
    middle = len(text) // 2
    places = [found.end() for found in re.finditer(r" |[，。；]", text)]
    return min(places, key=lambda place: abs(place - middle))


@cache
def _forms() -> dict[tuple[str, str], str]:
    """Presentation forms by letter and position, from the decompositions of Unicode."""
    forms: dict[tuple[str, str], str] = {}
    for code in range(0xFE80, 0xFEFD):
        position, *letters = unicodedata.decomposition(chr(code)).split(" ")
        if len(letters) == 1:
            forms[chr(int(letters[0], 16)), position] = chr(code)
    return forms


def _shaped(word: str) -> str:
    forms = _forms()
    letters = [n for n, char in enumerate(word) if not unicodedata.combining(char)]
    shaped = list(word)
    for at, n in enumerate(letters):
        before = at > 0 and (word[letters[at - 1]], "<initial>") in forms and (word[n], "<final>") in forms
        after = at + 1 < len(letters) and (word[n], "<initial>") in forms and (word[letters[at + 1]], "<final>") in forms
        position = {(False, False): "<isolated>", (True, False): "<final>", (False, True): "<initial>", (True, True): "<medial>"}
        shaped[n] = forms.get((word[n], position[before, after]), word[n])
    return "".join(shaped)

"""Letters for the fuzzers: the corpus that they start from, and a mutation that knows what a letter is made of."""

import random
import re
from collections.abc import Callable, Mapping
from functools import cache

from sg17kg import assets
from sg17kg.extraction.language import load_all
from tests import FIXTURES
from tests.letters.composing import as_docx, as_text, compose, every_letter
from tests.sources.readers.making import page_of
from tests.sources.readers.test_pdf import shown

_DIGITS = re.compile(r"\d")
_LONGEST = 30_000


@cache
def words() -> tuple[str, ...]:
    """Labels, names of months and examples of the language packs: what a letter may say anywhere."""
    found: set[str] = set()
    for pack in load_all(assets.language_packs()):
        found |= {f"{label}:" for labels in pack.labels.values() for label in labels} | set(pack.months) | set(pack.detect)
        found |= {example.text for slot in pack.slots.values() for example in slot.examples}
    return tuple(sorted(found))


@cache
def letters() -> tuple[str, ...]:
    """One letter of each kind and language, and the invented circulars, as text."""
    composed = [as_text(compose(kind, number, lang)) for kind, number, lang in every_letter() if number == 1]
    return (*composed, *(path.read_text("utf-8") for path in sorted(FIXTURES.glob("*.txt"))))


def corpus(target: str) -> list[bytes]:
    """What a target starts from."""
    return _CORPORA[target]()


def mutated(content: bytes, seed: int) -> bytes:
    """A letter with a few of its lines changed; the same for the same seed."""
    chance = random.Random(seed)
    lines = content.decode("utf-8", "ignore").split("\n")
    for _ in range(chance.randint(1, 4)):
        chance.choice(_CHANGES)(lines, chance)
    return "\n".join(lines).encode()[:_LONGEST]


def _drop(lines: list[str], chance: random.Random) -> None:
    first = chance.randrange(len(lines))
    del lines[first : first + chance.choice((1, 1, 1, 5, 30))]
    if not lines:
        lines.append("")


def _double(lines: list[str], chance: random.Random) -> None:
    lines.insert(chance.randrange(len(lines)), chance.choice(lines))


def _swap(lines: list[str], chance: random.Random) -> None:
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]


def _insert(lines: list[str], chance: random.Random) -> None:
    at, word = chance.randrange(len(lines)), chance.choice(words())
    place = chance.randint(0, len(lines[at]))
    lines[at] = lines[at][:place] + chance.choice(("", " ", "\t")) + word + lines[at][place:]


def _place(lines: list[str], chance: random.Random) -> None:
    lines.insert(chance.randrange(len(lines)), chance.choice(words()))


def _count(lines: list[str], chance: random.Random) -> None:
    at = chance.randrange(len(lines))
    lines[at] = _DIGITS.sub(lambda digit: chance.choice((digit[0], digit[0], "0", "9", "٣", "")), lines[at])


def _join(lines: list[str], chance: random.Random) -> None:
    at = chance.randrange(len(lines))
    lines[at : at + 2] = [" ".join(lines[at : at + 2])]


def _split(lines: list[str], chance: random.Random) -> None:
    at = chance.randrange(len(lines))
    place = chance.randint(0, len(lines[at]))
    lines[at : at + 1] = [lines[at][:place], lines[at][place:]]


def _graft(lines: list[str], chance: random.Random) -> None:
    other = chance.choice(letters()).split("\n")
    first, at = chance.randrange(len(other)), chance.randrange(len(lines))
    lines[at:at] = other[first : first + chance.randint(1, 12)]


_CHANGES: tuple[Callable[[list[str], random.Random], None], ...] = (
    _drop, _double, _swap, _insert, _place, _count, _join, _split, _graft,
)  # fmt: skip


def _texts() -> list[bytes]:
    return [letter.encode() for letter in letters()]


def _word_files() -> list[bytes]:
    return [as_docx(compose("tap-consultation", 1, lang)) for lang in ("en", "ar", "zh")]


def _pages() -> list[bytes]:
    return [page_of(letter) for letter in letters()[:12]]


def _bodies() -> list[bytes]:
    run = "<w:r><w:t>{}</w:t></w:r>"
    cell = f"<w:tc><w:p>{run.format('1')}</w:p></w:tc>"
    return [
        f"<w:p>{run.format('a')}<w:r><w:tab/><w:br/><w:noBreakHyphen/></w:r></w:p><w:tbl><w:tr>{cell}{cell}</w:tr></w:tbl>".encode(),
        b"<w:p><w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr></w:pPr></w:p>",
        f"<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r>{run.format('x')}<w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>".encode(),
        f"<w:sdt><w:sdtContent><w:p><w:del>{run}</w:del><w:ins>{run}</w:ins></w:p></w:sdtContent></w:sdt>".encode(),
        b"<w:p><w:r><w:footnoteReference w:id='2'/><w:sym w:font='Wingdings' w:char='F0A8'/></w:r></w:p>",
    ]


_CORPORA: Mapping[str, Callable[[], list[bytes]]] = {
    "text": _texts,
    "docx": _bodies,
    "html": _pages,
    "pdf": lambda: [shown((72, 700, "one line"), (72, 680, "and another")), b"q 1 0 0 1 0 0 cm 10 10 m 10 90 l S Q"],
    "file": lambda: [*_texts()[:6], *_pages()[:2], *_word_files()],
    "extractor": _texts,
}

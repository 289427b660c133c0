"""Labels and values in headers. A label may span lines, and values may follow several labels."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sg17kg.extraction.language import LanguagePack
from sg17kg.facts import Lines
from sg17kg.readers.document import Line, fold, join

PHONE = re.compile(r"\+\d[\d ()\u2013-]{6,24}\d")
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_SPLIT_LABEL = 8
_COLON = re.compile("[:\uff1a]")


@dataclass(frozen=True)
class Labelled:
    """A label (value None) or a value after it. `label` is "" for text before any label."""

    label: str
    value: str | None
    lines: Lines


def walk(lines: Iterable[Line], pack: LanguagePack, labels: Sequence[str]) -> Iterator[Labelled]:
    """Yield labels and values in their order. A value gets the label before it; the caller handles several labels in a row."""
    filled = [line for line in lines if line.text]
    current, index = "", 0
    while index < len(filled):
        line = filled[index]
        label, rest, used = _label(filled, index, pack, labels)
        last = filled[index + used - 1].number
        while label:
            current = label
            yield Labelled(label, None, (line.number, last))
            label, rest = _label_in(rest, pack, labels)
        if rest:
            yield Labelled(current, rest, (last, last))
        index += used


def _label(filled: list[Line], index: int, pack: LanguagePack, labels: Sequence[str]) -> tuple[str, str, int]:
    """Return (label, rest of the line, lines used). A label that is split over two lines is joined."""
    text = filled[index].text
    for candidate, used in ((text, 1), (_with_next(filled, index), 2)):
        label, rest = _label_in(candidate, pack, labels)
        if label:
            return label, rest, used
    return "", text, 1


def _label_in(text: str, pack: LanguagePack, labels: Sequence[str]) -> tuple[str, str]:
    """Return (label, text after its colon), or ("", text) if the text does not start with a label."""
    head, colon, rest = _partition(text)
    label = pack.label_among(labels, head) if colon else None
    return (label, rest.strip()) if label else ("", text)


def _with_next(filled: list[Line], index: int) -> str:
    text = filled[index].text
    if len(text) > _SPLIT_LABEL or index + 1 == len(filled) or _partition(text)[1]:
        return ""
    return join([text, filled[index + 1].text])


def _partition(text: str) -> tuple[str, str, str]:
    match = _COLON.search(text)
    return (text[: match.start()], match[0], text[match.end() :]) if match else (text, "", "")


@dataclass(frozen=True)
class Contacts:
    """The first phone, fax and e-mail of a block, each with its lines, and those without a label."""

    phone: tuple[str, Lines] | None
    fax: tuple[str, Lines] | None
    email: tuple[str, Lines] | None
    unlabelled: tuple[tuple[str, Lines], ...] = ()


def contacts(entries: Iterable[Labelled]) -> Contacts:
    """Return phone, fax and e-mail by their labels. A number after several labels belongs to the first one without a value."""
    waiting: list[str] = []
    found: dict[str, tuple[str, Lines]] = {}
    unlabelled: list[tuple[str, Lines]] = []
    for entry in entries:
        if entry.value is None:
            waiting.append(entry.label)
            continue
        for sign, pattern, takers in (("+", PHONE, ("phone", "fax")), ("@", EMAIL, ("email",))):
            for match in pattern.finditer(fold(entry.value)) if sign in entry.value else ():
                taker = next((label for label in waiting if label in takers), None)
                if taker:
                    waiting.remove(taker)
                    found.setdefault(taker, (match[0].strip(), entry.lines))
                else:
                    unlabelled.append((match[0].strip(), entry.lines))
    return Contacts(found.get("phone"), found.get("fax"), found.get("email"), tuple(unlabelled))

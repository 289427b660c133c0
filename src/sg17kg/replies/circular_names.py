"""Resolve what users type: a consultation by its circular, a text by its number or name."""

import re
import unicodedata
from collections.abc import Sequence

from sg17kg.errors import BadIdentifier, BadParameter, NotFound
from sg17kg.identifiers import circular_iri
from sg17kg.namespaces import BASE
from sg17kg.replies.consultation import Ask, ConsultedText
from sg17kg.replies.phrases import LANGUAGES, vocabulary
from sg17kg.store.base import value

_LONGEST = 200
_PATH = re.compile(r"(?:circular|consultation)/(\d{4}-\d{4})/(\d{1,5})")
_PERIOD = re.compile(r"(?<!\d)(\d{4}-\d{4})(?!\d)")
_SHOWN = 40


def circular_named(ask: Ask, typed: str) -> str:
    """Return the IRI of the circular named by circular/2025-2028/104, consultation/2025-2028/104, 104, or TSB Circular 104 (2025-2028).

    A number alone is enough if only one study period has a consultation with that number. Raises BadIdentifier for any other form, NotFound
    if no circular with a consultation has the number, and BadParameter if several have it.
    """
    text = " ".join(unicodedata.normalize("NFKC", typed[:_LONGEST]).split())
    if match := _PATH.fullmatch(text.removeprefix(BASE)):
        return circular_iri(match[1], int(match[2]))
    period = _PERIOD.search(text)
    number = _number(_PERIOD.sub("", text), typed)
    known = [(value(row, "iri") or "").rsplit("/", 2)[1:] for row in ask("circulars-known") if value(row, "number") == str(number)]
    periods = sorted({its for its, _ in known if period is None or its == period[1]})
    opening = [its for its in periods if any(value(row, "consultation_iri") for row in ask("circular", iri=circular_iri(its, number)))]
    if not opening and periods:
        silent = ", ".join(f"circular/{its}/{number}" for its in periods)
        raise NotFound(f"{silent} opens no consultation; `sg17kg query consultation-deadlines` lists those that do")
    if not opening:
        raise NotFound(f"no consultation by {typed[:_SHOWN]!r} is in the graph; `sg17kg query consultation-deadlines` lists what is")
    if len(opening) > 1:
        places = ", ".join(f"circular/{its}/{number}" for its in opening)
        raise BadParameter(f"{typed[:_SHOWN]!r} may mean {places}; numbering restarts each period: name one of them")
    return circular_iri(opening[0], number)


def _number(text: str, typed: str) -> int:
    """Return the number in "104", "TSB Circular 104", or the name of a circular in another language; errors quote `typed`."""
    plain = text.replace("(", " ").replace(")", " ").strip()
    if re.fullmatch(r"\d{1,5}", plain):
        return int(plain)
    for language in LANGUAGES:
        before, _, after = vocabulary(language).form["circular"].text.partition("{number}")
        if match := re.fullmatch(_loose(before) + r"\s*(\d{1,5})\s*" + _loose(after), plain, re.IGNORECASE):
            return int(match[1])
    if match := re.fullmatch(r"circular\s+(\d{1,5})", plain, re.IGNORECASE):
        return int(match[1])
    raise BadIdentifier(f"{typed[:_SHOWN].strip()!r} is no circular; write it like circular/2025-2028/104, 104 or TSB Circular 104")


def _loose(words: str) -> str:
    return r"\s+".join(re.escape(word) for word in words.split())


def texts_by_key(texts: Sequence[ConsultedText]) -> dict[str, tuple[ConsultedText, ...]]:
    """Return the texts by the keys of all their names: number with and without part, provisional name, and what the form prints."""
    found: dict[str, dict[str, ConsultedText]] = {}
    for text in texts:
        found.setdefault(key(text.name), {})[text.name] = text
    for aliases in (_aliases, _misprints):  # an alias never replaces the name of another text
        taken = frozenset(found)
        for text in texts:
            for called in {key(alias) for alias in aliases(text) if alias} - taken:
                found.setdefault(called, {})[text.name] = text
    return {called: tuple(meant.values()) for called, meant in found.items()}


def _aliases(text: ConsultedText) -> tuple[str | None, ...]:
    return text.number, text.provisional_name, text.label, text.iri and text.iri.removeprefix(BASE)


def _misprints(text: ConsultedText) -> tuple[str | None, ...]:
    return text.printed_number, text.printed_name


def text_named(known: dict[str, tuple[ConsultedText, ...]], typed: str) -> ConsultedText:
    """Return the text with a name. Raises BadIdentifier if there is none or there are several; the message names the possible texts."""
    meant = known.get(key(typed), ())
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise BadIdentifier(f"{typed[:_SHOWN]!r} may mean {', '.join(text.name for text in meant)}; write one of these")
    names = dict.fromkeys(text.name for texts in known.values() for text in texts)
    raise BadIdentifier(f"{typed[:_SHOWN]!r} is not in this consultation; it asks about {', '.join(names)}")


def key(typed: str) -> str:
    """Return the key for comparing numbers and names: without case, ITU-T, the word Question, blanks, brackets, hyphens and underscores.

    Dots between digits stay (X.1277.2).
    """
    folded = unicodedata.normalize("NFKC", typed[:_LONGEST]).casefold()
    folded = re.sub(r"\bitu-?t\b|\bquestion\b|^\s*q(?=\s*\d)", "", folded)
    kept = re.sub(r"[\s_()-]", "", folded)
    return re.sub(r"(?<!\d)\.|\.(?!\d)", "", kept)

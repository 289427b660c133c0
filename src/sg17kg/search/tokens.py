"""Tokens of a text, and the normalised key of a name.

Chinese and Japanese have no blanks between words. Each pair of adjacent characters counts as a word, so that a word inside a title is found
without a dictionary.
"""

import re
import unicodedata

from sg17kg.errors import BadIdentifier
from sg17kg.text_numbers import parse_number

_IDEOGRAPHS = r"\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"[{_IDEOGRAPHS}]+|[^\W_{_IDEOGRAPHS}]+")
_WIDE = re.compile(f"[{_IDEOGRAPHS}]")
_NOISE = re.compile(r"\b(?:ITU\s*-?\s*T|RECOMMENDATION|REC|TSB)\b[.:]?", re.IGNORECASE)
# a dot between digits distinguishes X.1277.2 from X.12772
_NO_KEY = re.compile(r"(?!(?<=[0-9])\.[0-9])[^\w/]|_")
_LONGEST = 400


def folded(text: str) -> str:
    """Return a text with compatibility forms (full-width letters) normalised and case folded, from at most 400 characters."""
    return unicodedata.normalize("NFKC", text[:_LONGEST]).casefold()


def key(text: str) -> str:
    """Return the key of a name: "x1280" for "ITU-T Rec. X.1280", "X 1280" and "x.1280"; "q10/17" for "Question 10/17".

    The key of a number in a longer form ("Z.100 Appendix II", "E-100 Suppl. 1") is that of its canonical form.
    """
    text = _canonical(text)
    plain = _NOISE.sub(" ", unicodedata.normalize("NFKC", text[:_LONGEST]))
    bare = _NO_KEY.sub("", plain.casefold())
    return re.sub(r"^question(?=\d)", "q", bare) or _NO_KEY.sub("", folded(text))


def _canonical(text: str) -> str:
    try:
        return parse_number(text)
    except BadIdentifier:
        return text


def words(text: str) -> list[str]:
    """Return the words of a text: of a run of Chinese characters each pair of adjacent ones, or the character if it is single."""
    found: list[str] = []
    for run in _RUN.findall(folded(text)):
        if _WIDE.match(run):
            found += [run[at : at + 2] for at in range(len(run) - 1)] or [run]
        else:
            found.append(run)
    return found


def is_wide(word: str) -> bool:
    """Return whether a word has Chinese characters."""
    return bool(_WIDE.match(word))


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return a key that sorts numbers in a text as numbers: X.509 before X.1051, Q7/17 before Q10/17."""
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"([0-9]+)", text.casefold()) if part)

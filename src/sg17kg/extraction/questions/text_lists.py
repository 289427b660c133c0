"""The two lists of a Question: published texts and texts under development.

Lists are shortened: "增补7、35" are two Supplements, and a Recommendation may interrupt the run. Joint responsibility is given in
brackets after the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sg17kg.extraction.language import LanguagePack
from sg17kg.facts import Kind, ListedText, ListedWork
from sg17kg.text_numbers import NUMBER, PROVISIONAL_NAME, TECHNICAL_REPORT, restore_dot, restore_name, type_of_name

_OPEN, _CLOSE = "(（", ")）"
_NUMBER = re.compile(NUMBER)
_NAME = re.compile(PROVISIONAL_NAME)
_TECHNICAL_REPORT = re.compile(TECHNICAL_REPORT)
_PLAIN_NUMBER = re.compile(r"\d{1,3}")
_CHANGE = re.compile(rf"(?P<number>{NUMBER})[ .]?(?:(?P<rev>[Rr]ev\.?)|Amd\.? ?(?P<amd>\d+)|Cor\.? ?(?P<cor>\d+))")
_NUMBERED = re.compile(rf"(?P<number>{NUMBER}) ?[(（] ?(?P<name>{PROVISIONAL_NAME}) ?[)）]")


@dataclass(frozen=True)
class Unreadable:
    """An entry of a list that matches no notation."""

    printed: str


def split(text: str, separators: str) -> Iterator[str]:
    """Yield the entries of a list. Separators inside brackets are ignored."""
    depth, start = 0, 0
    for match in re.finditer(f"[{re.escape(_OPEN + _CLOSE)}]|{separators}", text):
        bracket = (match[0] in _OPEN) - (match[0] in _CLOSE)
        depth += bracket
        if not bracket and depth <= 0:
            yield text[start : match.start()]
            start = match.end()
    yield text[start:]


def published(text: str, pack: LanguagePack) -> list[ListedText | Unreadable]:
    """Return the entries of a list of published texts, in their order."""
    entries: list[ListedText | Unreadable] = []
    series: str | None = None
    default = next((match[0][0] for match in _NUMBER.finditer(text)), "X")
    for printed in _entries(text, pack):
        head, joint = _joint(printed, pack)
        supplement = _supplement(head, pack, default, series)
        if supplement:
            series = supplement[0]
            entries.append(ListedText(printed, supplement, "supplement", joint))
            continue
        series = None
        entries.append(_published(printed, head, joint))
    return entries


def _entries(text: str, pack: LanguagePack) -> Iterator[str]:
    """Yield the entries without surrounding blanks and without the word that announces a Technical Report."""
    for entry in split(text, pack.separators):
        stripped = re.sub(rf"^\s*(?:{pack.drafts.technical_report})\s*", "", entry).strip()
        if stripped:
            yield stripped


def _joint(printed: str, pack: LanguagePack) -> tuple[str, str | None]:
    """Return (entry without its brackets, group that shares the responsibility)."""
    match = re.fullmatch(r"(.*?) ?[(（](.*)[)）]", printed)
    joint = pack.search("joint_with", match[2]) if match else None
    return (match[1], f"SG{int(joint['sg'])}") if match and joint else (printed, None)


def _supplement(head: str, pack: LanguagePack, default: str, series: str | None) -> str | None:
    """Return "X Suppl. 7" for a Supplement given by its full name, by its number after the word, or by a bare number in a run."""
    full = re.fullmatch(pack.drafts.supplement, head)
    if full:
        return f"{full['series']} Suppl. {int(full['supplement'])}"
    word = re.fullmatch(rf"(?:{pack.drafts.supplement_word}) ?(\d{{1,3}})", head)
    if word:
        return f"{series or default} Suppl. {int(word[1])}"
    return f"{series} Suppl. {int(head)}" if series and _PLAIN_NUMBER.fullmatch(head) else None


def _published(printed: str, head: str, joint: str | None) -> ListedText | Unreadable:
    if _NUMBER.fullmatch(head):
        return ListedText(printed, restore_dot(head), "recommendation", joint)
    if _TECHNICAL_REPORT.fullmatch(head):
        return ListedText(printed, head, "technical-report", joint)
    return Unreadable(printed)


def under_development(text: str, pack: LanguagePack) -> list[ListedWork | Unreadable]:
    """Return the entries of a list of texts under development, in their order."""
    return [_work(printed) for printed in _entries(text, pack)]


def _work(printed: str) -> ListedWork | Unreadable:
    if match := _CHANGE.fullmatch(printed):
        kind: Kind = "revised" if match["rev"] else "amendment" if match["amd"] else "corrigendum"
        return ListedWork(printed, None, None, kind, restore_dot(match["number"]), "recommendation")
    if match := _NUMBERED.fullmatch(printed):
        name = restore_name(match["name"])
        return ListedWork(printed, restore_dot(match["number"]), name, "new", None, type_of_name(name))
    if _TECHNICAL_REPORT.fullmatch(printed) or _NAME.fullmatch(printed):
        name = restore_name(printed)
        return ListedWork(printed, None, name, "new", None, type_of_name(name))
    if _NUMBER.fullmatch(printed):
        return ListedWork(printed, restore_dot(printed), None, "new", None, "recommendation")
    return Unreadable(printed)

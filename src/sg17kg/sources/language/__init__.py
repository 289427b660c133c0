"""Language packs: everything that an extractor knows of a language, as data. Code knows none.

A pack is one YAML file with a closed set of keys. Patterns are regular expressions over folded text (see
sources/document.py), written with macros; each slot brings examples, which the tests run.
"""

import re
from functools import cached_property
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from sg17kg.errors import AssetError
from sg17kg.sources.document import Document, fold

SLOTS = frozenset(
    {
        "circular_number", "date_line", "salutation", "closing", "enclosed", "annex_heading", "annex_reference", "draft_count",
        "tap", "procedure", "consultation_clause", "meeting", "meeting_place", "virtual", "collective_letter", "deadline", "utc",
        "months_open", "threshold", "explicit_replies", "approved_without_replies", "procedure_applied", "taken_as_approved",
        "returned", "questions_adopted", "adopting_group", "prepared", "note", "a5", "ipr", "except", "negative", "all_texts",
        "statement_count", "text_location", "reply_form", "choice", "question", "question_heading", "question_title",
        "question_new", "question_continues", "question_version", "section", "responsible_for", "under_development", "joint_with",
        "addressed_items", "work_programme", "annex_title",
    }
)  # fmt: skip
LABELS = frozenset(
    {
        "letterhead", "reference", "to", "from", "copy", "phone", "fax", "email", "subject", "date", "summary", "director",
        "motivation", "questions", "tasks", "relations", "related_recommendations", "related_questions", "related_groups",
        "standards_bodies", "other_bodies", "wsis", "sdgs",
    }
)  # fmt: skip


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Example(_Closed):
    """A text that a slot matches, and some of the groups that the match gives."""

    text: str
    gives: dict[str, str]


class Slot(_Closed):
    """The patterns of one slot, in order of trust; texts that they match, and texts that they must not match."""

    patterns: list[str]
    examples: list[Example]
    rejects: list[str] = []
    confidence: Literal["seen", "memory"] | None = None


class DraftWords(_Closed):
    """Words that go with a draft: patterns for its kind and for the part that it is."""

    formerly: str
    amendment: str
    corrigendum: str
    supplement: str
    supplement_word: str
    technical_report: str
    new: str
    revised: str
    revised_before: str
    plain: str


class LanguagePack(_Closed):
    """One language. `labels` are printed before a colon; `numerals` are small counts in words; `separators` part
    the entries of a list, `list_marks` those of them that never stand inside a name."""

    language: str
    confidence: Literal["seen", "memory"]
    names: dict[str, str]
    detect: list[str]
    macros: dict[Literal["date", "range", "group", "place"], str]
    months: dict[str, int]
    numerals: dict[str, int]
    separators: str
    list_marks: str
    labels: dict[str, list[str]]
    drafts: DraftWords
    committees: dict[Literal["TC", "SC", "JWG", "WG"], str]
    series: str
    slots: dict[str, Slot]

    @model_validator(mode="after")
    def _keys_are_closed(self) -> "LanguagePack":
        for name, known, given in (("labels", LABELS, set(self.labels)), ("slots", SLOTS, set(self.slots))):
            if known != given:
                raise ValueError(f"{name}: missing {sorted(known - given)}, unknown {sorted(given - known)}")
        return self

    @cached_property
    def compiled(self) -> dict[str, tuple[re.Pattern[str], ...]]:
        """The patterns of each slot, macros filled in."""
        return {name: tuple(self.expand(pattern) for pattern in slot.patterns) for name, slot in self.slots.items()}

    def expand(self, pattern: str) -> re.Pattern[str]:
        """A pattern with its macros filled in, compiled."""
        for name, macro in self.macros.items():
            pattern = pattern.replace("{" + name + "}", macro)
        return re.compile(pattern)

    def search(self, slot: str, text: str) -> re.Match[str] | None:
        """The first match of a slot in folded text; patterns are tried in their order."""
        return next((match for pattern in self.compiled[slot] if (match := pattern.search(text))), None)

    def find_all(self, slot: str, text: str) -> list[re.Match[str]]:
        """All matches of a slot's patterns, in the order of the text."""
        matches = [match for pattern in self.compiled[slot] for match in pattern.finditer(text)]
        return sorted(matches, key=lambda match: match.start())

    def is_label(self, label: str, text: str) -> bool:
        """Whether a text is a label, with or without its colon."""
        return fold(text).rstrip(":： ") in self.labels[label]

    def number(self, text: str) -> int | None:
        """A small count in digits or words."""
        return int(text) if text.isdigit() else self.numerals.get(text)


def load(path: Path) -> LanguagePack:
    """The pack in a YAML file. Raises AssetError naming file and key where it does not fit the closed set."""
    try:
        pack = LanguagePack.model_validate(yaml.load(path.read_text("utf-8"), yaml.CSafeLoader))
        pack.compiled  # noqa: B018 - a pattern that does not compile shall fail here, with the file's name
    except (ValidationError, re.error, yaml.YAMLError) as error:
        raise AssetError(f"{path}: {error}") from error
    return pack


def load_all(folder: Path) -> tuple[LanguagePack, ...]:
    """All packs of a folder, by file name."""
    return tuple(load(path) for path in sorted(folder.glob("*.yaml")))


def choose(document: Document, packs: tuple[LanguagePack, ...]) -> LanguagePack | None:
    """The pack whose anchors stand in the document most, or None where no pack finds at least two of its anchors."""
    text = fold(" ".join(line.text for line in document.lines))
    score, _, chosen = max(
        ((sum(anchor in text for anchor in pack.detect), pack.language, pack) for pack in packs), key=lambda row: row[:2]
    )
    return chosen if score >= 2 else None

"""Language packs: all that extraction knows about a language, as data.

A pack is one YAML file with a closed set of keys. Patterns are regular expressions over folded text (see
readers/document.py), written with macros. Each slot has examples, which the tests run.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from sg17kg.errors import AssetError
from sg17kg.extraction.gazetteer import Inflection
from sg17kg.facts import DeadlinePurpose, DecisionWord, DocumentKind
from sg17kg.readers.document import Document, fold
from sg17kg.text_numbers import NUMBER, PROVISIONAL_NAME

KindWord = Literal["new", "revised", "plain"]
SLOTS = frozenset(
    {
        "circular_number", "date_line", "salutation", "closing", "enclosed", "annex_heading", "annex_reference", "draft_count",
        "tap", "procedure", "consultation_clause", "meeting", "meeting_place", "virtual", "collective_letter", "deadline", "utc",
        "months_open", "threshold", "explicit_replies", "approved_without_replies", "procedure_applied", "taken_as_approved",
        "returned", "questions_adopted", "adopting_group", "prepared", "note", "a5", "ipr", "except", "negative", "all_texts",
        "statement_count", "text_location", "reply_form", "choice", "question", "question_heading", "question_title",
        "question_new", "question_continues", "question_version", "section", "responsible_for", "under_development", "joint_with",
        "addressed_items", "work_programme", "annex_title", "corrigendum_of", "replaced", "deadline_moved", "title_corrected",
        "letter_of_letter", "announcement", "circular_mention", "decided", "other_deadline", "agenda",
    }
)  # fmt: skip
HEADER_LABELS = ("reference", "to", "from", "copy", "phone", "fax", "email", "subject", "date")
PARTING = ("circular_number", "collective_letter", "date_line", "salutation", "closing", "enclosed", "annex_heading", "note")
LABELS = frozenset(
    {
        "letterhead", "reference", "to", "from", "copy", "phone", "fax", "email", "subject", "date", "summary", "director",
        "motivation", "questions", "tasks", "relations", "related_recommendations", "related_questions", "related_groups",
        "standards_bodies", "other_bodies", "wsis", "sdgs",
    }
)  # fmt: skip

_FEWEST_ANCHORS = 2
# digits as patterns are written: a lookbehind, then a group of one or more digits and nothing else
_DIGITS_ALONE = re.compile(r"\(\?<!(?P<before>\[[^\]]*\]|\\d)\)(?P<group>\(\?P<\w+>)\\d\{1,(?P<most>\d)\}(?=\??\))")
# what a corrigendum quotes: text between quotation marks of any language, or a few words up to the end of an entry
QUOTATION_MARKS = '\u201c\u201d\u201e\u201f"\xab\xbb\u300c\u300d\u300e\u300f'
_QUOTED = f"[{QUOTATION_MARKS}] ?[^{QUOTATION_MARKS}]{{1,400}}? ?[{QUOTATION_MARKS}]"
_FEW_WORDS = f"(?:(?![{QUOTATION_MARKS}]){{gap}}){{2,80}}?"
# a moment may contain full stops and commas, which do not end an entry before its minutes and UTC
_ENTRY_ENDS = (
    r"(?=[.;,](?: (?!(?:\d[^;]{0,24} )?UTC)|$)|[\u3002\uff1b\uff0c\u060c\u061b]| [\u2013\u2022-] | ?[^\W\d][^.;:\d]{1,24}[:\uff1a]|$)"
)
_QUOTING = {
    "quoted": _QUOTED,
    "words": _FEW_WORDS,
    "value": rf"(?:{_QUOTED}(?: ?[(\uff08][^()\uff08\uff09]{{1,60}}[)\uff09])?|{_FEW_WORDS})",
    "last": f"(?:{_QUOTED}|{_FEW_WORDS}{_ENTRY_ENDS})",
}
# numbers and provisional names of texts, with one grammar for all languages
_GRAMMAR = {"number": f"(?:{NUMBER})", "name": f"(?:{PROVISIONAL_NAME})"}
# a letter or digit of a script with blanks between words
_LETTER = r"[^\W\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]"


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
    """Words that go with a draft: patterns for its kind and for the part that it is.

    `govern` says on which side of a text the word for its kind stands; `amendment_before` and `corrigendum_before` are
    the words that stand before the number of the text that is changed, `revised_after` a word for revised that follows it.
    """

    govern: Literal["before", "after"]
    formerly: str
    formerly_after: str | None = None
    amendment: str
    corrigendum: str
    amendment_before: str | None = None
    corrigendum_before: str | None = None
    revised_after: str | None = None
    supplement: str
    supplement_word: str
    technical_report: str
    new: str
    revised: str
    revised_before: str | None = None
    plain: str

    @cached_property
    def kind_words(self) -> tuple[tuple[KindWord, re.Pattern[str]], ...]:
        """Patterns of the words for a text's kind: new, revised, or a draft of either."""
        return ("new", re.compile(self.new)), ("revised", re.compile(self.revised)), ("plain", re.compile(self.plain))

    @cached_property
    def in_brackets(self) -> re.Pattern[str]:
        """Pattern of a kind in brackets right after a text (groups new, revised): "X.1286 (new)"."""
        return re.compile(rf" ?[(（](?:(?P<new>{self.new})|(?P<revised>{self.revised}))[)）]")

    @cached_property
    def revised_behind(self) -> re.Pattern[str] | None:
        """Pattern of `revised_after` following a text; None if the language does not have it."""
        return re.compile(rf"[ ,]{{0,2}}(?:{self.revised_after})") if self.revised_after else None


class LanguagePack(_Closed):
    """One language. `labels` are printed before a colon; `numerals` are small counts in words; `separators` part
    the entries of a list, `list_marks` those of them that never stand inside a name, `clause_end` the clauses of a note;
    with `relative` a clause begins that only describes a text.

    `kinds` are patterns of subject lines, by the kind of letter that they announce; `decisions` of what became of a
    text; `deadlines` of what a date in a letter of invitation is for. All three are tried in their order. `reversible`
    says that days of a range and clause numbers may come in visual order, as out of text written from right to left;
    `names_in_text` how names of places change in a sentence. `issuers` are what bodies that issue standards go by here, each
    with the abbreviation by which their standards are cited.
    """

    language: str
    confidence: Literal["seen", "memory"]
    names: dict[str, str]
    detect: list[str]
    macros: dict[Literal["date", "range", "group", "place", "gap", "count"], str]
    months: dict[str, int]
    numerals: dict[str, int]
    separators: str
    list_marks: str
    clause_end: str
    relative: str
    reversible: bool = False
    names_in_text: Inflection = Inflection()
    kinds: dict[DocumentKind, list[str]]
    decisions: dict[DecisionWord, str]
    deadlines: dict[DeadlinePurpose, str]
    labels: dict[str, list[str]]
    drafts: DraftWords
    committees: dict[Literal["TC", "SC", "JWG", "WG"], str]
    series: str
    issuers: dict[str, str] = {}
    slots: dict[str, Slot]

    @model_validator(mode="after")
    def _keys_are_closed(self) -> "LanguagePack":
        for name, known, given in (("labels", LABELS, set(self.labels)), ("slots", SLOTS, set(self.slots))):
            if known != given:
                raise ValueError(f"{name}: missing {sorted(known - given)}, unknown {sorted(given - known)}")
        return self

    @cached_property
    def compiled(self) -> dict[str, tuple[re.Pattern[str], ...]]:
        """The patterns of each slot, with macros expanded."""
        return {name: tuple(self.expand(pattern) for pattern in slot.patterns) for name, slot in self.slots.items()}

    def expand(self, pattern: str) -> re.Pattern[str]:
        """Return a pattern compiled, with its macros expanded. The macros for all languages are `_QUOTING` and `_GRAMMAR`."""
        for name, macro in (*_QUOTING.items(), *_GRAMMAR.items(), *self.macros.items()):
            pattern = pattern.replace("{" + name + "}", macro)
        names = sorted(self.months, key=len, reverse=True)
        return re.compile(_digit_first(pattern.replace("{month}", f"(?i:{'|'.join(map(re.escape, names))})")))

    @cached_property
    def kind_patterns(self) -> tuple[tuple[DocumentKind, re.Pattern[str]], ...]:
        """Patterns of subject lines with the kind of letter that they announce, in order of trust."""
        return tuple((kind, self.expand(pattern)) for kind, patterns in self.kinds.items() for pattern in patterns)

    @cached_property
    def relative_clause(self) -> re.Pattern[str]:
        """Pattern of a clause inside a sentence that only describes a text ("…, which replaces X.1054")."""
        return re.compile(rf"(?:{self.relative})(?:[^,\uff0c\u060c;\uff1b\u061b\u3002.]|\.(?=\S))*")

    @cached_property
    def decision_patterns(self) -> tuple[tuple[DecisionWord, re.Pattern[str]], ...]:
        """Patterns of the words for decisions on a text, in the order in which they are tried."""
        return tuple((word, self.expand(pattern)) for word, pattern in self.decisions.items())

    @cached_property
    def deadline_patterns(self) -> tuple[tuple[DeadlinePurpose, re.Pattern[str]], ...]:
        """Patterns of the words for the purpose of a date, in the order in which they are tried."""
        return tuple((purpose, self.expand(pattern)) for purpose, pattern in self.deadlines.items())

    @cached_property
    def committee_patterns(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        """Abbreviations of committee types, each with the pattern of its words in a body's name and one or more numbers (group n)."""
        several = rf"\d+(?:(?:{self.separators})\d+)*"
        return tuple((name, re.compile("/?" + words.replace(r"\d+", several))) for name, words in self.committees.items())

    def rests_on_memory(self, slot: str) -> bool:
        """Return whether no real letter has confirmed the phrases of a slot."""
        return (self.slots[slot].confidence or self.confidence) == "memory"

    def search(self, slot: str, text: str) -> re.Match[str] | None:
        """Return the first match of a slot in folded text; patterns are tried in their order."""
        for find in self._finders[slot]:
            if match := find(text):
                return match
        return None

    @cached_property
    def _finders(self) -> dict[str, tuple[Callable[[str], re.Match[str] | None], ...]]:
        """The search method for each pattern of a slot. A pattern anchored at the start of a line is not tried at later positions."""
        return {
            name: tuple(pattern.match if _begins_a_line(pattern.pattern) else pattern.search for pattern in patterns)
            for name, patterns in self.compiled.items()
        }

    def find_all(self, slot: str, text: str) -> list[re.Match[str]]:
        """Return all matches of a slot's patterns, in the order of the text."""
        return sorted(self.find_in_turn(slot, text), key=lambda match: match.start())

    def find_in_turn(self, slot: str, text: str) -> list[re.Match[str]]:
        """Return all matches of a slot's patterns, those of the most trusted pattern first."""
        return [match for pattern in self.compiled[slot] for match in pattern.finditer(text)]

    def find_inside(self, slot: str, text: str) -> list[re.Match[str]]:
        """Return all matches of a slot in PARTING anywhere in a text; otherwise its patterns must begin or fill a line."""
        return sorted((match for pattern in self._inside[slot] for match in pattern.finditer(text)), key=lambda match: match.start())

    def starts_with(self, slot: str, text: str) -> re.Match[str] | None:
        """Return the match of a slot in PARTING at the start of a text that may continue after it."""
        return next((match for pattern in self._inside[slot] if (match := pattern.match(text))), None)

    @cached_property
    def _inside(self) -> dict[str, tuple[re.Pattern[str], ...]]:
        """Patterns of the slots that divide a letter, without line anchors. They match whole words."""
        return {
            name: tuple(
                self.expand(rf"(?<!{_LETTER})(?:{pattern.removeprefix('^').removesuffix('$')})(?!{_LETTER})")
                for pattern in self.slots[name].patterns
            )
            for name in PARTING
        }

    @cached_property
    def label_start(self) -> re.Pattern[str]:
        """Pattern of a header label with its colon (group label), at the start of a text or after a blank or a mark."""
        words = sorted((word for label in HEADER_LABELS for word in self.labels[label]), key=len, reverse=True)
        loose = "|".join(re.escape(word).replace("\\ ", " ?").replace("\\-", "-? ?") for word in words)
        return re.compile(rf"(?:^|[\s;,.\u060c])(?P<label>(?i:{loose}) ?[:：])")

    @cached_property
    def item_start(self) -> re.Pattern[str]:
        """Pattern of the start of an item of Annex 1 inside a line: its number and a word for a draft; and of the label of a summary."""
        words = f"{self.drafts.new}|{self.drafts.revised}|{self.drafts.plain}"
        item = rf"(?<=\s)(?=\d{{1,2}} ?(?=[^\d\s])[^.;:]{{0,40}}?(?:{words}))"
        summary = "|".join(map(re.escape, self.labels["summary"]))
        first = re.escape(self.labels["summary"][0])
        return re.compile(rf"{item}|(?<=\s)(?=(?:{summary})\s)|(?<=\s{first})\s")

    @cached_property
    def anchors(self) -> tuple[str, ...]:
        """Phrases found in most letters of the language, case-folded."""
        return tuple(anchor.casefold() for anchor in self.detect)

    def is_label(self, label: str, text: str) -> bool:
        """Return whether a text is a label, with or without its colon. Case, blanks and hyphens are ignored: text loses them."""
        return _letters(text) in self._folded_labels[label]

    def label_among(self, labels: Iterable[str], text: str) -> str | None:
        """Return the first of some labels that a text is, compared as in `is_label`; None if it is none."""
        letters = _letters(text)
        return next((label for label in labels if letters in self._folded_labels[label]), None)

    @cached_property
    def _folded_labels(self) -> dict[str, frozenset[str]]:
        return {label: frozenset(_letters(word) for word in words) for label, words in self.labels.items()}

    def with_known_issuers(self, text: str) -> str:
        """Return the text with the names of issuing bodies replaced by the abbreviations under which their standards are cited."""
        for printed, known in self.issuers.items():
            if printed in text:
                text = re.sub(rf"(?<![^\W_]){re.escape(printed)}(?![^\W_])", known, text)
        return text

    def number(self, text: str) -> int | None:
        """Return a small count in digits or words."""
        return int(text) if text.isdigit() else self.numerals.get(text.casefold())


def _digit_first(pattern: str) -> str:
    """Return the pattern with each lookbehind before digits moved after the first digit.

    The meaning is the same, and `re` searches fast for a pattern that begins with one of a set of characters.
    """
    return _DIGITS_ALONE.sub(lambda found: rf"{found['group']}\d(?<!{found['before']}\d)\d{{0,{int(found['most']) - 1}}}", pattern)


def _begins_a_line(pattern: str) -> bool:
    """Return whether ^ applies to the whole pattern. Text in brackets is ignored."""
    outside = re.sub(r"\\.|\[[^\]]*\]", "", pattern)
    while (inner := re.sub(r"\([^()]*\)", "", outside)) != outside:
        outside = inner
    return outside.startswith("^") and "|" not in outside


@lru_cache(maxsize=4096)
def _letters(text: str) -> str:
    return fold(text).rstrip(":： ").casefold().replace(" ", "").replace("-", "")


def load(path: Path) -> LanguagePack:
    """Return the pack in a YAML file. Raises AssetError, naming file and key, for one that does not match the closed set."""
    try:
        pack = LanguagePack.model_validate(yaml.load(path.read_text("utf-8"), yaml.CSafeLoader))
        # a pattern that does not compile must fail here, with the name of the file
        pack.compiled, pack.kind_patterns, pack.decision_patterns, pack.deadline_patterns  # noqa: B018
    except (ValidationError, re.error, yaml.YAMLError) as error:
        raise AssetError(f"{path}: {error}") from error
    return pack


def load_all(folder: Path) -> tuple[LanguagePack, ...]:
    """Return all packs of a folder, in the order of their file names."""
    return tuple(load(path) for path in sorted(folder.glob("*.yaml")))


@dataclass(frozen=True)
class Choice:
    """The pack for a document, and the languages whose anchors match it equally well."""

    pack: LanguagePack
    tied: tuple[str, ...]


def choose(document: Document, packs: tuple[LanguagePack, ...]) -> Choice | None:
    """Return the pack for a document; None if no pack finds at least two of its anchors in it.

    The language that the document declares comes first. Without it, the pack with the largest share of its anchors in the document
    is chosen. Of equal shares, the first by code is chosen, and the others are reported.
    """
    text = "\n".join(line.folded for line in document.lines).casefold()
    found = [(sum(anchor in text for anchor in pack.anchors), pack) for pack in packs]
    shares = [(count / len(pack.anchors), pack) for count, pack in found if count >= _FEWEST_ANCHORS]
    if not shares:
        return None
    if said := next((pack for _, pack in shares if pack.language == document.language), None):
        return Choice(said, ())
    best = max(share for share, _ in shares)
    chosen, *others = (pack for share, pack in shares if share == best)
    return Choice(chosen, tuple(pack.language for pack in others))

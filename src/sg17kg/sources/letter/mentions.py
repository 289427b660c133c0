"""Mentions of texts: a number, a provisional name, the part that is meant, and the word for its kind.

Three notations are printed: "X.1286（原X.accsadlt）", "X.1150 (X.saf-dfs)", "X.1901(X.aas)"; a Supplement goes by its
series, an amendment or corrigendum by the text that it changes.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from sg17kg.identifiers import NUMBER, NUMBER_WITHOUT_DOT, PROVISIONAL_NAME, restore_dot
from sg17kg.records import Kind
from sg17kg.sources.language import DraftWords, LanguagePack

_KIND_WORDS: tuple[Literal["new", "revised", "plain"], ...] = ("new", "revised", "plain")
_BEFORE = r"(?<![A-Za-z0-9./-])"
_AFTER = r"(?![A-Za-z0-9]|[.-][A-Za-z0-9])"


@dataclass(frozen=True)
class Mention:
    """One text that is named. `number` and `name` are as printed; `part` is Amd.n or Cor.n (without n: Amd., Cor.).

    `kind` is the text's own if it is a part, else that of the words that govern it (`governed_by`).
    """

    number: str | None
    name: str | None
    kind: Kind | None
    part: str | None
    start: int
    end: int
    governed_by: Kind | None = None

    @property
    def restored(self) -> str | None:
        """The number with its dot."""
        return restore_dot(self.number) if self.number and " " not in self.number else self.number

    @property
    def lacks_dot(self) -> bool:
        """Whether the number is printed without its dot."""
        return bool(self.number) and self.number != self.restored


@lru_cache(maxsize=16)
def _pattern(words: DraftWords) -> re.Pattern[str]:
    part = f"(?:{words.amendment}|{words.corrigendum}" + r"|\.? ?Amd\.? ?(?P<amd>\d+)|\.? ?Cor\.? ?(?P<cor>\d+))"
    name = rf"[（(] ?(?:{words.formerly})? ?(?P<name>{PROVISIONAL_NAME}) ?[）)]"
    number = rf"(?P<number>{NUMBER}|{NUMBER_WITHOUT_DOT}){_AFTER}"
    word = rf"(?: ?(?P<word>{words.new}|{words.revised}|{words.plain})(?= ?[（(] ?(?:{words.formerly})? ?{PROVISIONAL_NAME} ?[）)]))?"
    reverse = rf"(?P<first_name>{PROVISIONAL_NAME})(?: ?[（(] ?(?P<second_number>{NUMBER}) ?[）)])?"
    late_part = part.replace("?P<", "?P<late_")
    return re.compile(
        rf"(?:{words.supplement}|{_BEFORE}{number}(?P<part>{part})?|{_BEFORE}{reverse})"
        rf"{word}(?: ?{name})?(?P<late_part>{late_part})?"
    )


def mentions(text: str, pack: LanguagePack) -> list[Mention]:
    """Every text named in folded text, in order; kinds are those of parts, or what the words around a run of them say."""
    found = [_mention(match, pack.drafts) for match in _pattern(pack.drafts).finditer(text)]
    return _with_kinds(text, found, pack.drafts)


def _mention(match: re.Match[str], words: DraftWords) -> Mention:
    groups = match.groupdict()
    number = groups["number"] or groups["second_number"]
    word = _kind_word(groups["word"] or "", words)
    kind: Kind | None = word if word in ("new", "revised") else None
    part = None
    if groups["supplement"]:
        number, kind = f"{groups['series']} Suppl. {int(groups['supplement'])}", "supplement"
    for prefix in ("", "late_"):
        if groups[f"{prefix}part"]:
            kind, part = _part(groups, prefix)
    return Mention(number, groups["name"] or groups["first_name"], kind, part, *match.span())


def _part(groups: dict[str, str | None], prefix: str) -> tuple[Kind, str]:
    amendment = groups[f"{prefix}amendment"] or groups[f"{prefix}amd"]
    corrigendum = groups[f"{prefix}corrigendum"] or groups[f"{prefix}cor"]
    return "corrigendum" if corrigendum else "amendment", f"Cor.{corrigendum}" if corrigendum else f"Amd.{amendment or ''}"


def _with_kinds(text: str, found: list[Mention], words: DraftWords) -> list[Mention]:
    """A kind word after a run of mentions governs the run; one before it governs up to the next kind word."""
    governed: list[Mention] = []
    run: list[Mention] = []
    before: Kind | None = None
    for mention, following in zip(found, [*found, None][1:], strict=True):
        previous_end = governed[-1].end if not run and governed else run[-1].end if run else 0
        if re.search(words.revised_before, text[previous_end : mention.start]):
            governed += run
            run, before = [], "revised"
        run.append(mention)
        gap = text[mention.end : following.start if following else len(text)]
        word = _kind_word(gap, words)
        if word or following is None:
            kind: Kind | None = word if word and word != "plain" else before
            governed += [replace(entry, kind=entry.kind or kind, governed_by=kind) for entry in run]
            run, before = [], None
    return governed + run


def _kind_word(gap: str, words: DraftWords) -> Literal["new", "revised", "plain"] | None:
    """The kind word that closes a run: new, revised, plain, or None where the run goes on."""
    found: list[tuple[int, bool, Literal["new", "revised", "plain"]]] = []
    for name in _KIND_WORDS:
        if match := re.search(getattr(words, name), gap):
            found.append((match.start(), name == "plain", name))
    return min(found)[2] if found else None

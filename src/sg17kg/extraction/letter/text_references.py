"""References to texts: a number, a provisional name, the part meant, and the word for its kind.

Three notations are printed: "X.1286（原X.accsadlt）", "X.1150 (X.saf-dfs)", "X.1901(X.aas)". A Supplement is identified by its
series, an amendment or corrigendum by the text that it changes. The word for the kind follows the texts in some languages
("X.1286新建议书草案") and precedes them in others ("draft new Recommendation X.1286"); the pack says which.
"""

import re
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from sg17kg.extraction.language import DraftWords, KindWord, LanguagePack
from sg17kg.facts import Kind
from sg17kg.text_numbers import (
    MORE_PARTS,
    NUMBER,
    NUMBER_WITHOUT_DOT,
    PROVISIONAL_NAME,
    WHOLE,
    canonical_part,
    last_change,
    parse_number,
    restore_dot,
)

_BEFORE = r"(?<![A-Za-z0-9./-])"
_AFTER = r"(?![A-Za-z0-9]|[.-][A-Za-z0-9])"
_EDITION = r" ?\((?:\d{2}/)?\d{4}\)"
_SHORT_SUPPLEMENT = rf"{_BEFORE}(?P<short_series>{WHOLE})[. ]? ?Suppl?\.? ?(?P<short_supplement>\d{{1,3}})(?!\d)"


# errata and addenda have no kind of their own
_KINDS: dict[str, Kind] = {"Amd": "amendment", "Cor": "corrigendum", "Technical Cor": "corrigendum"}
_FIRST_PARTS: dict[str, tuple[Kind, str]] = {"amendment_first": ("amendment", "Amd"), "corrigendum_first": ("corrigendum", "Cor")}


@dataclass(frozen=True)
class Mention:
    """One text that is named. `number` and `name` are as printed.

    `part` is Amd.n or Cor.n (without n: Amd., Cor.), or a chain of them as in text_numbers. `kind` is that of the part, if there is
    one, else that of the words that govern the text (`governed_by`).
    """

    number: str | None
    name: str | None
    kind: Kind | None
    part: str | None
    start: int
    end: int
    governed_by: Kind | None = None

    @cached_property
    def restored(self) -> str | None:
        """The number in canonical form, with its dot."""
        return restore_dot(self.number) if self.number else self.number

    @property
    def lacks_dot(self) -> bool:
        """Whether the number is printed without its dot."""
        return self.number is not None and self.number[1:2].isdigit()


@lru_cache(maxsize=16)
def _pattern(words: DraftWords) -> re.Pattern[str]:
    part = (
        f"(?:{words.amendment}|{words.corrigendum}" + r"|[.,]? ?Amd\.? ?(?P<amd>\d+)|[.,]? ?(?P<technical>Technical )?Cor\.? ?(?P<cor>\d+))"
    )
    before = "|".join(pattern for pattern in (words.amendment_before, words.corrigendum_before) if pattern)
    first = f"(?:{before})?" if before else ""
    formerly_after = rf"(?: ?{words.formerly_after})?" if words.formerly_after else ""
    name = rf"[（(] ?(?:{words.formerly})? ?(?P<name>{PROVISIONAL_NAME}){formerly_after} ?[）)]"
    number = rf"(?P<number>{NUMBER}|{NUMBER_WITHOUT_DOT}){_AFTER}(?:{_EDITION}(?={part.replace('?P<', '?P<seen_')}))?"
    # a joint number ("Y.4234/F.742.3 (Y.jnt)") is identified by its first number
    joint = rf"(?:/{NUMBER}(?= ?{name.replace('?P<', '?P<joint_')}))?"
    word = rf"(?: ?(?P<word>{words.new}|{words.revised}|{words.plain})(?= ?[（(] ?(?:{words.formerly})? ?{PROVISIONAL_NAME} ?[）)]))?"
    reverse = rf"(?P<first_name>{PROVISIONAL_NAME})(?: ?[（(] ?(?P<second_number>{NUMBER}) ?[）)])?"
    edition = rf"(?:{_EDITION}(?={part.replace('?P<', '?P<edition_')}))?"
    late_part = part.replace("?P<", "?P<late_")
    return re.compile(
        rf"(?:{words.supplement}|{_SHORT_SUPPLEMENT}{edition}|{first}{_BEFORE}{number}{joint}(?P<part>{part})?(?P<more>{MORE_PARTS})?|{_BEFORE}{reverse})"
        rf"{word}(?: ?{name})?(?P<late_part>{late_part})?"
    )


def mentions(text: str, pack: LanguagePack) -> list[Mention]:
    """Return every text named in folded text, in order. Kinds are those of parts, or those given by the words around a run of texts."""
    found = [_mention(match, pack.drafts) for match in _pattern(pack.drafts).finditer(text)]
    governed = _governed_from_before if pack.drafts.govern == "before" else _governed_from_behind
    return governed(text, found, pack.drafts)


def _mention(match: re.Match[str], words: DraftWords) -> Mention:
    number = match["number"] or match["second_number"]
    word = _kind_word(match["word"], words) if match["word"] else None
    kind: Kind | None = word if word in ("new", "revised") else None
    part = None
    if supplement := match["supplement"] or match["short_supplement"]:
        number, kind = parse_number(f"{match['series'] or match['short_series']} Suppl. {supplement}"), "supplement"
    for field, of in _FIRST_PARTS.items():
        if field in match.re.groupindex and match[field]:
            kind, part = of[0], f"{of[1]}.{match[field]}"
    for prefix in ("", "late_"):
        if match[f"{prefix}part"]:
            kind, part = _part(match.groupdict(), prefix)
    if part and match["more"]:
        part = canonical_part(f"{part}{match['more']}")
        kind = _KINDS.get(last_change(part))
    return Mention(number, match["name"] or match["first_name"], kind, part, *match.span())


def _part(groups: dict[str, str | None], prefix: str) -> tuple[Kind, str]:
    amendment = groups.get(f"{prefix}amendment") or groups[f"{prefix}amd"]
    corrigendum = groups.get(f"{prefix}corrigendum") or groups[f"{prefix}cor"]
    technical = groups.get(f"{prefix}technical") or ""
    return "corrigendum" if corrigendum else "amendment", f"{technical}Cor.{corrigendum}" if corrigendum else f"Amd.{amendment or ''}"


def _governed_from_before(text: str, found: list[Mention], words: DraftWords) -> list[Mention]:
    """Assign kinds: a kind word governs the mentions after it, up to the next kind word. A word for revised may follow the mentions."""
    governed: list[Mention] = []
    current: Kind | None = None
    first = 0
    for index, mention in enumerate(found):
        gap = text[found[index - 1].end if index else 0 : mention.start]
        if word := _last_kind_word(gap, words):
            current, first = (None if word == "plain" else word), index
        own = _kind_in_brackets(text, mention.end, words) or current
        governed.append(_governed(mention, own))
        if words.revised_behind and words.revised_behind.match(text, mention.end):
            current = "revised"
            governed[first:] = [_governed(entry, current) for entry in governed[first:]]
    return governed


def _governed(mention: Mention, by: Kind | None) -> Mention:
    """Return the mention governed by a kind word, or by none."""
    return mention if mention.governed_by == by else replace(mention, kind=mention.kind or by, governed_by=by)


def _kind_in_brackets(text: str, end: int, words: DraftWords) -> Kind | None:
    """Return the kind given in brackets right after the mention that ends at `end`."""
    match = words.in_brackets.match(text, end)
    return ("new" if match["new"] else "revised") if match else None


def _last_kind_word(gap: str, words: DraftWords) -> KindWord | None:
    found = [(match.end(), name) for name, pattern in words.kind_words for match in pattern.finditer(gap)]
    return max(found)[1] if found else None


def _governed_from_behind(text: str, found: list[Mention], words: DraftWords) -> list[Mention]:
    """Assign kinds: a kind word after a run of mentions governs the run; one before it governs up to the next kind word."""
    governed: list[Mention] = []
    run: list[Mention] = []
    before: Kind | None = None
    for mention, following in zip(found, [*found, None][1:], strict=True):
        previous_end = governed[-1].end if not run and governed else run[-1].end if run else 0
        if words.revised_before and re.search(words.revised_before, text[previous_end : mention.start]):
            governed += run
            run, before = [], "revised"
        run.append(mention)
        gap = text[mention.end : following.start if following else len(text)]
        word = _kind_word(gap, words)
        if word or following is None:
            kind: Kind | None = word if word and word != "plain" else before
            governed += [_governed(entry, kind) for entry in run]
            run, before = [], None
    return governed + run


def _kind_word(gap: str, words: DraftWords) -> KindWord | None:
    """Return the kind word that ends a run: new, revised or plain; None if the run continues."""
    found: list[tuple[int, bool, KindWord]] = []
    for name, pattern in words.kind_words:
        if match := pattern.search(gap):
            found.append((match.start(), name == "plain", name))
    return min(found)[2] if found else None

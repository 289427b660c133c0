"""Folding, and looking for digits: the quick way gives what the plain way gives."""

import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sg17kg import assets
from sg17kg.extraction import language
from sg17kg.readers import document
from sg17kg.readers.document import fold, is_wide, join

PACKS = language.load_all(assets.language_packs())
_LETTERS = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cn"])
_HARD = st.sampled_from(
    ["\u2011", "\u2019", "\u200f", "\xad", "\u0661", "\u06f2", "\u7b2c", "\uff1a", " ", "\t", "\xa0", "ITU-T", "\u043c"]
)


@given(st.lists(_LETTERS | _HARD, max_size=24).map("".join))
def test_folding_is_translating_and_joining_word_by_word(text: str) -> None:
    assert fold(text) == join(text.translate(document._PLAIN).split())


def test_wide_are_the_letters_that_unicode_says_are_wide() -> None:
    assigned = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) not in {"Cn", "Cs"}]
    letters = [one for one in assigned if unicodedata.category(one)[0] == "L"]
    assert [one for one in letters if is_wide(one) != (unicodedata.east_asian_width(one) in "WF")] == []
    narrow = [one for one in assigned if unicodedata.east_asian_width(one) not in "WF" and unicodedata.category(one)[0] in "PZ"]
    assert not any(map(is_wide, narrow))


@pytest.mark.parametrize("mark", ["\u2705", "\U0001f4c5"])
def test_a_picture_keeps_its_blanks(mark: str) -> None:
    assert fold(f"Yes {mark} No") == f"Yes {mark} No"


_PARTS = ["1", "9", "16", "70", "104", "2031", ".", "/", "-", " ", "%", " %", ":", "h", "h30", "18:00", "UTC", "(", ")", ",", "from"]


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.language)
def test_patterns_that_begin_with_a_digit_mean_what_is_written(pack: language.LanguagePack, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = pack.compiled
    with monkeypatch.context() as patch:
        patch.setattr(language, "_digit_first", lambda pattern: pattern)
        written = {name: tuple(pack.expand(pattern) for pattern in slot.patterns) for name, slot in pack.slots.items()}
    turned = [(one, other) for name in quick for one, other in zip(quick[name], written[name], strict=True) if one != other]
    assert turned or pack.language == "zh"  # dates, times, shares
    words = [*_PARTS, *list(pack.months)[:3], *(word for slot in pack.slots.values() for one in slot.examples for word in one.text.split())]

    @given(st.lists(st.sampled_from(words), min_size=1, max_size=12), st.sampled_from(["", " "]))
    def same(chosen: list[str], between: str) -> None:
        text = fold(between.join(chosen))
        for one, other in turned:
            assert _all(one, text) == _all(other, text)

    same()


def _all(pattern: re.Pattern[str], text: str) -> list[tuple[tuple[int, int], dict[str, str | None]]]:
    return [(match.span(), match.groupdict()) for match in pattern.finditer(text)]

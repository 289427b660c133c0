"""Match rows of the reply form to drafts of Annex 1, even where the form misprints a number."""

from collections.abc import Callable, Sequence

from sg17kg.extraction.letter.reply_form import Row
from sg17kg.extraction.letter.text_references import Mention
from sg17kg.extraction.tap.drafts import AnnexDraft


def pair_rows(drafts: Sequence[AnnexDraft], rows: Sequence[Row]) -> dict[int, Row]:
    """Return the row of each draft index, matched by provisional name, then number and part, then number, then position."""
    pairs: dict[int, Row] = {}
    free = list(rows)
    for same in (_same_name, _same_text, _same_number):
        for index, draft in enumerate(drafts):
            row = next((row for row in free if index not in pairs and row.mention and same(draft.mention, row.mention)), None)
            if row:
                pairs[index] = row
                free.remove(row)
    for row in list(free):
        index = row.row.row - 1
        if index < len(drafts) and index not in pairs and _may_be(drafts[index].mention, row.mention):
            pairs[index] = row
    return pairs


_Same = Callable[[Mention, Mention], bool]


def _same_name(one: Mention, other: Mention) -> bool:
    return bool(one.name and other.name and one.name.casefold() == other.name.casefold())


def _same_text(one: Mention, other: Mention) -> bool:
    return one.restored is not None and (one.restored, one.part) == (other.restored, other.part)


def _same_number(one: Mention, other: Mention) -> bool:
    """Return whether two numbers are the same and their parts do not differ. "Amd." without its number may be any amendment."""
    if one.restored is None or one.restored != other.restored:
        return False
    return not one.part or not other.part or one.part.startswith(other.part) or other.part.startswith(one.part)


def _may_be(one: Mention, other: Mention | None) -> bool:
    """Return whether a row at the same position may mean a draft: only the number contradicts it."""
    return other is None or other.name is None or one.name is None

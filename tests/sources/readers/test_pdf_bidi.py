"""Lines from right to left, as they are seen, come out as they are written, whatever form their brackets are said to have."""

import pytest

from sg17kg.readers.pdf.bidi import visual_to_logical

FORMERLY, JANUARY, JUNE, FROM, GROUP = "سابقا", "يناير", "يونيو", "من", "فريق"


def seen(word: str) -> str:
    return word[::-1]


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (f"({seen(FORMERLY)} X.aaa-bbb) ITU-T X.9901", f"ITU-T X.9901 (X.aaa-bbb {FORMERLY})"),
        (f"){seen(FORMERLY)} X.aaa-bbb( ITU-T X.9901", f"ITU-T X.9901 (X.aaa-bbb {FORMERLY})"),
        ("((2018", "2018))"),
        (".X.9901", "X.9901."),
        (f"{seen(JUNE)} 10-1 {seen(FROM)}", f"{FROM} 1-10 {JUNE}"),
        (f"{seen(JANUARY)} 26-30) (TSAG) {seen(GROUP)}", f"{GROUP} (TSAG) (26-30 {JANUARY}"),
        (f"X.9901، X.9902 :2026 {seen(JUNE)}", f"{JUNE} 2026: X.9901، X.9902"),
        ("41-22-730-+", "+41-22-730-"),
        # the line breaks within what runs from left to right
        (f"ITU-T X.9901 (X.aaa- {seen(GROUP)}", f"{GROUP} ITU-T X.9901 (X.aaa-"),
        ("ITU-T X.9901 (X.aaa-", "ITU-T X.9901 (X.aaa-"),
        (f"ITU-{seen(FROM)}", f"{FROM}ITU-"),
        (f"X.9901، {seen(GROUP)}", f"{GROUP} X.9901،"),
        (f"{seen(FORMERLY)} 1st", f"1st {FORMERLY}"),
    ],
)
def test_a_line_is_put_into_the_order_of_writing(line: str, wanted: str) -> None:
    assert visual_to_logical(line) == wanted

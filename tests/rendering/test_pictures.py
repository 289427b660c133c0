"""Pictures: boxes stand where they should, mirrored for Arabic, and hold nothing that is not escaped."""

import xml.etree.ElementTree as ET

from sg17kg.rendering.i18n import language_for
from sg17kg.rendering.svg_diagram import Box, fit_width, layered

SVG = "{http://www.w3.org/2000/svg}"


def drawn(rtl: bool = False) -> ET.Element:
    columns: list[list[Box | None]] = [
        [Box(("X.acc", "new"), "/work-item/X.acc")],
        [None, Box(("Q10/17",))],
        [Box(("<b>&",), kind="gone"), Box(("end",), "/x", "end")],
    ]
    return ET.fromstring(layered("way", ["a", "b", "c"], columns, [((0, 0), (1, 1)), ((1, 1), (2, 1))], rtl))


def places(picture: ET.Element) -> list[float]:
    return [float(shape.attrib["x"]) for shape in picture.iter(f"{SVG}rect")]


def test_a_picture_is_well_formed_and_names_itself() -> None:
    picture = drawn()
    assert picture.attrib["aria-label"] == "way"
    assert [title.text for title in picture.iter(f"{SVG}title")] == ["X.acc · new", "Q10/17", "<b>&", "end"]
    assert [link.attrib["href"] for link in picture.iter(f"{SVG}a")] == ["/work-item/X.acc", "/x"]


def test_columns_go_from_left_to_right_and_from_right_to_left() -> None:
    ltr, rtl = places(drawn()), places(drawn(rtl=True))
    assert ltr == sorted(ltr)
    assert rtl == sorted(rtl, reverse=True)


def test_an_arrow_ends_at_the_next_box() -> None:
    for rtl in (False, True):
        picture = drawn(rtl)
        tips = [path.attrib["d"] for path in picture.iter(f"{SVG}path") if path.attrib["class"] == "tip"]
        assert len(tips) == 2
        ends = [float(tip[1:].split(" ")[0]) for tip in tips]
        edges = [x + (131 + 2 if rtl else 0) - (0 if rtl else 1) for x in (places(picture)[1], places(picture)[3])]
        assert ends == edges


def test_a_long_text_is_cut_by_its_width_and_wide_characters_count_more() -> None:
    assert fit_width("abc", 100, 12) == "abc"
    latin, chinese = fit_width("a" * 60, 100, 12), fit_width("安" * 60, 100, 12)
    assert latin.endswith("…")
    assert chinese.endswith("…")
    assert len(latin) > len(chinese)


def test_words_of_another_language_are_marked() -> None:
    french = language_for(["fr"])
    picture = layered("n", [french.plain("Determined text"), french.plain("Question")], [[Box(("x",))], [Box(("y",))]], [], rtl=False)
    heads = [text for text in ET.fromstring(picture).iter(f"{SVG}text") if text.attrib.get("class") == "head"]
    assert [head.attrib["lang"] for head in heads] == ["en", "fr"]

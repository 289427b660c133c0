"""Web pages: what a browser shows, and nothing else."""

import pytest

from sg17kg import readers
from sg17kg.errors import UnreadableFile
from sg17kg.readers.document import Line


def lines_of(body: str) -> tuple[Line, ...]:
    return readers.read_bytes("x.html", f"<html><head><meta charset=utf-8></head><body>{body}</body></html>".encode()).lines


def texts(body: str) -> list[str]:
    return [line.text for line in lines_of(body)]


def test_blocks_and_breaks_make_lines_and_say_where_they_are() -> None:
    lines = lines_of("<h1>a</h1> <p>b <b>c</b><br>d\n e</p><div>f<p>g</div>h")
    assert [(line.text, line.place) for line in lines] == [
        ("a", "paragraph 1"),
        ("b c", "paragraph 2"),
        ("d e", "paragraph 2"),
        ("f", "paragraph 3"),
        ("g", "paragraph 4"),
        ("h", "paragraph 5"),
    ]


def test_a_break_at_the_end_of_a_paragraph_ends_it_once() -> None:
    assert [line.place for line in lines_of("<p>a<br></p><p>b<br><br>c</p>")] == ["paragraph 1", "paragraph 2", "paragraph 2"]


def test_cells_stand_on_lines_of_their_own_in_the_order_of_rows() -> None:
    inner = "<table><tr><td>c</table>"
    lines = lines_of(f"<table><tr><th>a<td><p>b<p>b2</p>{inner}<tr><td>d<td></table>e")
    assert [(line.text, line.place) for line in lines] == [
        ("a", "table 1, row 1, cell 1"),
        ("b", "table 1, row 1, cell 2"),
        ("b2", "table 1, row 1, cell 2"),
        ("c", "table 2, row 1, cell 1"),
        ("d", "table 1, row 2, cell 1"),
        ("e", "paragraph 1"),
    ]


def test_numbers_of_lists_are_written_out() -> None:
    assert texts("<ol start=3><li>a<li value=7>b<li><p>c</ol><ol type=a><li>d</ol><ol type=I><li>e<ul><li>f</ul><li>g</ol>") == [
        "3.\ta", "7.\tb", "8.\tc", "a.\td", "I.\te", "–\tf", "II.\tg"
    ]  # fmt: skip
    assert texts("<ol reversed><li>a<li>b</ol>") == ["2.\ta", "1.\tb"]


def test_boxes_entities_and_wide_blanks() -> None:
    form = "<p><input type=checkbox> no <input type=CHECKBOX checked> yes <input type=radio>r<input value=hidden></p>"
    assert texts(form + "<p>1&nbsp;&nbsp;&nbsp; A&amp;B&shy;C&nbsp;D&emsp;E &#x4e2d;") == ["☐ no ☒ yes ◯r", "1\tA&BC D\tE 中"]
    assert texts("<pre>a\tb\n  c</pre>") == ["a\tb", "c"]


@pytest.mark.parametrize(
    "hidden",
    ["<script>x</script>", "<style>x</style>", "<p hidden>x</p>", "<p style='color:red; DISPLAY : none'>x</p>", "<template>x</template>",
     "<noscript>x</noscript>", "<!-- x -->", "<title>x</title>", "<span style='mso-hide:all'>x</span>", "<textarea>x</textarea>"],
)  # fmt: skip
def test_what_is_not_shown_is_not_read(hidden: str) -> None:
    assert texts(f"<p>a</p>{hidden}<p>b</p>") == ["a", "b"]
    assert texts(f"<div>a{hidden}b</div>")[0].startswith("a")


def test_footnotes_are_kept_aside_with_the_line_that_refers_to_them() -> None:
    lines = lines_of(
        "<p>text<a href='#n1' name='r1'>[1]</a> more</p><p>other <a href='#top'>up</a></p>"
        "<div><p><a href='#r1' id='n1'>[1]</a> said below</p></div>"
    )
    assert [(line.text, line.footnotes) for line in lines] == [("text more", ("said below",)), ("other up", ())]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<html><meta charset=gb2312><p>通函".encode("gb18030"), "通函"),
        ("<html><meta http-equiv=Content-Type content='text/html; charset=windows-1251'><p>Циркуляр".encode("cp1251"), "Циркуляр"),
        ("<html><p>通函".encode(), "通函"),
        ("<html><p>通函".encode("utf-16"), "通函"),
        ("<?xml version='1.0' encoding='iso-8859-1'?><html><p>été".encode("latin-1"), "été"),
        ("\ufeff<html><meta charset=latin1><p>通函".encode(), "通函"),
    ],
)
def test_the_encoding_is_told_by_mark_or_page_or_is_utf_8(content: bytes, text: str) -> None:
    assert [line.text for line in readers.read_bytes("x.html", content).lines] == [text]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("<html><p>通函".encode("gb18030"), "not UTF-8 text"),
        (b"<html><meta charset=klingon><p>x", "'klingon', which is not known"),
        (b"<html>" + b"<div>" * 10_000 + b"x", "nested too deep"),
        (b"<html>" + b"<table><tr><td>" * 10_000 + b"x", "nested too deep"),
        (b"<html><p>" + b"x " * 8_000_000, "beyond what can be read"),
        (b"<html><p title='" + b"x" * 11_000_000 + b"'>x", "beyond what can be read"),
        (b'<!DOCTYPE html [<!ENTITY a "b">]><html><p>&a;', "entities of its own"),
    ],
)
def test_what_is_wrongly_written_or_hostile_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(UnreadableFile, match=f"x.html: .*{message}"):
        readers.read_bytes("x.html", content)


def test_careless_marks_do_no_harm() -> None:
    assert texts("<p>a</b></i><x:y>b</x:y>&foo;<p>c<table>d") == ["ab&foo;", "c", "d"]


def test_many_notes_cost_no_more_than_their_length() -> None:
    anchors = "".join(f"<a href='#b{n}' name='a{n}'>1</a><a href='#a{n}' name='b{n}'>2</a>" for n in range(8_000))
    assert len(lines_of(f"<p>x</p><table><tr><td>{anchors}</table>")) >= 1

"""Word files: what a reader sees on paper, and nothing else."""

from io import BytesIO
from zipfile import ZipFile

import docx
import pytest

from sg17kg import readers
from sg17kg.errors import UnreadableFile
from sg17kg.readers.document import Line
from tests.sources.readers.making import NAMESPACES, add_notes, body_of, replaced, saved

R = "<w:r><w:t xml:space='preserve'>{}</w:t></w:r>"


def lines_of(body: str, **parts: str) -> tuple[Line, ...]:
    return readers.read_bytes("x.docx", body_of(body, **parts)).lines


def texts(body: str, **parts: str) -> list[str]:
    return [line.text for line in lines_of(body, **parts)]


def p(*content: str, properties: str = "") -> str:
    """A paragraph of text or of XML."""
    inner = "".join(one if one.startswith("<") else R.format(one) for one in content)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def field(instruction: str, result: str) -> str:
    begin, separate, end = (f"<w:r><w:fldChar w:fldCharType='{kind}'/></w:r>" for kind in ("begin", "separate", "end"))
    return f"{begin}<w:r><w:instrText>{instruction}</w:instrText></w:r>{separate}{result}{end}"


def box(checked: str, default: str = "0") -> str:
    data = f"<w:ffData><w:checkBox><w:default w:val='{default}'/>{checked}</w:checkBox></w:ffData>"
    return f"<w:r><w:fldChar w:fldCharType='begin'>{data}</w:fldChar></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r>"


def table(*rows: list[str]) -> str:
    return "<w:tbl>" + "".join("<w:tr>" + "".join(f"<w:tc>{cell}</w:tc>" for cell in row) + "</w:tr>" for row in rows) + "</w:tbl>"


def test_paragraphs_and_tables_come_in_their_order() -> None:
    inner = table([p("c"), p("d") + p("e")])
    lines = lines_of(p("a") + p() + table([p("b"), inner + p("f")], [p("g"), p()]) + p("h"))
    assert [(line.text, line.place) for line in lines] == [
        ("a", "paragraph 1"),
        ("b", "table 1, row 1, cell 1"),
        ("c", "table 2, row 1, cell 1"),
        ("d", "table 2, row 1, cell 2"),
        ("e", "table 2, row 1, cell 2"),
        ("f", "table 1, row 1, cell 2"),
        ("g", "table 1, row 2, cell 1"),
        ("h", "paragraph 3"),
    ]
    assert [line.number for line in lines] == list(range(1, 9))


def test_signs_within_a_line() -> None:
    signs = "a<w:tab/>b<w:noBreakHyphen/>c<w:softHyphen/>d<w:br/>e<w:cr/>f"
    run = "".join(
        f"<w:t>{one}</w:t>" if not one.startswith("<") else one for one in signs.replace("<", "|<").replace(">", ">|").split("|") if one
    )
    assert texts(p(f"<w:r>{run}</w:r>")) == ["a\tb\u2011cd", "e", "f"]


@pytest.mark.parametrize(
    ("font", "code", "shown"),
    [
        ("Wingdings", "F0A8", "☐"),
        ("Wingdings", "F0FE", "☒"),
        ("Wingdings", "F06F", "☐"),
        ("Wingdings", "F0A1", "◯"),
        ("Wingdings 2", "F0A3", "☐"),
        ("Symbol", "F0B7", "•"),
        ("Other", "0041", "A"),
    ],
)
def test_symbols_are_told_by_their_font(font: str, code: str, shown: str) -> None:
    assert texts(p(f"<w:r><w:sym w:font='{font}' w:char='{code}'/></w:r>", " yes")) == [f"{shown} yes"]
    letter = f"<w:r><w:rPr><w:rFonts w:ascii='{font}'/></w:rPr><w:t>&#x{code};</w:t></w:r>"
    assert texts(p(letter, " yes")) == [f"{shown} yes"]


@pytest.mark.parametrize(
    ("checked", "default", "shown"), [("", "0", "☐"), ("", "1", "☒"), ("<w:checked/>", "0", "☒"), ("<w:checked w:val='0'/>", "1", "☐")]
)
def test_boxes_of_forms_stand_at_their_place(checked: str, default: str, shown: str) -> None:
    assert texts(p("a ", box(checked, default), " b")) == [f"a {shown} b"]


@pytest.mark.parametrize(("state", "shown"), [("0", "☐"), ("1", "☒"), ("true", "☒")])
def test_boxes_of_content_controls_say_themselves_whether_they_are_ticked(state: str, shown: str) -> None:
    box = f"<w:sdtPr><w14:checkbox><w14:checked w14:val='{state}'/></w14:checkbox></w:sdtPr>"
    control = f"<w:sdt>{box}<w:sdtContent>{R.format('x')}</w:sdtContent></w:sdt>"
    assert texts(p(control, " yes")) == [f"{shown} yes"]


def test_of_a_field_only_the_result_is_read() -> None:
    nested = field("IF " + field("PAGE", R.format("hidden")) + " = 2", R.format("seen"))
    assert texts(p("a ", nested, " b", "<w:fldSimple w:instr='PAGE'>" + R.format("7") + "</w:fldSimple>")) == ["a seen b7"]


def test_a_reference_that_leads_nowhere_leaves_no_words() -> None:
    assert texts(p("see ", field("REF x", R.format("Error! Reference source not found.")), "below")) == ["see below"]


def test_a_field_without_result_does_not_swallow_the_rest() -> None:
    begin = "<w:r><w:fldChar w:fldCharType='begin'/></w:r>"
    assert texts(p("a", begin) + p("b") + p("c")) == ["a", "b", "c"]


def test_links_and_tags_and_controls_keep_their_text() -> None:
    wrapped = [f"<w:{name}>{R.format(name)}</w:{name}>" for name in ("hyperlink", "smartTag", "ins", "moveTo", "customXml")]
    block = f"<w:sdt><w:sdtPr/><w:sdtContent>{p('control')}</w:sdtContent></w:sdt>"
    assert texts(p(*wrapped) + block) == ["hyperlinksmartTaginsmoveTocustomXml", "control"]


def test_what_was_deleted_or_moved_away_is_gone() -> None:
    deleted = f"<w:del><w:r><w:delText>x</w:delText></w:r></w:del><w:moveFrom>{R.format('y')}</w:moveFrom>"
    rows = "<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>" + p("gone") + "</w:tc></w:tr><w:tr><w:tc>" + p("stays") + "</w:tc></w:tr></w:tbl>"
    assert texts(p("a", deleted, "b") + rows) == ["ab", "stays"]


def test_a_paragraph_whose_end_was_deleted_goes_on() -> None:
    joined = p("one ", properties="<w:rPr><w:del/></w:rPr>") + p("two ", properties="<w:rPr><w:moveFrom/></w:rPr>") + p("three") + p("four")
    assert texts(joined) == ["one two three", "four"]
    assert texts(table([p("a", properties="<w:rPr><w:del/></w:rPr>"), p("b")])) == ["a", "b"]


def test_hidden_text_is_not_read_even_when_a_style_hides_it() -> None:
    style = "<w:style w:type='character' w:styleId='Ghost'><w:rPr><w:vanish/></w:rPr></w:style>"
    styles = f"<w:styles {NAMESPACES}>{style}<w:style w:type='character' w:styleId='Child'><w:basedOn w:val='Ghost'/></w:style></w:styles>"
    run = "<w:r><w:rPr>{}</w:rPr><w:t>{}</w:t></w:r>"
    hidden = [run.format("<w:vanish/>", "x"), run.format("<w:rStyle w:val='Child'/>", "y"), run.format("<w:vanish w:val='0'/>", "z")]
    assert texts(p("a", *hidden), word_styles_xml=styles) == ["az"]


def test_text_boxes_are_read_once_behind_their_paragraph() -> None:
    content = f"<w:txbxContent>{p('boxed')}</w:txbxContent>"
    modern = f"<mc:Choice Requires='wps'><w:drawing><wps:txbx>{content}</wps:txbx></w:drawing></mc:Choice>"
    old = f"<w:pict><v:shape><v:textbox>{content}</v:textbox></v:shape></w:pict>"
    both = f"<w:r><mc:AlternateContent>{modern}<mc:Fallback>{old}</mc:Fallback></mc:AlternateContent></w:r>"
    lines = lines_of(p("a", both, "b") + p(f"<w:r>{old}</w:r>") + p("c"))
    assert [(line.text, line.place) for line in lines] == [
        ("ab", "paragraph 1"), ("boxed", "text box 1"), ("boxed", "text box 2"), ("c", "paragraph 3")
    ]  # fmt: skip


def test_headers_come_first_and_footers_last_each_once() -> None:
    file = docx.Document()
    file.add_paragraph("body")
    file.add_section()
    for section in file.sections:
        section.different_first_page_header_footer = True
    first = file.sections[0]
    first.first_page_header.paragraphs[0].text = "letterhead"
    first.header.paragraphs[0].text = "header"
    first.footer.paragraphs[0].text = "footer"
    first.even_page_header.paragraphs[0].text = "never shown"
    lines = readers.read_bytes("x.docx", saved(file)).lines
    assert [(line.text, line.place) for line in lines] == [
        ("letterhead", "header"), ("header", "header"), ("body", "paragraph 1"), ("footer", "footer")
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["footnote", "endnote"])
def test_notes_are_kept_aside_with_the_line_that_refers_to_them(kind: str) -> None:
    file = docx.Document()
    paragraph = file.add_paragraph("text")
    run = paragraph.add_run()
    run._r.append(run._r.makeelement(f"{{{file.element.nsmap['w']}}}{kind}Reference", {f"{{{file.element.nsmap['w']}}}id": "1"}))
    file.add_paragraph("more")
    add_notes(file, kind, ["said below", "never referred to"])
    lines = readers.read_bytes("x.docx", saved(file)).lines
    assert [(line.text, line.footnotes) for line in lines] == [("text", ("said below",)), ("more", ())]


def test_comments_are_no_text() -> None:
    file = docx.Document()
    paragraph = file.add_paragraph("text")
    file.add_comment(paragraph.runs, "remark", author="somebody")
    assert [line.text for line in readers.read_bytes("x.docx", saved(file)).lines] == ["text"]


def test_pages_are_named_where_breaks_tell_them() -> None:
    rendered = "<w:r><w:lastRenderedPageBreak/><w:t>b</w:t></w:r>"
    assert [line.place for line in lines_of(p("a") + p(rendered) + p("c"))] == [
        "page 1, paragraph 1", "page 2, paragraph 2", "page 2, paragraph 3"
    ]  # fmt: skip
    assert [line.place for line in lines_of(p("a", "<w:r><w:br w:type='page'/></w:r>") + p("b"))] == [
        "page 1, paragraph 1",
        "page 2, paragraph 2",
    ]


def test_merged_cells_are_read_once() -> None:
    merged = "<w:tcPr><w:vMerge {}/></w:tcPr>"
    assert texts(table([merged.format("w:val='restart'") + p("a"), p("b")], [merged.format("") + p("under"), p("c")])) == ["a", "b", "c"]


LEVEL = "<w:lvl w:ilvl='{}'>{}<w:numFmt w:val='{}'/>{}<w:lvlText w:val='{}'/></w:lvl>"


def numbering(*levels: str, further: str = "") -> str:
    shared = f"<w:abstractNum w:abstractNumId='1'>{''.join(levels)}</w:abstractNum>"
    return f"<w:numbering {NAMESPACES}>{shared}<w:num w:numId='1'><w:abstractNumId w:val='1'/></w:num>{further}</w:numbering>"


def level(index: int, form: str, pattern: str, start: int = 1, further: str = "") -> str:
    return LEVEL.format(index, f"<w:start w:val='{start}'/>", form, further, pattern)


def item(text: str, index: int = 0, number: int = 1) -> str:
    return p(text, properties=f"<w:numPr><w:ilvl w:val='{index}'/><w:numId w:val='{number}'/></w:numPr>")


@pytest.mark.parametrize(
    ("form", "start", "shown"),
    [
        ("decimal", 9, ["9", "10"]),
        ("lowerLetter", 26, ["z", "aa"]),
        ("upperLetter", 1, ["A", "B"]),
        ("lowerRoman", 3, ["iii", "iv"]),
        ("upperRoman", 9, ["IX", "X"]),
        ("decimalZero", 9, ["09", "10"]),
        ("chineseCounting", 10, ["十", "十一"]),
        ("russianLower", 1, ["а", "б"]),
        ("decimalEnclosedCircle", 1, ["①", "②"]),
        ("unheardOf", 1, ["1", "2"]),
    ],
)
def test_numbers_of_lists_are_written_out(form: str, start: int, shown: list[str]) -> None:
    assert texts(item("a") + item("b"), word_numbering_xml=numbering(level(0, form, "%1)", start))) == [
        f"{shown[0]})\ta", f"{shown[1]})\tb"
    ]  # fmt: skip


def test_levels_count_on_and_start_anew() -> None:
    levels = numbering(
        level(0, "decimal", "%1."), level(1, "lowerLetter", "%1.%2"), level(2, "decimal", "%3", further="<w:lvlRestart w:val='0'/>")
    )
    body = (
        item("")
        + item("x")
        + item("y", 1)
        + item("z", 2)
        + item("v", 1)
        + item("u", 2)
        + item("w")
        + item("q", 1)
        + p("between")
        + item("r", 1)
    )
    assert texts(body, word_numbering_xml=levels) == [
        "2.\tx", "2.a\ty", "1\tz", "2.b\tv", "2\tu", "3.\tw", "3.a\tq", "between", "3.b\tr"
    ]  # fmt: skip


def test_a_list_may_start_anew_or_share_the_count_of_another() -> None:
    anew = "<w:num w:numId='2'><w:abstractNumId w:val='1'/><w:lvlOverride w:ilvl='0'><w:startOverride w:val='5'/></w:lvlOverride></w:num>"
    shared = "<w:num w:numId='3'><w:abstractNumId w:val='1'/></w:num>"
    body = item("a") + item("b", number=3) + item("c", number=2) + item("d", number=2)
    assert texts(body, word_numbering_xml=numbering(level(0, "decimal", "%1"), further=anew + shared)) == ["1\ta", "2\tb", "5\tc", "6\td"]


def test_bullets_are_dashes_and_boxes_stay_boxes() -> None:
    wingdings = "<w:rPr><w:rFonts w:ascii='Wingdings' w:hAnsi='Wingdings'/></w:rPr>"
    levels = numbering(
        level(0, "bullet", "\uf0b7"), level(1, "bullet", "o"), level(2, "bullet", "\uf0a8").replace("</w:lvl>", wingdings + "</w:lvl>")
    )
    assert texts(item("a") + item("b", 1) + item("c", 2), word_numbering_xml=levels) == ["–\ta", "–\tb", "☐\tc"]


def test_styles_number_and_a_paragraph_may_refuse() -> None:
    styles = (
        f"<w:styles {NAMESPACES}><w:style w:type='paragraph' w:styleId='Base'>"
        "<w:pPr><w:numPr><w:numId w:val='1'/></w:numPr></w:pPr></w:style>"
        "<w:style w:type='paragraph' w:styleId='Sub'><w:basedOn w:val='Base'/></w:style></w:styles>"
    )
    levels = numbering(
        level(0, "decimal", "%1", further="<w:pStyle w:val='Base'/>"), level(1, "decimal", "%1.%2", further="<w:pStyle w:val='Sub'/>")
    )
    refused = "<w:pStyle w:val='Base'/><w:numPr><w:numId w:val='0'/></w:numPr>"
    body = p("a", properties="<w:pStyle w:val='Base'/>") + p("b", properties="<w:pStyle w:val='Sub'/>") + p("c", properties=refused)
    assert texts(body, word_styles_xml=styles, word_numbering_xml=levels) == ["1\ta", "1.1\tb", "c"]


def test_a_deleted_item_is_not_counted() -> None:
    gone = "<w:rPr><w:del/></w:rPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr>"
    body = item("a") + p("<w:del><w:r><w:delText>x</w:delText></w:r></w:del>", properties=gone) + item("b")
    assert texts(body, word_numbering_xml=numbering(level(0, "decimal", "%1."))) == ["1.\ta", "2.\tb"]


def test_marks_of_direction_are_not_read() -> None:
    assert texts(p("\u200fX.1280\u200e \u202aa\u202c\xa0b")) == ["X.1280 a b"]


def test_pictures_in_the_place_of_text_are_a_scan() -> None:
    picture = p("<w:r><w:drawing/></w:r>")
    with pytest.raises(UnreadableFile, match=r"pictures without text \(a scan\).*OCR"):
        texts(picture)
    assert texts(picture + p("text")) == ["text"]


def test_the_main_part_may_have_any_name() -> None:
    content = body_of(p("a"))
    renamed = {"word/document2.xml": None, "word/document.xml": None}
    with ZipFile(BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    moved = {
        **renamed,
        "word/document2.xml": parts["word/document.xml"],
        "word/_rels/document2.xml.rels": parts["word/_rels/document.xml.rels"],
        "[Content_Types].xml": parts["[Content_Types].xml"].replace(b"/word/document.xml", b"/word/document2.xml"),
        "_rels/.rels": parts["_rels/.rels"].replace(b"word/document.xml", b"word/document2.xml"),
    }
    assert [line.text for line in readers.read_bytes("x.docx", replaced(content, moved)).lines] == ["a"]

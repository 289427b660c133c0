"""Replies out of CSV: columns, answers and moments are checked, each fault with its line."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sg17kg.errors import BadParameter, UnreadableFile
from sg17kg.replies.consultation import Consultation
from sg17kg.replies.replies_csv import LARGEST, Reply, parse_replies, read_replies, replies_to
from tests.replies.making import consultation

HEAD = "member_state,text,answer,received\n"


def test_replies_are_read_with_their_lines(drafts: Consultation) -> None:
    file = parse_replies(
        "r.csv",
        "# consultation: circular/2025-2028/104\n# a note\nmember_state,text,answer,received,comments\n"
        'Exampleland , x1280,authorizes,2026-05-20T16:30:00Z,"two\nlines"\n\n'
        "Elsewhere,X.accsadlt,abstains,2026-05-01T12:00:00+02:00,\n",
    )
    assert file.consultation == "circular/2025-2028/104"
    first, second = replies_to(drafts, file)
    assert (first.line, first.member_state, first.text, first.says, first.comments) == (4, "Exampleland", "X.1280", True, "two\nlines")
    assert (second.line, second.text, second.says) == (7, "X.1286", None)
    assert second.received == datetime(2026, 5, 1, 10, tzinfo=UTC)


def test_questions_are_answered_in_their_own_words(questions: Consultation) -> None:
    file = parse_replies("r.csv", HEAD + "A,Q10/17,approves,2026-03-01T00:00Z\nB,Q7/17,does-not-approve,2026-03-01T00:00Z\n")
    assert [reply.says for reply in replies_to(questions, file)] == [True, False]
    with pytest.raises(
        BadParameter, match="line 2: 'authorizes' is no answer about Q7/17; there are: approves, does-not-approve, abstains"
    ):
        replies_to(questions, parse_replies("r.csv", HEAD + "A,Q7/17,authorizes,2026-03-01T00:00Z\n"))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "line 1: column 'member_state' is missing"),
        ("member_state,text,answer\n", "line 1: column 'received' is missing"),
        ("member_state,text,answer,received,colour\n", "line 1: unknown column 'colour'"),
        ("member_state,text,answer,received,text\n", "line 1: a column stands there twice"),
        ("# x\n" + HEAD + "A,X.1280,authorizes\n", "line 3: 3 values for 4 columns"),
        (HEAD + 'A,"X.1280,authorizes\n', "line 2: no CSV"),
        (HEAD + "A,X.1280,yes,2026-05-01T00:00Z\n", "line 2: 'yes' is no answer"),
        (HEAD + "A,X.9999,authorizes,2026-05-01T00:00Z\n", "line 2: text 'X.9999' is not in this consultation"),
        (HEAD + " ,X.1280,authorizes,2026-05-01T00:00Z\n", "line 2: member_state is empty"),
        (HEAD + "A,X.1280,authorizes,soon\n", "line 2: received: 'soon' is no moment"),
        (HEAD + "A,X.1280,authorizes,2026-05-01T00:00\n", "line 2: received: '2026-05-01T00:00' has no time zone"),
        (HEAD + "A,X.1280,authorizes,0001-01-01T00:00+14:00\n", "line 2: received: '0001-01-01T00:00+14:00' is no moment"),
    ],
)
def test_a_fault_is_named_with_its_line(content: str, complaint: str, drafts: Consultation) -> None:
    with pytest.raises(BadParameter) as refused:
        replies_to(drafts, parse_replies("r.csv", content))
    assert str(refused.value).startswith(f"r.csv: {complaint}")


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    for content, complaint in ((b"#" * (LARGEST + 1), "larger than 8192 KiB"), (HEAD.encode("utf-16"), "not UTF-8")):
        path.write_bytes(content)
        with pytest.raises(UnreadableFile, match=complaint):
            read_replies(path)
    with pytest.raises(UnreadableFile, match="cannot be read"):
        read_replies(tmp_path)


def test_a_byte_order_mark_of_a_spreadsheet_is_no_part_of_the_header(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(b"\xef\xbb\xbf" + HEAD.encode())
    assert read_replies(path).rows == ()


def test_what_a_spreadsheet_saves_is_read(drafts: Consultation) -> None:
    padded = "# consultation: circular/2025-2028/104,,,,\n,,,,\n" + HEAD.strip() + ",\nA,X.1280,Authorizes,2026-05-01T00:00Z,\n,,,,\n"
    parted = '"# consultation: circular/2025-2028/104";;;\nmember_state;text;answer;received\nA;X.1280;AUTHORIZES;2026-05-01T00:00Z\n'
    for content in (padded, parted, parted.replace(";", "\t")):
        file = parse_replies("r.csv", content)
        assert (file.consultation, file.named_on) == ("circular/2025-2028/104", 1)
        assert [(reply.text, reply.answer) for reply in replies_to(drafts, file)] == [("X.1280", "authorizes")]


def test_authority_with_comments_is_authority(drafts: Consultation) -> None:
    file = parse_replies("r.csv", HEAD + "A,X.1280,authorizes-with-comments,2026-05-01T00:00Z\n")
    assert [reply.says for reply in replies_to(drafts, file)] == [True]


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"PK\x03\x04..word/document.xml", "a Word file"), (b"PK\x03\x04..xl/workbook.xml", "a spreadsheet"), (b"%PDF-1.7", "a PDF file")],
)
def test_a_file_that_is_no_text_is_said_to_be_what_it_is(content: bytes, kind: str, tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=f"this is {kind}; save it as text, or name a CSV file of replies"):
        read_replies(path)


CELLS = st.sampled_from(["A", "X.1", "authorizes", "2026-05-01T00:00Z", "", '"', "#", "2026-05-01"]) | st.text(max_size=8)


@given(st.lists(st.lists(CELLS, max_size=6).map(",".join), max_size=6).map("\n".join), st.booleans())
def test_whatever_is_in_a_file_it_is_read_or_refused(content: str, headed: bool) -> None:
    found: list[Reply] = []
    complaint = ""
    try:
        found = replies_to(consultation(), parse_replies("r.csv", HEAD + content if headed else content))
    except BadParameter as refused:
        complaint = str(refused)
    assert not complaint or complaint.startswith("r.csv: line ")
    assert all(reply.text == "X.1" and reply.received.tzinfo for reply in found)

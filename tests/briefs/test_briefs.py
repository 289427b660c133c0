"""Briefs of circulars and Questions: what they say is in the graph, each statement has its source, and they stay short."""

import io
import re
import subprocess
import zipfile
from datetime import date
from pathlib import Path

import pytest

from sg17kg.briefs.brief import brief_of
from sg17kg.briefs.statements import CatalogueQuery, Stated, cut, merged
from sg17kg.errors import BadIdentifier, NotFound
from sg17kg.rendering.document_model import Document, Item, Table
from sg17kg.rendering.docx import docx
from sg17kg.rendering.markdown import markdown
from sg17kg.replies.consultation import Ask, Source
from sg17kg.store.base import RdfLiteral, value
from tests.contract.servers import require
from tests.letters.composing import as_text, compose

MAY = date(2026, 5, 1)
NOW = date(2026, 11, 21)
SUBJECTS = [
    ("104", MAY), ("101", date(2026, 3, 1)), ("142", NOW), ("79", NOW), ("268", date(2020, 12, 1)), ("Q10/17", MAY), ("Q7/17", NOW),
    ("Q16/17", MAY), ("Q3/17", MAY),
]  # fmt: skip
PASSAGE = re.compile(r"(TSB Circular (\d+) \((\d{4}-\d{4})\)), lines? ([\d–, and]+) \((\w+)\)")


def text_of(document: Document) -> str:
    return markdown(document).decode().replace("\\", "")


@pytest.fixture(scope="module")
def before_members(ask: Ask) -> str:
    return text_of(brief_of(ask, "circular/2025-2028/104", MAY))


def test_the_brief_of_a_circular_says_what_must_be_answered(before_members: str) -> None:
    assert "11 texts put to Member States: 1 revised, 10 new." in before_members
    assert (
        "At least 70 per cent of the replies, abstentions among them, must be in favour. [TSB Circular 104 (2025-2028), line 40 (zh)]"
        in before_members
    )
    assert "Replies: 20 May 2026, 23:59 UTC (19 days left). [TSB Circular 104 (2025-2028), line 39 (zh)]" in before_members
    assert "What follows if it is not reached, the circular does not say." in before_members
    assert (
        "Meeting that is to approve: SG17, 1 June 2026 to 10 June 2026 in Geneva. [TSB Circular 104 (2025-2028), line 31 (zh)]"
        in before_members
    )


def test_of_a_circular_in_two_languages_the_lines_of_the_english_version_are_cited(ask_two_versions: Ask) -> None:
    told = text_of(brief_of(ask_two_versions, "302", MAY))
    english = as_text(compose("tap-consultation", 2, "en")).splitlines()
    assert "(fr)" not in told
    row = next(line for line in told.splitlines() if line.startswith("| **X.9311**"))
    first, last = re.findall(r"lines (\d+)–(\d+) \(en\)", row)[0]
    assert [line for line in english[int(first) - 1 : int(last)] if line.startswith("Splitting of keys")]
    deadline = re.search(r"Replies: 12 August 2026, .* line (\d+) \(en\)", told)
    assert deadline
    assert "12 August 2026" in english[int(deadline[1]) - 1]


def test_a_deadline_that_a_corrigendum_changed_is_told_with_both_passages(ask_corrected: Ask) -> None:
    told = text_of(brief_of(ask_corrected, "circular/2025-2028/301", MAY))
    corrected = "Replies: 27 May 2026, 23:59 UTC (26 days left), by a corrigendum; the circular says 20 May 2026, 23:59 UTC."
    assert corrected in told
    cited = told.partition(corrected)[2].partition("]")[0]
    assert re.match(r" \[Corrigendum 1 to TSB Circular 301 .*, line \d+ \(en\); TSB Circular 301 .*, line \d+ \(en\)", cited)
    assert "2026-05-27 instead of 2026-05-20" in told.partition("Conflicts")[2]


def test_what_was_published_since_the_list_is_not_under_development(ask: Ask) -> None:
    told = text_of(brief_of(ask, "Q10/17", NOW))
    table = told.partition("## Texts under development")[2].partition("## History")[0]
    assert "| Listed as of 11 December 2025 | Number proposed | Source |" in table
    assert "| X.aas |" not in table
    assert "- X.aas: published as X.1901 (04/2026), approved on 9 April 2026. [catalogue record itu-t-x-1901-04-2026.yaml]" in table
    assert "| X.oob-pacs |" in text_of(brief_of(ask, "Q10/17", date(2026, 3, 1)))


def test_a_text_whose_outcome_no_source_says_is_named(ask: Ask, before_members: str) -> None:
    told = text_of(brief_of(ask, "104", NOW))
    assert "What became of X.2210 is not known; no source that was read says it. [TSB Circular 104 (2025-2028)]" in told
    assert "What became of" not in before_members


def test_a_meeting_of_the_past_was_to_approve(ask: Ask, before_members: str) -> None:
    assert "Meeting that was to approve: SG17, 1 June 2026" in text_of(brief_of(ask, "104", NOW))
    assert "Meeting that is to approve: SG17, 1 June 2026" in before_members


def test_owners_stand_beside_the_texts(before_members: str) -> None:
    row = next(line for line in before_members.splitlines() if line.startswith("| **X.1280**"))
    assert "Q10/17 (as of 2025-12-11)" in row
    assert "TSB Circular 104 (2025-2028), lines 47–48 (zh)<br>TSB Circular 101 (2025-2028), line 122 (zh)" in row
    assert "not known" in next(line for line in before_members.splitlines() if line.startswith("| **X.1821**"))


def test_history_is_that_of_the_day(ask: Ask, before_members: str) -> None:
    assert "1 March 2024: X.1280 approved as X.1280 (03/2024)." in before_members
    assert "10 June 2026" not in before_members.partition("## History")[2].partition("## Deadlines")[0]
    assert "10 June 2026: X.1280 approved as X.1280 (06/2026)." in text_of(brief_of(ask, "104", NOW))


def test_a_conflict_has_both_sides_with_their_sources(ask: Ask) -> None:
    told = text_of(brief_of(ask, "Q10/17", MAY))
    line = next(line for line in told.splitlines() if line.startswith("- X.1282:"))
    assert "Q10/17 is responsible for X.1282 [TSB Circular 101 (2025-2028), line 122 (zh)]" in line
    assert "Q7/17 is responsible for X.1282 [TSB Circular 101 (2025-2028), line 30 (zh)]" in line


def test_a_conflict_that_had_not_arisen_is_left_out(ask: Ask) -> None:
    conflict = "is responsible for X.1282"
    assert conflict not in text_of(brief_of(ask, "Q10/17", date(2025, 12, 5)))
    assert conflict in text_of(brief_of(ask, "Q10/17", NOW))


def test_the_brief_of_a_question_says_what_is_before_member_states(ask: Ask) -> None:
    told = text_of(brief_of(ask, "question 10/17", MAY))
    assert (
        "TSB Circular 104 (2025-2028) asks Member States about X.1280, X.1286. [TSB Circular 104 (2025-2028), lines 47 and 52 (zh)]" in told
    )
    assert "Q10/17 is responsible for 64 published texts as of 11 December 2025. [TSB Circular 101 (2025-2028), line 122 (zh)]" in told
    assert "it continues Q10/17 (2025) and Q3/17 (2025)" in told
    assert "X.1286, before Member States" in told
    assert "No circular that was read has an open consultation on it or its texts." in text_of(brief_of(ask, "Q10/17", NOW))


@pytest.mark.parametrize(("subject", "on"), SUBJECTS)
def test_every_statement_has_a_source(subject: str, on: date, ask: Ask) -> None:
    made = brief_of(ask, subject, on)
    items = [block for block in made.blocks if isinstance(block, Item)]
    assert items or subject == "Q3/17"
    for item in items:
        told = "".join(span.text for span in item.line)
        assert any(span.quiet and span.text.startswith("[") for span in item.line) or "left out here" in told, told
    for table in (block for block in made.blocks if isinstance(block, Table)):
        assert all(row[-1] for row in table.rows)


@pytest.mark.parametrize(("subject", "on"), SUBJECTS)
def test_passages_that_are_named_exist(subject: str, on: date, ask: Ask) -> None:
    named = PASSAGE.findall(text_of(brief_of(ask, subject, on)))
    for _, number, period, lines, language in named:
        document = f"https://w3id.org/sg17kg/circular/{period}/{number}"
        (file,) = ask("files-of-document", document=document)
        assert value(file, "language") == language
        assert all(1 <= int(line) <= int(value(file, "lines") or 0) for line in re.findall(r"\d+", lines))


def test_a_brief_before_the_circular_was_sent_is_none(ask: Ask) -> None:
    with pytest.raises(NotFound, match="had not been sent on 2026-02-12"):
        brief_of(ask, "104", date(2026, 2, 12))
    assert brief_of(ask, "104", date(2026, 2, 13)).title == "Brief: TSB Circular 104 (2025-2028)"


def test_what_is_neither_circular_nor_question_is_refused(ask: Ask) -> None:
    with pytest.raises(BadIdentifier):
        brief_of(ask, "X.1280", MAY)
    with pytest.raises(NotFound, match="Q99/17 is not in the graph"):
        brief_of(ask, "Q99/17", MAY)


def test_the_same_day_gives_the_same_bytes(ask: Ask) -> None:
    first, second = (docx(brief_of(ask, "104", MAY)) for _ in range(2))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2026-05-01T00:00:00Z" in archive.read("docProps/core.xml")


def test_a_list_that_is_cut_says_so() -> None:
    many = [Stated(str(number), ("A",)) for number in range(5)]
    assert cut(many, 5, "event") == many
    assert cut(many, 3, "event")[3].text == "2 more events are left out here; the graph has them."
    assert cut(many, 4, "event")[4].text == "1 more event is left out here; the graph has it."


def test_passages_of_one_document_become_one() -> None:
    assert merged([Source("A", 5, 6, "zh"), Source("B", 1, 1, None), Source("A", 2, 2, "zh")]) == (
        Source("A", 2, 6, "zh"),
        Source("B", 1, 1, None),
    )


def test_a_record_without_lines_is_named(ask: Ask) -> None:
    record, name = RdfLiteral("itu-t-x-1.yaml", ""), RdfLiteral("Outcome of X", "")
    assert CatalogueQuery(ask, MAY).source({"record": record, "document": name}) == "catalogue record itu-t-x-1.yaml"
    assert CatalogueQuery(ask, MAY).source({"document": record}) == "catalogue record itu-t-x-1.yaml"
    assert CatalogueQuery(ask, MAY).source({"document": name}) == "Outcome of X"


@pytest.mark.office
def test_briefs_fill_two_pages_at_most(tmp_path: Path, ask: Ask) -> None:
    program = require("soffice", "libreoffice")
    for number, (subject, on) in enumerate(SUBJECTS):
        (tmp_path / f"{number}.docx").write_bytes(docx(brief_of(ask, subject, on)))
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    files = [str(path) for path in sorted(tmp_path.glob("*.docx"))]
    subprocess.run([program, home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), *files], check=True, capture_output=True)
    pages = {path.stem: len(re.findall(rb"/Type\s*/Page\b(?!s)", path.read_bytes())) for path in tmp_path.glob("*.pdf")}
    assert len(pages) == len(SUBJECTS)
    assert all(1 <= count <= 2 for count in pages.values()), pages

"""Standards of ISO out of Relaton YAML: identifiers, dates of what changes an edition, older forms of records."""

from pathlib import Path

import pytest

from sg17kg import facts_json
from sg17kg.facts import TwinFacts, Unread
from sg17kg.reference_data import iso
from tests import ROOT

EXTENSION = """
  doctype: {type: international-standard}
  editorialgroup:
    technical_committee: [{name: A committee, number: 1, type: IEC, identifier: ISO/IEC JTC 1/SC 99}]
  ics: [{code: 35.100.70, text: Application layer}, {code: '35.030', text: IT Security}]
"""


def record(identifier: str, dates: str = "[{type: published, value: 2030-11}]", french: str = "Un titre", top: bool = False) -> bytes:
    extension = EXTENSION.replace("\n  ", "\n") if top else f"ext:{EXTENSION}"
    return f"""
title:
- {{content: "A  title", language: [en], type: main}}
- {{content: Part, language: [en], type: title-part}}
- {{content: "{french}", language: [fr], type: main}}
link: [{{content: "https://example.org/1", type: src}}, {{content: "https://example.org/1.rss", type: rss}}]
docid: [{{id: "{identifier}", type: ISO}}, {{id: "{identifier}(E)", type: iso-reference}}]
date: {dates}
edition: {{content: '3'}}
docstatus: {{stage: {{value: '90'}}, substage: {{value: '93'}}}}
{extension}""".encode()


def read(identifier: str, **more: str) -> TwinFacts:
    facts = iso.twin("x.yaml", record(identifier, **more))  # type: ignore[arg-type]
    assert isinstance(facts, TwinFacts)
    return facts


@pytest.mark.parametrize(
    ("identifier", "number", "year", "change"),
    [
        ("ISO/IEC 99594-8:2030", "ISO/IEC 99594-8", "2030", None),
        ("ISO 97498:2030", "ISO 97498", "2030", None),
        ("ISO/IEC TR 93243:2030", "ISO/IEC TR 93243", "2030", None),
        ("ISO/IEC 99594-8", "ISO/IEC 99594-8", None, None),
        ("ISO/IEC 99594-8:2030/Cor 1:2031", "ISO/IEC 99594-8", "2030", "Cor 1:2031"),
        ("ISO/IEC 99594-8:2030/Amd 1:2031/Cor 1:2032", "ISO/IEC 99594-8", "2030", "Amd 1:2031/Cor 1:2032"),
        ("ISO/IEC 99594-8:2030/DAM 1", "ISO/IEC 99594-8", "2030", "DAM 1"),
    ],
)
def test_identifiers(identifier: str, number: str, year: str | None, change: str | None) -> None:
    facts = read(identifier)
    assert (facts.number, facts.year, facts.change) == (number, year, change)


def test_facts_of_an_edition() -> None:
    facts = read("ISO/IEC 99594-8:2030")
    assert (facts.stage, facts.published, facts.committee, facts.ics) == (
        "90.93",
        "2030-11",
        "ISO/IEC JTC 1/SC 99",
        ("35.100.70", "35.030"),
    )
    assert (facts.title, facts.title_fr, facts.url, facts.edition_number) == ("A title", "Un titre", "https://example.org/1", "3")


def test_an_english_title_in_place_of_a_french_one_is_none() -> None:
    assert read("ISO/IEC 99594-8:2030", french="A title").title_fr is None


@pytest.mark.parametrize(
    ("dates", "published"),
    [
        ("[{type: published, value: '2030'}, {type: updated, value: 2031-12}]", "2031-12"),
        ("[{type: published, value: 2031-12}]", "2031-12"),
        ("[{type: published, value: '2030'}]", None),
    ],
)
def test_the_date_of_a_change_is_its_own_and_not_that_of_its_edition(dates: str, published: str | None) -> None:
    assert read("ISO/IEC 99594-8:2030/Cor 1:2031", dates=dates).published == published


def test_an_edition_corrected_later_keeps_its_date() -> None:
    dates = "[{type: published, value: 2030-04}, {type: corrected, value: 2030-09}]"
    assert read("ISO/IEC 99594-8:2030", dates=dates).published == "2030-04"


def test_older_records_bear_committee_and_codes_at_the_top() -> None:
    facts = iso.twin("x.yaml", record("ISO/IEC 99594-8:2030", top=True))
    assert isinstance(facts, TwinFacts)
    assert (facts.committee, facts.ics) == ("ISO/IEC JTC 1/SC 99", ("35.100.70", "35.030"))


@pytest.mark.parametrize("content", [b"[", b"{}", b"- 1", b"", record("IEC 99594")])
def test_a_record_that_cannot_be_read_is_named_with_its_reason(content: bytes) -> None:
    unread = iso.twin("broken.yaml", content)
    assert isinstance(unread, Unread)
    assert unread.name == "broken.yaml"
    assert unread.reason


def test_the_committed_file_is_what_the_archive_gives(seeds: Path) -> None:
    path = seeds.parent / "reference" / "relaton-iso-twins.tar.gz"
    if not path.is_file():
        pytest.skip(f"the catalogue is not at hand: {path} is absent")
    rows = [row for row in iso.read(path) if isinstance(row, TwinFacts)]
    assert len(rows) == 728
    assert facts_json.twins_to_bytes(rows) == (ROOT / "data" / "reference" / "iso-twins.json").read_bytes()

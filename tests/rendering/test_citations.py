"""Citations, each style read back by the libraries that people read it with."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
import rispy  # type: ignore[import-untyped]
import yaml
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import LatexDecodingMiddleware, RemoveEnclosingMiddleware
from citeproc import (  # type: ignore[import-untyped]
    Citation,
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
    formatter,
)
from citeproc.source.json import CiteProcJSON  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st
from pybtex.database import parse_bytes  # type: ignore[import-untyped]
from pylatexenc.latex2text import (  # type: ignore[import-untyped]
    LatexNodes2Text,
    MacroTextSpec,
    get_default_latex_context_db,
)

from sg17kg.facts import EditionFacts, Unread
from sg17kg.reference_data import relaton as catalogue
from sg17kg.rendering.citations import STYLES, CitationStyle, Cited, bibtex, csl_json, key, relaton, ris

CITED = Cited(
    iri="https://w3id.org/sg17kg/rec/X.9999/2030-03",
    number="X.9999",
    title="Invented requirements for an iPhone of TeX",
    language="en",
    type="Recommendation",
    edition="2030-03",
    approved_on="2030-03-14",
    url="https://example.org/rec/T-REC-X.9999-203003-I",
    status="in-force",
    supersedes=("X.9999 (2028-11)",),
)
BARE = replace(CITED, edition=None, approved_on=None, url=None, status=None, supersedes=())
MONTH = replace(CITED, approved_on=None)
AMENDMENT = replace(CITED, number="X.9999 (2028) Amd. 1", url="https://example.org/rec/T-REC-X.9999-203003-I!Amd1")

HOSTILE = [
    "}}, title = {{other}}",
    '"}\n@string{a = "b"}',
    "@comment{",
    "} @techreport{evil, title={x}}",
    "\\input{passwd} \\",
    "{",
    "}",
    "{{{",
    "a \\} b",
    "50 % of $5 & #1_2 ~ ^",
    "``a'' -- b --- c ?` !` <<d>> ,,",
    "\r\nER  - \r\nTY  - BOOK",
    "TI  - other",
    "a\x00\x1b[31m\x85b\u2028c",
    "- a: b # c",
    "---\n...",
    "!!python/object:os.system",
    "no",
    "2030-03-14",
    "安全框架 X",
    "إطار الأمن",
    "<b>x</b> &amp; ]]>",
    "",
]
WORDS = st.lists(st.sampled_from([*HOSTILE, *"\\{}$%&#_~^\"'`@-,=!?<>:|*[]() ", "\\begin", "\\url", "@string", "x"])).map("".join)
TITLES = WORDS | st.text(st.characters(exclude_categories=("Cs", "Cc")))


def folded(text: str) -> str:
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", text).split())


def latex_reader() -> LatexNodes2Text:
    """pylatexenc, told three commands of LaTeX that it does not know or takes for an accent."""
    known = {"textbraceleft": "{", "textbraceright": "}", "textasciicircum": "^"}
    context = get_default_latex_context_db()
    context.add_context_category("here", prepend=True, macros=[MacroTextSpec(name, sign) for name, sign in known.items()])
    return LatexNodes2Text(latex_context=context, math_mode="text")


LATEX = latex_reader()


def by_pybtex(cited: Cited) -> dict[str, str]:
    """The fields of the one entry; pybtex raises where it finds anything that is none."""
    ((found, entry),) = parse_bytes(bibtex(cited), "bibtex").entries.items()
    title = LATEX.latex_to_text(entry.fields["title"])
    return {**entry.fields, "title": title, "key": found, "author": str(entry.persons["author"][0])}


def by_bibtexparser(cited: Cited) -> dict[str, str]:
    """The fields of the one entry, with no other block in the file."""
    layers = [RemoveEnclosingMiddleware(), LatexDecodingMiddleware(decoder=LATEX)]
    library = parse_string(bibtex(cited).decode(), parse_stack=layers)
    (block,) = library.blocks
    assert [block] == library.entries
    return {name: field.value for name, field in library.entries[0].fields_dict.items()}


def by_citeproc(cited: Cited) -> dict[str, str]:
    """The variables of the one item, by the names of citeproc-py."""
    ((_, item),) = CiteProcJSON(json.loads(csl_json(cited))).items()
    return {name: str(value) for name, value in item.items()}


def by_rispy(cited: Cited) -> dict[str, str]:
    (record,) = rispy.loads(ris(cited).decode())
    return {name: str(value) for name, value in record.items()}


def by_yaml(cited: Cited) -> dict[str, str]:
    record = yaml.safe_load(relaton(cited))
    return {**{name: str(value) for name, value in record.items()}, "title": record["title"][0]["content"]}


def by_our_importer(cited: Cited) -> dict[str, str]:
    return {name: str(value or "") for name, value in vars(imported(cited)).items()}


READERS = [by_pybtex, by_bibtexparser, by_citeproc, by_rispy, by_yaml, by_our_importer]
Read = Callable[[Cited], Mapping[str, str]]


def imported(cited: Cited) -> EditionFacts:
    """The edition that our own importer of Relaton's catalogue reads."""
    facts = catalogue.edition("x.yaml", relaton(cited))
    assert isinstance(facts, EditionFacts)
    return facts


def csl_item(cited: Cited) -> dict[str, object]:
    (item,) = json.loads(csl_json(cited))
    assert isinstance(item, dict)
    return item


def harvard(cited: Cited) -> str:
    """The entry of a bibliography in citeproc-py's Harvard style."""
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    bibliography = CitationStylesBibliography(style, CiteProcJSON(json.loads(csl_json(cited))), formatter.plain)
    bibliography.register(Citation([CitationItem(key(cited))]))
    return str(bibliography.bibliography()[0])


@pytest.mark.parametrize("read", READERS)
@given(title=TITLES)
def test_any_title_is_read_back(read: Read, title: str) -> None:
    assert folded(read(replace(CITED, title=title))["title"]) == folded(title)


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_is_read_back_and_changes_no_other_field(read: Read, title: str) -> None:
    fields = read(replace(CITED, title=title))
    assert fields == {**read(CITED), "title": fields["title"]}
    assert folded(fields["title"]) == folded(title)


@pytest.mark.parametrize("title", ["\\begin TLS", "& TLS", "Of TLS & IPsec"])
def test_bibtex_lets_no_style_change_the_case_of_a_title(title: str) -> None:
    (written,) = re.findall(r"title = (.*),", bibtex(replace(CITED, title=title)).decode())
    assert written[:2] == "{{"
    assert written[2] != "\\"  # the start of a special character, which styles do change


def test_bibtex_is_a_technical_report_with_its_month_as_a_macro() -> None:
    assert b"@techreport{itu-t-x.9999-2030-03,\n" in bibtex(CITED)
    assert b"  month = mar,\n" in bibtex(CITED)


def test_bibtex_names_author_institution_number_and_iri() -> None:
    fields = by_pybtex(CITED)
    assert (fields["author"], fields["institution"]) == ("{ITU-T}", "International Telecommunication Union")
    assert (fields["type"], fields["number"]) == ("ITU-T Recommendation", "X.9999")
    assert (fields["year"], fields["month"], fields["url"], fields["note"]) == ("2030", "March", CITED.url, CITED.iri)


@pytest.mark.parametrize("url", ["https://example.org/a}b{c\\d", "https://example.org/\r\nER  - ", 'https://example.org/"x" y'])
def test_a_hostile_address_is_percent_encoded(url: str) -> None:
    cited = replace(CITED, url=url)
    written = by_pybtex(cited)["url"]
    assert not re.search(r"[\s{}\\\"]", written)
    assert by_rispy(cited)["urls"] == f"['{written}']"


@pytest.mark.parametrize(
    ("number", "edition", "printed"),
    [
        ("X.9999", "2030-03", "itu-t-x.9999-2030-03"),
        ("X.9999.2", None, "itu-t-x.9999.2"),
        ("X Suppl. 99", "2030-03", "itu-t-x-suppl-99-2030-03"),
        ("XSTR.invented", "2030-03", "itu-t-xstr.invented-2030-03"),
        ("X.9999 (2028) Amd. 1", "2030-03", "itu-t-x.9999-2028-amd-1-2030-03"),
        ("D.9998/X.9999", "2030-03", "itu-t-d.9998-x.9999-2030-03"),
        ("X.{evil},", None, "itu-t-x-evil"),
    ],
)
def test_keys_hold_safe_characters_only(number: str, edition: str | None, printed: str) -> None:
    assert key(replace(CITED, number=number, edition=edition)) == printed


@pytest.mark.parametrize(
    ("cited", "issued"),
    [(CITED, {"date-parts": [[2030, 3, 14]]}), (MONTH, {"date-parts": [[2030, 3]]}), (BARE, None)],
)
def test_csl_is_issued_on_the_day_or_else_in_the_month(cited: Cited, issued: object) -> None:
    assert csl_item(cited).get("issued") == issued


def test_csl_names_what_a_bibliography_prints() -> None:
    item = csl_item(replace(CITED, type="TechnicalReport"))
    assert (item["type"], item["genre"], item["status"]) == ("standard", "ITU-T Technical Report", "in-force")
    assert (item["author"], item["publisher-place"], item["language"]) == ([{"literal": "ITU-T"}], "Geneva", "en")


@pytest.mark.parametrize(
    ("cited", "printed"),
    [
        (CITED, f"ITU-T (2030) “{CITED.title}”. Geneva: International Telecommunication Union. Available at: {CITED.url}."),
        (BARE, f"ITU-T (no date) “{CITED.title}”. Geneva: International Telecommunication Union."),
    ],
)
def test_csl_is_printed_by_a_style(cited: Cited, printed: str) -> None:
    assert harvard(cited) == printed


def test_ris_lines_end_with_crlf() -> None:
    lines = ris(CITED).split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert (lines[0], lines[-2:]) == (b"TY  - STAND", [b"ER  - ", b""])


@pytest.mark.parametrize(("cited", "date"), [(CITED, "2030/03/14"), (MONTH, "2030/03/"), (BARE, None)])
def test_ris_dates_have_slashes(cited: Cited, date: str | None) -> None:
    assert by_rispy(cited).get("date") == date


def test_ris_gives_number_edition_and_kind_their_tags() -> None:
    record = by_rispy(CITED)
    assert (record["issn"], record["edition"], record["type_of_work"]) == ("X.9999", "03/2030", "ITU-T Recommendation")
    assert (record["authors"], record["year"], record["place_published"]) == ("['ITU-T']", "2030", "Geneva")


def test_our_importer_reads_the_edition_back() -> None:
    facts = imported(CITED)
    assert (facts.number, facts.part, facts.edition, facts.approved_on) == ("X.9999", None, "03/2030", "2030-03-14")
    assert (facts.title, facts.url, facts.publication) == (CITED.title, CITED.url, "in-force")


def test_our_importer_reads_an_amendment_back() -> None:
    facts = imported(AMENDMENT)
    assert (facts.number, facts.of_edition, facts.part, facts.url) == ("X.9999", "2028", "Amd.1", AMENDMENT.url)


@pytest.mark.parametrize("cited", [MONTH, BARE])
def test_relaton_gives_no_day_of_approval_that_is_not_known(cited: Cited) -> None:
    assert "date" not in yaml.safe_load(relaton(cited))
    assert isinstance(catalogue.edition("x.yaml", relaton(cited)), Unread)


@pytest.mark.parametrize(
    ("cited", "doctype"),
    [
        (CITED, "recommendation"),
        (AMENDMENT, "recommendation-amendment"),
        (replace(CITED, number="X.9999 (2028) Cor. 2"), "recommendation-corrigendum"),
        (replace(CITED, number="X Suppl. 99", type="Supplement"), "recommendation-supplement"),
        (replace(CITED, number="XSTR.invented", type="TechnicalReport"), "technical-report"),
    ],
)
def test_relaton_says_what_kind_of_text_it_is(cited: Cited, doctype: str) -> None:
    assert yaml.safe_load(relaton(cited))["ext"]["doctype"] == {"content": doctype}


@pytest.mark.parametrize(
    ("status", "stage"),
    [("in-force", "Published"), ("superseded", "Withdrawal"), ("withdrawn", "Withdrawal"), ("not-in-force", "Withdrawal")],
)
def test_relaton_says_the_stage(status: str, stage: str) -> None:
    assert yaml.safe_load(relaton(replace(CITED, status=status)))["status"] == {"stage": {"content": stage}}


def test_relaton_names_what_is_superseded_as_itu_prints_it() -> None:
    (relation,) = yaml.safe_load(relaton(CITED))["relation"]
    assert relation["type"] == "supersedes"
    assert relation["bibitem"]["docidentifier"][0]["content"] == "X.9999 (11/2028)"


def test_relaton_names_language_and_script_of_the_title() -> None:
    record = yaml.safe_load(relaton(replace(CITED, title="安全框架", language="zh")))
    assert record["title"] == [{"language": "zh", "script": "Hans", "content": "安全框架", "type": "main"}]
    assert (record["language"], record["script"]) == (["zh"], ["Hans"])


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
def test_control_characters_are_not_written(style: CitationStyle) -> None:
    written = style.write(replace(CITED, title="a\x00\x1b[31m\x85b\tc")).decode()
    assert "a [31m b c" in written
    assert not re.search(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f]|\\u00|\\x", written)


@pytest.mark.parametrize("title", HOSTILE)
def test_bibtex_has_one_entry_even_for_a_reader_that_only_looks_for_the_sign(title: str) -> None:
    assert re.findall(r"@\w*\s*\{", bibtex(replace(CITED, title=title)).decode()) == ["@techreport{"]


@pytest.mark.parametrize("write", [bibtex, csl_json, ris])
def test_a_note_gives_the_iri(write: Callable[[Cited], bytes]) -> None:
    assert CITED.iri.encode() in write(CITED)


def test_relaton_names_publisher_and_place() -> None:
    record = yaml.safe_load(relaton(CITED))
    assert record["contributor"][0]["organization"]["abbreviation"] == {"content": "ITU"}
    assert record["place"] == [{"city": "Geneva"}]


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
def test_what_is_not_known_is_left_out(style: CitationStyle) -> None:
    written = style.write(BARE).decode()
    assert not re.search(r"None|null|2030|in-force|example\.org", written.replace(CITED.iri, ""))
    assert CITED.title in written


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
def test_letters_of_any_script_stay_as_they_are(style: CitationStyle) -> None:
    assert "安全 إطار Éa" in style.write(replace(CITED, title="安全 إطار Éa")).decode()


def test_each_style_has_a_media_type_and_an_extension_of_its_own() -> None:
    assert {style.extension: style.media_type for style in STYLES} == {
        "bib": "application/x-bibtex",
        "csl": "application/vnd.citationstyles.csl+json",
        "ris": "application/x-research-info-systems",
        "relaton": "application/x-relaton+yaml",
    }

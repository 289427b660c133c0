"""One grammar of numbers: each form, valid or not, through the program, the packs of six languages and the shapes."""

import re
import tarfile
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pyshacl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, RDFS, SH

from sg17kg import assets, text_numbers
from sg17kg.errors import BadIdentifier
from sg17kg.extraction import language
from sg17kg.extraction.language import LanguagePack
from sg17kg.extraction.letter.text_references import Mention, mentions
from sg17kg.facts import EditionFacts
from sg17kg.graph.mapping.editions import WholeEditions, text_iri
from sg17kg.graph.numbering import Numbering
from sg17kg.graph.rdf_terms import SG17
from sg17kg.identifiers import deliverable_iri
from sg17kg.readers.document import fold
from sg17kg.text_numbers import TextName, format_text, number_of_path, parse_number, parse_text
from tests import ROOT, SEEDS

KG = "https://w3id.org/sg17kg/"
LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")
SENTENCES = {
    "ar": "يُعرض مشروع التوصية ITU-T {} المراجعة للموافقة.",
    "en": "The draft revised Recommendation ITU-T {} is submitted for approval.",
    "es": "El proyecto de Recomendación UIT-T {} revisada se somete a aprobación.",
    "fr": "Le projet de Recommandation UIT-T {} révisée est soumis pour approbation.",
    "ru": "Проект пересмотренной Рекомендации МСЭ-Т {} представлен на утверждение.",
    "zh": "提交ITU-T {}建议书修订草案供批准。",
}
CLASSES = {
    "recommendation": SG17.Recommendation,
    "range": SG17.Recommendation,
    "supplement": SG17.Supplement,
    "technical-report": SG17.TechnicalReport,
}


def forms(name: str) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = yaml.safe_load((ROOT / "tests" / "fixtures" / "numbers" / f"{name}.yaml").read_text("utf-8"))
    return loaded


VALID, INVALID = forms("valid"), [row["form"] for row in forms("invalid")]
by_form = pytest.mark.parametrize("row", VALID, ids=[row["printed"] for row in VALID])
wrong = pytest.mark.parametrize("form", INVALID)


def meant(row: dict[str, Any]) -> TextName:
    """What the fixture says that a form means."""
    also = tuple(row.get("also", ()))
    first = text_numbers.split_halves(row["printed"])[0]
    return TextName(row.get("number", first), also, row.get("of_edition"), row.get("part"), row.get("version"))


# the program


@by_form
def test_a_printed_form_is_understood_and_written_again(row: dict[str, Any]) -> None:
    name = parse_text(row["printed"])
    assert name == meant(row)
    assert parse_text(format_text(name)) == name


@by_form
def test_the_iri_leads_to_the_number_and_back(row: dict[str, Any]) -> None:
    number = meant(row).number
    assert deliverable_iri(number) == KG + row["path"]
    assert number_of_path(row["path"]) == number
    if "-" not in number:
        assert number_of_path(row["path"].replace("-", "%20")) == number


@by_form
def test_what_people_type_gives_the_number(row: dict[str, Any]) -> None:
    number = meant(row).number
    assert row["typed"]
    assert {typed: parse_number(typed) for typed in [number, *row["typed"]]} == dict.fromkeys([number, *row["typed"]], number)


@wrong
def test_what_is_no_number_is_refused(form: str) -> None:
    for parse in (parse_number, parse_text):
        with pytest.raises(BadIdentifier, match=r"write it like X\.1280"):
            parse(form)


def test_halves_of_a_dual_text_are_named_and_none_is_chosen() -> None:
    assert text_numbers.split_halves("F.400/X.400") == ("F.400", "X.400")
    assert text_numbers.split_halves("E.210/F.120/Q.11 ter") == ("E.210", "F.120", "Q.11 ter")
    assert text_numbers.split_halves("L.255/L.17 App. I") == ("L.255 App. I", "L.17 App. I")
    assert text_numbers.split_halves("X.1280") == ("X.1280",)


@pytest.mark.parametrize("printed", ["X.800-X.849 series", "X.800-X.849", "X.800–X.849-series"])
def test_a_range_has_a_first_and_a_last_number(printed: str) -> None:
    assert text_numbers.parse_series(printed) == ("X.800", "X.849")


@pytest.mark.parametrize("printed", ["X.800", "X series", "X.800-", "X.800-SG17"])
def test_what_is_no_range_is_refused(printed: str) -> None:
    with pytest.raises(BadIdentifier, match="write it like X"):
        text_numbers.parse_series(printed)


@given(st.text(alphabet=st.sampled_from("XZE.0123456789 -–/()RVabist AnexSuplmdCor"), max_size=40))
def test_any_text_is_a_name_that_is_written_as_it_is_read_or_is_refused(text: str) -> None:
    try:
        name = parse_text(text)
    except BadIdentifier:
        return
    assert parse_text(format_text(name)) == name
    assert parse_number(name.number) == name.number
    assert number_of_path(deliverable_iri(name.number).removeprefix(KG)) == name.number


def test_parts_are_sorted_by_their_numbers() -> None:
    names = [
        "X.1500 (2011) Amd.1", "X.1500 (2011) Amd.1 Err.1", "X.1500 (2011) Amd.2", "X.1500 (2011) Amd.10", "X.1500 (2011) Cor.1",
        "X.1500 (2011) Technical Cor.1", "X.1500 (2020) Amd.1",
    ]  # fmt: skip
    assert sorted(sorted(names, reverse=True), key=text_numbers.part_sort_key) == names


def test_numbers_are_sorted_as_itu_lists_them() -> None:
    numbers = ["X Suppl. 2", "X Suppl. 10", "X.509", "X.1051", "X.1303", "X.1303 bis", "X.1303.1"]
    assert sorted(sorted(numbers), key=text_numbers.number_sort_key) == numbers


# packs


def pack(lang: str) -> LanguagePack:
    return language.load(assets.language_packs() / f"{lang}.yaml")


@cache
def packs() -> dict[str, LanguagePack]:
    return {lang: pack(lang) for lang in LANGUAGES}


def named(printed: str, lang: str) -> list[Mention]:
    return mentions(fold(SENTENCES[lang].format(printed)), packs()[lang])


READ = [row for row in VALID if "letters" not in row]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("row", READ, ids=[row["printed"] for row in READ])
def test_a_sentence_names_the_text(row: dict[str, Any], lang: str) -> None:
    name = meant(row)
    (found,) = named(row["printed"], lang)
    if text_numbers.kind_of_number(name.number) == "technical-report":
        assert (found.number, found.name, found.part) == (None, name.number, None)
    else:
        assert (found.restored, found.name, found.part) == (name.number, None, name.part)


def test_forms_that_letters_are_not_searched_for_have_their_reason() -> None:
    assert all(row["letters"] for row in VALID if "letters" in row)
    assert len(READ) > len(VALID) // 2


@pytest.mark.parametrize("lang", LANGUAGES)
@wrong
def test_a_sentence_names_no_text_by_what_is_no_number(form: str, lang: str) -> None:
    assert form not in [found.restored for found in named(form, lang)]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("printed", ["X.800-X.849 series", "X.1120-X.1139"])
def test_a_range_in_a_sentence_is_neither_number_nor_provisional_name(printed: str, lang: str) -> None:
    assert named(printed, lang) == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("printed", ["X.oob-sa", "X.accsadlt", "X.sup-divs", "TR.AIsmf"])
def test_a_provisional_name_is_no_number(printed: str, lang: str) -> None:
    assert [(found.number, found.name) for found in named(printed, lang)] == [(None, printed)]
    if not printed.startswith("TR"):
        with pytest.raises(BadIdentifier):
            parse_number(printed)


def test_no_pack_describes_numbers_itself() -> None:
    for path in sorted(assets.language_packs().glob("*.yaml")):
        own = re.findall(r"\[A-Z\](?:\{1,4\})?\\\.(?:\\d|\[a-z\])[^?]", path.read_text("utf-8"))
        assert own == [], f"{path.name}: write {{number}} or {{name}}"


# shapes


@cache
def shapes() -> Graph:
    return Graph().parse(ROOT / "shapes" / "data.ttl")


@pytest.mark.parametrize("name", sorted(text_numbers.SHAPE_PATTERNS))
def test_the_patterns_of_the_shapes_are_those_of_the_grammar(name: str) -> None:
    wanted = text_numbers.SHAPE_PATTERNS[name]
    found = shapes().value(URIRef(f"{KG}shape/{name}"), SH.pattern)
    assert str(found) == wanted, f'shape:{name} in shapes/data.ttl must have: sh:pattern "{wanted.replace(chr(92), chr(92) * 2)}"'


def conforms(number: str, *classes: URIRef) -> bool:
    """Whether a text of that number conforms to the shapes of its classes."""
    data, node = Graph(), URIRef(f"{KG}rec/tried")
    for kind in (SG17.Deliverable, *classes):
        data.add((node, RDF.type, kind))
    data.add((node, RDFS.label, Literal(number, lang="en")))
    data.add((node, SG17.number, Literal(number)))
    return bool(pyshacl.validate(data, shacl_graph=shapes(), inference="none")[0])


@by_form
def test_the_number_conforms(row: dict[str, Any]) -> None:
    name = meant(row)
    assert conforms(name.number, CLASSES[text_numbers.kind_of_number(name.number)])
    if name.part:
        assert conforms(format_text(TextName(name.number, (), name.of_edition, name.part)))
        assert conforms(f"{name.number} {name.part}")


@wrong
def test_a_text_with_what_is_no_number_violates(form: str) -> None:
    assert not conforms(form)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("X Suppl. 26", SG17.Recommendation),
        ("X.1280", SG17.Supplement),
        ("X.1280", SG17.TechnicalReport),
        ("X.1280 Amd.1", SG17.Recommendation),
    ],
)
def test_a_number_of_another_class_violates(number: str, kind: URIRef) -> None:
    assert conforms(number)
    assert not conforms(number, kind)


# the catalogue


def printed_names(archive: str) -> list[str]:
    """The names of all records of a catalogue, without the month of the edition."""
    path: Path = SEEDS.parent / "reference" / archive
    if not path.is_file():
        pytest.skip(f"the catalogue is not at hand: {path} is absent (set SG17KG_SEEDS)")
    names = []
    with tarfile.open(path, "r|gz") as records:
        for record in records:
            file = records.extractfile(record)
            if file and record.name.endswith(".yaml"):
                match = re.search(r"^- content: ITU-T (.+) \((\d\d/\d{4})\)\n  type: ITU\n", file.read().decode(), re.MULTILINE)
                assert match, record.name
                names.append(match[1])
    return names


@pytest.fixture(scope="module", params=["relaton-itu-t-all.tar.gz", "relaton-itu-t-sg17-repaired.tar.gz"])
def catalogue_names(request: pytest.FixtureRequest) -> set[TextName]:
    found = {parse_text(printed) for printed in printed_names(request.param)}
    assert len(found) > 100
    return found


def test_every_name_of_the_catalogue_is_written_as_it_is_read(catalogue_names: set[TextName]) -> None:
    assert [name for name in catalogue_names if parse_text(format_text(name)) != name] == []


def numbers_of(names: set[TextName]) -> set[str]:
    return {number for name in names for number in (name.number, *name.also)}


def test_no_two_numbers_of_the_catalogue_share_an_iri(catalogue_names: set[TextName]) -> None:
    numbers = numbers_of(catalogue_names)
    assert [number for number in numbers if number_of_path(deliverable_iri(number).removeprefix(KG)) != number] == []
    assert len({deliverable_iri(number) for number in numbers}) == len(numbers)


def facts(name: TextName) -> EditionFacts:
    return EditionFacts(name.number, name.also, name.part, name.of_edition, "01/2030", "2030-01-31", None, None, None, (), None, "x.yaml")


def test_no_two_parts_of_the_catalogue_share_an_iri(catalogue_names: set[TextName]) -> None:
    called = defaultdict(set)
    for name in catalogue_names:
        if name.part:
            called[text_iri(facts(name), WholeEditions((), Numbering()), Numbering())].add((name.number, name.of_edition, name.part))
    assert [names for names in called.values() if len(names) > 1] == []


def wide(text: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)


WAYS: dict[str, Callable[[str], str]] = {
    "small": str.lower,
    "capital": str.upper,
    "with ITU-T": lambda number: f"ITU-T {number}",
    "full": lambda number: f"Recommendation ITU-T {number}",
    "as in IRIs": lambda number: number.replace(" ", "-"),
    "full width": wide,
    "blank for the dot": lambda number: re.sub(r"^([A-Z])\.", r"\1 ", number),
    "without the dot": lambda number: re.sub(r"^([A-Z])\.", r"\1", number),
}


@pytest.mark.parametrize("way", sorted(WAYS))
def test_however_people_type_a_number_of_the_catalogue_it_is_found(way: str, catalogue_names: set[TextName]) -> None:
    typed = {WAYS[way](number): number for number in numbers_of(catalogue_names)}
    assert {text: parse_number(text) for text in typed} == typed


def test_every_number_of_the_catalogue_has_the_pattern_of_the_shapes(catalogue_names: set[TextName]) -> None:
    pattern = re.compile(text_numbers.SHAPE_PATTERNS["Deliverable-number"])
    assert [number for number in numbers_of(catalogue_names) if not pattern.fullmatch(number)] == []

"""The composed letters say what their facts say, in text and in Word files, and in words of our own."""

import io
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from tests.letters.blocks import as_text
from tests.letters.composing import KINDS, LANGUAGES, as_docx, compose, every_letter, expected, facts_of, numbers
from tests.letters.layouts import CONSULTATIONS, LAYOUTS, Layout, disagreeing, still_readable
from tests.letters.wording import LETTERS, Wording
from tests.reading import differences

ALL = list(every_letter())
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MARKS = re.compile(r"\|_\||☐|\[footnoteRef:\d+\] \[\d+: |\](?=\n)")
_QUOTED = re.compile(r"`([^`]{24,})`")


@pytest.fixture
def phrases(seeds: Path) -> set[str]:
    """Phrases of real letters, 24 characters and more, where the list of them is at hand."""
    file = seeds.parent / "phrases.md"
    if not file.is_file():
        pytest.skip(f"the list of phrases of real letters is not at hand: {file} is absent")
    return {_folded(found) for line in file.read_text("utf-8").splitlines() for found in _QUOTED.findall(line)}


def _folded(text: str) -> str:
    return re.sub(r"\{\w+\}|\W+", "", unicodedata.normalize("NFKC", text)).casefold()


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, str(key)))
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, path)
    elif value is not None:
        yield path, value


# implied by the words of the letter, or printed in words of the language: these have tests of their own
_IMPLIED = frozenset({
    "kind", "language", "study_period", "virtual", "annexes", "item", "row", "ordinal", "type", "decision", "what", "resolution", "name",
    "counted", "if_no_replies", "effect_if_met", "effect_if_not_met", "status", "a5_justification", "ipr_statements", "study_items",
    "relations",
})  # fmt: skip


def _printed(words: Wording, path: tuple[str, ...], value: Any) -> list[str]:
    """What of a fact must stand in the letter, letter by letter."""
    key, text = path[-1], str(value)
    if key in {"date", "start", "end", "as_of", "on"}:
        return _day(words, text)
    if key in {"replaced", "by"} and re.match(r"\d{4}-", text):
        return [part for day in text.split("/") for part in _day(words, day)]
    if key in {"city", "country", "place"}:
        return [str((words.at("cities") | words.at("countries"))[value]["name"])]
    if key in {"clause", "consultation_clause"}:
        return [words.clause(text)]
    if key in {"number", "id", "target"} and "Suppl." in text:
        return [text.rsplit(" ", 1)[-1]]
    if text == "TSAG":
        return [words.group(text, "short_of").split()[-1].strip("()")]
    if key == "joint_with":
        return [words.group(text, "with")]
    forms = {
        "reply_deadline": [text[:4], text[8:10].lstrip("0"), text[11:13], text[14:16]],
        "document": re.findall(r"(?:TD|R)\d+$", text),
        "part": re.findall(r"\d+", text),
        "revision": text.split(", ")[-1:],
        "continues": re.findall(r"\d+/\d+|\d{4}", text),
        "question": [text.removeprefix("Q")],
        "references": [words.standard(text)],
        "label": text.split(" "),
        "abstract": text.split("\n"),
    }
    return forms.get(key, [text])


def _day(words: Wording, day: str) -> list[str]:
    year, month, of_month = day.split("-")
    return [year, str(words.at("months")[int(month) - 1]), str(int(of_month))]


@pytest.mark.parametrize(("kind", "number", "lang"), ALL)
def test_a_letter_says_what_its_facts_say(kind: str, number: int, lang: str) -> None:
    text = as_text(compose(kind, number, lang))
    words = Wording(lang, number)
    stated = ((path, value) for path, value in _leaves(expected(kind, number, lang)) if not _IMPLIED & {path[-1], *path[:1], *path[1:2]})
    missing = [(path, part) for path, value in stated for part in _printed(words, path, value) if part not in text]
    assert not [(path, part) for path, part in missing if path[-1] != "group" or not _in_some_case(words, part, text)]


def _in_some_case(words: Wording, group: str, text: str) -> bool:
    return any(form in text for form in words.forms(group).values())


@pytest.mark.parametrize(("kind", "number", "lang"), ALL)
def test_text_and_word_file_hold_the_same_words(kind: str, number: int, lang: str) -> None:
    letter = compose(kind, number, lang)
    in_text = _MARKS.sub(" ", as_text(letter))
    assert Counter(in_text.split()) == Counter(_MARKS.sub(" ", _words_of(as_docx(letter))).split())


def _words_of(docx: bytes) -> str:
    said: list[str] = []
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        for part in ("word/document.xml", "word/footnotes.xml"):
            if part in archive.namelist():
                paragraphs = ElementTree.fromstring(archive.read(part)).iter(f"{_W}p")
                said += ["".join(map(_piece, paragraph.iter())) for paragraph in paragraphs]
    return "\n".join(said)


def _piece(element: ElementTree.Element) -> str:
    if element.tag == f"{_W}t":
        return element.text or ""
    return " " if element.tag == f"{_W}tab" else ""


@pytest.mark.parametrize(("kind", "number", "lang"), [letter for letter in ALL if letter[0] == "tap-consultation"])
def test_notes_name_the_texts_with_a_justification_and_with_statements(kind: str, number: int, lang: str) -> None:
    facts, text = facts_of(kind, number), as_text(compose(kind, number, lang))
    words = Wording(lang, number)
    labels = tuple(words.say("note", n=n) for n in (1, 2))
    notes = "\n".join(line for line in text.split("\n") if line.startswith(labels))
    assert ("A.5" in notes) == (facts["a5_justification"] is not None)
    assert ("www.itu.int/ipr/" in notes) == (facts["ipr_statements"] is not None)
    for count in (facts["ipr_statements"] or {}).values():
        assert words.at(f"tap.ipr.statements.{count}") in notes
    assert all(named in notes for named in [*(facts["a5_justification"] or []), *(facts["ipr_statements"] or {})])


@pytest.mark.parametrize(("kind", "number", "lang"), [letter for letter in ALL if letter[0] == "question-consultation"])
def test_relations_of_a_question_are_printed(kind: str, number: int, lang: str) -> None:
    text = as_text(compose(kind, number, lang))
    for question in facts_of(kind, number)["questions"]:
        relations = question["relations"]
        named = [*relations["standards_bodies"], *relations["other_bodies"], *relations["wsis_action_lines"]]
        named += [name.removesuffix(" series") for name in relations["recommendations"]]
        assert all(f"–\t{name}" in text or name in text for name in named)
        assert str(Wording(lang, number).at("comma")).join(map(str, relations["sdgs"])) in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_decisions_of_a_kind_have_their_own_words(lang: str) -> None:
    words = Wording(lang, 0).at("decisions")
    assert len(set(words.values())) == len(words)


def test_expected_facts_hold_their_values_in_every_language() -> None:
    for kind in KINDS:
        for number in numbers(kind):
            codes = [still_readable(LAYOUTS[0], expected(kind, number, lang)) for lang in LANGUAGES]
            for facts in codes:
                facts["document"].pop("language")
            assert all(facts == codes[0] for facts in codes), (kind, number)


@pytest.mark.parametrize("kind", KINDS)
def test_there_are_six_letters_of_each_kind_and_more(kind: str) -> None:
    assert numbers(kind)[:6] == [1, 2, 3, 4, 5, 6]


def test_the_letters_cover_what_letters_differ_in() -> None:
    taps = [facts_of("tap-consultation", number) for number in numbers("tap-consultation")]
    assert {draft["kind"] for facts in taps for draft in facts["drafts"]} == {"new", "revised", "amendment", "corrigendum", "supplement"}
    assert {len(facts["drafts"]) > 1 for facts in taps} == {True, False}
    assert {bool(facts.get("formerly")) for facts in taps} == {True, False}
    assert {facts["meeting"]["virtual"] for facts in taps} == {True, False}
    assert {_width(facts["meeting"]) for facts in taps} == {"day", "month", "months", "years"}
    assert {None, 0, 1} <= {len(facts["a5_justification"]) if facts["a5_justification"] is not None else None for facts in taps}
    assert None in {facts["circular"]["signatory"] for facts in taps}
    meetings = [facts_of(kind, number).get("meeting") for kind in KINDS for number in numbers(kind)]
    assert {meeting["group"] for meeting in meetings if meeting} == {"SG2", "SG5", "SG11", "SG13", "SG17", "SG20", "SG21", "TSAG"}
    cities = {"Geneva", "Goyang", "Kigali", "Kyoto", "Buenos Aires", "Tunis", "Bengaluru"}
    assert cities <= {meeting["city"] for meeting in meetings if meeting}


def _width(meeting: Mapping[str, Any]) -> str:
    start, end = meeting["start"], meeting["end"]
    if start == end:
        return "day"
    return "years" if start[:4] != end[:4] else "month" if start[:7] == end[:7] else "months"


def _sentences(value: Any) -> Iterator[str]:
    for _, leaf in _leaves(value):
        yield str(leaf)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sentence_is_one_of_a_real_letter(lang: str, phrases: set[str]) -> None:
    own = yaml.safe_load((LETTERS / "wording" / f"{lang}.yaml").read_text("utf-8"))
    assert [text for text in _sentences(own) if len(text) >= 24 and _folded(text) in phrases] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_languages_have_the_same_sentences(lang: str) -> None:
    paths = [{path for path, _ in _leaves(yaml.safe_load((LETTERS / folder / f"{lang}.yaml").read_text("utf-8")))} for folder in _FOLDERS]
    english = [{path for path, _ in _leaves(yaml.safe_load((LETTERS / folder / "en.yaml").read_text("utf-8")))} for folder in _FOLDERS]
    own = {("reversed_clauses",)}
    assert [have - own for have in paths] == english


def test_every_sentence_and_each_of_its_variants_is_in_some_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    read: set[tuple[str, str]] = set()
    chosen: set[tuple[str, str, int]] = set()
    at, pick = Wording.at, Wording.pick

    def at_noted(words: Wording, path: str) -> Any:
        read.add((words.lang, path))
        return at(words, path)

    def pick_noted(words: Wording, path: str) -> Any:
        found = at(words, path)
        chosen.update([(words.lang, path, words.number % len(found))] if isinstance(found, list) else [])
        return pick(words, path)

    monkeypatch.setattr(Wording, "at", at_noted)
    monkeypatch.setattr(Wording, "pick", pick_noted)
    for kind, number, lang in ALL:
        compose(kind, number, lang)
    assert [sentence for lang in LANGUAGES for sentence in _unused(lang, read, chosen)] == []


def _unused(lang: str, read: set[tuple[str, str]], chosen: set[tuple[str, str, int]]) -> Iterator[tuple[str, str]]:
    picked = {path for language, path, _ in chosen if language == lang}
    for parts, _ in _leaves(yaml.safe_load((LETTERS / "wording" / f"{lang}.yaml").read_text("utf-8"))):
        path = ".".join(parts)
        if path != "reversed_clauses" and not any((lang, ".".join(parts[:depth])) in read for depth in range(1, len(parts) + 1)):
            yield lang, path
        if path in picked:
            variants = Wording(lang, 0).at(path)
            yield from ((lang, f"{path} {n}") for n in range(len(variants)) if (lang, path, n) not in chosen)


_FOLDERS = ("wording", "prose")
_SPOILT = [
    (layout, kind, number, lang) for layout in LAYOUTS for kind in CONSULTATIONS for number in numbers(kind) for lang in layout.langs
]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_a_layout_spoils_letters_in_each_of_its_languages(layout: Layout) -> None:
    for lang in layout.langs:
        spoilt = [layout.spoil(compose(kind, number, lang)) for kind in CONSULTATIONS for number in numbers(kind)]
        whole = [as_text(compose(kind, number, lang)) for kind in CONSULTATIONS for number in numbers(kind)]
        assert any(have != text for have, text in zip(spoilt, whole, strict=True))


@pytest.mark.parametrize(("layout", "kind", "number", "lang"), _SPOILT, ids=lambda value: getattr(value, "name", str(value)))
def test_a_spoilt_letter_keeps_its_letters_and_figures(layout: Layout, kind: str, number: int, lang: str) -> None:
    have, whole = (Counter(_skeleton(text)) for text in (layout.spoil(compose(kind, number, lang)), as_text(compose(kind, number, lang))))
    assert not whole - have


def _skeleton(text: str) -> str:
    """Letters and figures alone, one shape for each."""
    letters = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text))
    return re.sub(r"[\W_]", "", "".join(char for char in letters if not unicodedata.combining(char))).replace("ـ", "").replace("T", "Т")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("number", numbers("tap-consultation"))
def test_a_subject_that_disagrees_differs_in_nothing_else(number: int, lang: str) -> None:
    spoilt, whole = (set(_lines(text)) for text in (disagreeing(number, lang), as_text(compose("tap-consultation", number, lang))))
    assert len(spoilt - whole) == 1


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n")]


def test_differences_between_facts_of_two_letters_are_found() -> None:
    assert differences(expected("tap-consultation", 1, "en"), expected("tap-consultation", 2, "en"))

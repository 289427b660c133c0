"""Read the answers of a Member State from a YAML file or from the fields of the page; nothing is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import yaml

from sg17kg.errors import BadIdentifier, BadParameter
from sg17kg.replies.circular_names import circular_named, text_named, texts_by_key
from sg17kg.replies.consultation import Ask, Consultation, ConsultedText
from sg17kg.replies.text_files import text_of

LARGEST = 64 * 1024
LONGEST = 200
SIGNATURE = ("name", "title", "member_state", "email", "fax")
_KEYS = ("consultation", *SIGNATURE, "date", "answers")
ON_DRAFTS = ("authorizes", "authorizes-with-comments", "does-not-authorize")
ON_QUESTIONS = ("approves", "does-not-approve")


@dataclass(frozen=True)
class Answers:
    """Who answers, and the answers: `choices` by name of the text. A text without a choice stays open in the form."""

    name: str | None = None
    title: str | None = None
    member_state: str | None = None
    email: str | None = None
    fax: str | None = None
    signed_on: date | None = None
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Entry:
    """A key or value of the file, and its line."""

    text: str
    line: int


def choices_of(text: ConsultedText) -> tuple[str, ...]:
    """Return the possible answers about a text."""
    return ON_QUESTIONS if text.question else ON_DRAFTS


def read_answers(path: Path, ask: Ask, consultation: Consultation) -> Answers:
    """Return the answers in a YAML file. Raises UnreadableFile, and BadParameter with the line and key of what is not known."""
    content = text_of(path, LARGEST, "a YAML file of answers")
    try:
        return parse_answers(content, ask, consultation)
    except BadParameter as error:
        raise BadParameter(f"{path}: {error}") from error


def parse_answers(content: str, ask: Ask, consultation: Consultation) -> Answers:
    """Return the answers in a YAML text. Keys: consultation, name, title, member_state, email, fax, date, answers (text: choice)."""
    given = _mapping(_composed(content), _KEYS)
    if "consultation" in given:
        _check_meant(_scalar(given["consultation"]), ask, consultation)
    signature = {key: _bounded(_scalar(given[key]), key) for key in SIGNATURE if key in given}
    day = _day(_scalar(given["date"])) if "date" in given else None
    answers = _mapping(given["answers"]) if "answers" in given else {}
    return _answers(signature, day, _choices(answers, consultation))


def answers_of_fields(fields: Mapping[str, str], consultation: Consultation, others: tuple[str, ...] = ()) -> Answers:
    """Return the answers in the fields of the page: name, title, member_state, email, fax, and `answer-N` for the Nth text.

    `others` are further fields of the page, which error messages name too. Raises BadParameter for another field, and for a choice that the
    text does not have.
    """
    by_field = {f"answer-{place}": text for place, text in enumerate(consultation.texts, start=1)}
    choices: dict[str, str] = {}
    signature: dict[str, str] = {}
    for key, given in fields.items():
        if key in by_field:
            if given:
                choices[by_field[key].name] = _choice(by_field[key], given, f"field {key!r}")
        elif key in SIGNATURE:
            signature[key] = _bounded(_Entry(given, 0), key)
        else:
            raise BadParameter(f"unknown field {key[:60]!r}; the form takes: {', '.join((*SIGNATURE, *by_field, *others))}")
    return _answers(signature, None, choices)


def _answers(signature: Mapping[str, str], day: date | None, choices: Mapping[str, str]) -> Answers:
    """Return the answers; an empty value counts as not given."""
    name, title, member_state, email, fax = (signature.get(key) or None for key in SIGNATURE)
    return Answers(name, title, member_state, email, fax, day, choices)


def _composed(content: str) -> yaml.Node:
    try:
        node = yaml.compose(content, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        raise BadParameter(f"line {error.problem_mark.line + 1 if error.problem_mark else 1}: {error.problem}; write YAML") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise BadParameter("no YAML that could be read; write keys and values, one a line") from error
    if node is None:
        raise BadParameter("line 1: nothing stands there; write at least `answers:`")
    return node


def _mapping(node: yaml.Node, known: tuple[str, ...] = ()) -> dict[str, yaml.Node]:
    """Return the keys and values of a mapping. Raises BadParameter for a repeated key and, if `known` is given, for an unknown one."""
    if not isinstance(node, yaml.MappingNode):
        raise BadParameter(f"line {_line(node)}: keys and values are needed here, like `X.1280: authorizes`")
    found: dict[str, yaml.Node] = {}
    for key_node, value_node in node.value:
        key = _scalar(key_node)
        if known and key.text not in known:
            raise BadParameter(f"line {key.line}: unknown key {key.text[:60]!r}; there are: {', '.join(known)}")
        if key.text in found:
            raise BadParameter(f"line {key.line}: {key.text[:60]!r} stands there twice; write it once")
        found[key.text] = value_node
    return found


def _scalar(node: yaml.Node) -> _Entry:
    if not isinstance(node, yaml.ScalarNode):
        raise BadParameter(f"line {_line(node)}: one value is needed here, no list and no mapping")
    return _Entry(str(node.value).strip(), _line(node))


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _bounded(entry: _Entry, key: str) -> str:
    where = f"line {entry.line}: " if entry.line else ""
    if len(entry.text) > LONGEST:
        raise BadParameter(f"{where}{key} is longer than {LONGEST} characters; shorten it")
    if any(not character.isprintable() for character in entry.text):
        raise BadParameter(f"{where}{key} holds a character that cannot be printed; write it on one line of plain text")
    return entry.text


def _day(entry: _Entry) -> date:
    try:
        return date.fromisoformat(entry.text)
    except ValueError as error:
        raise BadParameter(f"line {entry.line}: date: {entry.text[:60]!r} is no date; write it like 2026-05-01") from error


def _check_meant(entry: _Entry, ask: Ask, consultation: Consultation) -> None:
    meant = circular_named(ask, entry.text)
    if meant != consultation.circular_iri:
        raise BadParameter(
            f"line {entry.line}: consultation: these answers are to {entry.text[:60]!r}, the form is of {consultation.circular}"
        )


def _choices(answers: Mapping[str, yaml.Node], consultation: Consultation) -> dict[str, str]:
    known = texts_by_key(consultation.texts)
    found: dict[str, str] = {}
    for typed, node in answers.items():
        entry = _scalar(node)
        try:
            text = text_named(known, typed)
        except BadIdentifier as error:
            raise BadParameter(f"line {entry.line}: answers: {error}") from error
        if text.name in found:
            raise BadParameter(f"line {entry.line}: answers: {text.name} is answered twice; answer it once")
        found[text.name] = _choice(text, entry.text, f"line {entry.line}: answers: {typed[:60]}")
    return found


def _choice(text: ConsultedText, given: str, where: str) -> str:
    if given not in choices_of(text):
        raise BadParameter(f"{where}: {given[:60]!r} is no answer about {text.name}; there are: {', '.join(choices_of(text))}")
    return given

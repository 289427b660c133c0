"""Render the result of a check: report, one line for each finding, JSON, SARIF 2.1.0.

The report and the lines are for the terminal of the document's owner; SARIF does not quote the document.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from sg17kg.findings import SEVERITIES, CheckFinding, CheckResult, RelatedLocation, Rule

Json = dict[str, Any]
SARIF_TYPE = "application/sarif+json"
_VERSION = "2.1.0"
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_HOME = "https://w3id.org/sg17kg/"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_HEADINGS = {"error": "ERRORS", "warning": "WARNINGS", "info": "NOTES"}
_COUNTED = {"error": ("error", "errors"), "warning": ("warning", "warnings"), "info": ("note", "notes")}
_COLOURS = {"error": "31", "warning": "33", "info": "36", "strong": "1", "quiet": "2"}
_WIDEST, _MOST_QUOTED = 88, 4
_LONGEST, _MOST_SHOWN = 400, 40
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def lines(checked: CheckResult) -> str:
    """Return one line for each finding, as compilers print them, and a last line that counts the findings by severity."""
    rows = [
        f"{checked.name}:{_places(checked, remark.lines)}: {remark.severity}: {_plain(remark.message)} [{remark.code}]"
        for remark in checked.remarks
    ]
    return "\n".join([*rows, f"{checked.name}: {_counts(checked.remarks)}"]) + "\n"


def _places(checked: CheckResult, numbers: Sequence[int]) -> str:
    """Return line numbers if the file has lines; else the first places in words, because the numbers are internal to this program."""
    if _has_lines(checked):
        return ",".join(map(str, numbers))
    named = [_place(checked, number) for number in numbers[:_MOST_QUOTED]]
    more = len(numbers) - len(named)
    return "; ".join(named) + (f" and {more} more" if more > 0 else "")


def report(checked: CheckResult, colours: bool) -> str:
    """Return a report for a person: most severe findings first, each rule once, and below it where it is broken, with shortened quotes."""
    head = f"{_paint(checked.name, 'strong', colours)} ({checked.kind}, {checked.language}): {_counts(checked.remarks)}"
    told = [head if checked.against else f"{head}; not held against the graph"]
    for severity, of_severity in groupby(checked.ordered(), key=lambda remark: remark.severity):
        told += ["", _paint(_HEADINGS[severity], severity, colours)]
        for key, broken in groupby(of_severity, key=lambda remark: remark.rule):
            told += ["", *_of_rule(checked, checked.rules[key], list(broken), colours)]
    return "\n".join(told) + "\n"


def _of_rule(checked: CheckResult, rule: Rule, broken: Sequence[CheckFinding], colours: bool) -> Iterator[str]:
    yield f"  {_paint(rule.key, 'strong', colours)}: {rule.says}"
    yield _paint(f"    source: {rule.source}{f' <{rule.url}>' if rule.url else ''}", "quiet", colours)
    yield _paint(f"    to do:  {rule.remedy}", "quiet", colours)
    for remark in broken:
        yield f"    - {_plain(remark.message)}"
        for number in remark.lines[:_MOST_QUOTED]:
            yield f"      {_quoted(checked, number)}"
        if more := remark.lines[_MOST_QUOTED:]:
            yield f"      … and {_others(checked, more)}"
        for other in remark.others:
            yield f"      against {other.where}{f': {other.statement}' if other.statement else ''}"


def _quoted(checked: CheckResult, number: int) -> str:
    known = checked.printed.get(number)
    text = _plain(known.text) if known else ""
    where = _place(checked, number)
    return f"{where} | {truncate(text)}" if text else where


def _others(checked: CheckResult, numbers: Sequence[int]) -> str:
    """Return the places whose text is not quoted; line numbers of the file follow the word "line" or "lines"."""
    if _has_lines(checked):
        return f"{'line' if len(numbers) == 1 else 'lines'} {', '.join(map(str, numbers))}"
    return "; ".join(_place(checked, number) for number in numbers)


def _place(checked: CheckResult, number: int) -> str:
    known = checked.printed.get(number)
    return known.place if known and known.place else f"line {number}"


def truncate(text: str, most: int = _WIDEST) -> str:
    """Return a text cut to at most `most` characters, with an ellipsis if it was cut."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _plain(text: str) -> str:
    """Return text that a terminal shows as it is: a document can have characters that move the cursor or change the text direction."""
    return _CONTROL.sub(" ", text)


def _counts(remarks: Iterable[CheckFinding]) -> str:
    found = [remark.severity for remark in remarks]
    said = [f"{found.count(severity)} {_COUNTED[severity][found.count(severity) != 1]}" for severity in SEVERITIES if severity in found]
    return ", ".join(said) or "nothing found"


def _paint(text: str, name: str, colours: bool) -> str:
    return f"\x1b[{_COLOURS[name]}m{text}\x1b[0m" if colours else text


def as_json(checked: CheckResult) -> Json:
    """Return one document for programs.

    It has the file, kind and language, whether the file was checked against a graph, and the findings with rule, source and other side.
    """
    return {
        "file": checked.name,
        "kind": checked.kind,
        "language": checked.language,
        "format": checked.format,
        "against": checked.version if checked.against else None,
        "findings": [_finding(checked, remark) for remark in checked.remarks],
    }


def as_page(checked: CheckResult) -> Json:
    """Return the same for the page that the sender sees.

    Findings are grouped by rule; the first ones of each group have their lines and the lines around them.
    """
    groups: list[Json] = []
    for key, broken in groupby(checked.ordered(), key=lambda remark: (remark.severity, remark.rule)):
        found = list(broken)
        shown = [_finding(checked, remark) | {"excerpt": _excerpt(checked, remark)} for remark in found[:_MOST_SHOWN]]
        rule = checked.rules[key[1]]
        told = {"key": rule.key, "says": rule.says, "remedy": rule.remedy, "source": rule.source}
        groups.append({"severity": key[0], "rule": told, "findings": shown, "more": len(found) - len(shown)})
    counts = {severity: sum(remark.severity == severity for remark in checked.remarks) for severity in SEVERITIES}
    return as_json(replace(checked, remarks=())) | {"groups": groups, "counts": counts}


def _excerpt(checked: CheckResult, remark: CheckFinding) -> list[Json]:
    """Return the first lines of a finding, each with the line before and after it; `hit` distinguishes the lines of the finding."""
    hits = remark.lines[:_MOST_QUOTED]
    around = sorted({number for hit in hits for number in (hit - 1, hit, hit + 1) if number in checked.printed})
    return [
        {
            "line": number,
            "place": checked.printed[number].place,
            "text": truncate(checked.printed[number].text, _LONGEST),
            "hit": number in hits,
        }
        for number in around
        if checked.printed[number].text or number in hits
    ]


def _finding(checked: CheckResult, remark: CheckFinding) -> Json:
    rule = checked.rules[remark.rule]
    return {
        "lines": list(remark.lines),
        "place": checked.place(remark) or None,
        "severity": remark.severity,
        "code": remark.code,
        "message": remark.message,
        "found_by": remark.found_by,
        "rule": rule.says,
        "remedy": rule.remedy,
        "source": rule.source,
        "url": rule.url,
        "others": [_other(side) for side in remark.others],
    }


def _other(side: RelatedLocation) -> Json:
    return {"document": side.document, "iri": side.iri, "lines": list(side.lines) if side.lines else None, "statement": side.statement}


def sarif(documents: Sequence[CheckResult], unread: Sequence[tuple[str, str]], version: str) -> Json:
    """Return one SARIF run for all documents; `unread` lists the files that could not be checked, with the reason."""
    rules = {key: rule for checked in documents for key, rule in checked.rules.items()}
    severities = {remark.rule: remark.severity for checked in documents for remark in checked.remarks}
    order = {key: index for index, key in enumerate(sorted(severities))}
    driver = {
        "name": "sg17kg",
        "version": version,
        "semanticVersion": version,
        "informationUri": _HOME,
        "rules": [_rule(rules[key], severities[key]) for key in order],
    }
    notes = [{"level": "error", "message": {"text": reason}, "locations": [_file_location(name)]} for name, reason in unread]
    run = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": not unread, "toolExecutionNotifications": notes}],
        "results": [result for checked in documents for result in _results(checked, order)],
    }
    return {"$schema": _SCHEMA, "version": _VERSION, "runs": [run]}


def _rule(rule: Rule, severity: str) -> Json:
    told = {
        "id": rule.key,
        "name": "".join(word.capitalize() for word in re.split(r"[^A-Za-z0-9]+", rule.key)),
        "shortDescription": {"text": rule.says},
        "fullDescription": {"text": f"{rule.says} {rule.why}".strip()},
        "help": {"text": f"{rule.remedy} Source: {rule.source}."},
        "defaultConfiguration": {"level": _LEVELS[severity]},
    }
    return told | ({"helpUri": rule.url} if rule.url else {})


def _results(checked: CheckResult, order: dict[str, int]) -> Iterator[Json]:
    seen: dict[str, int] = {}
    for remark in checked.ordered():
        mark = _fingerprint(checked, remark)
        seen[mark] = seen.get(mark, 0) + 1
        places = [_location(checked, first, last) for first, last in _ranges(remark.lines)] or [_file_location(checked.name)]
        place = checked.place(remark)
        located = f"{remark.message} ({place})" if place and not _has_lines(checked) else remark.message
        related = [*places[1:], *({"message": {"text": f"{side.where}: {side.statement}".rstrip(": ")}} for side in remark.others)]
        yield {
            "ruleId": remark.rule,
            "ruleIndex": order[remark.rule],
            "level": _LEVELS[remark.severity],
            "message": {"text": located},
            "locations": places[:1],
            "partialFingerprints": {"sg17kg/v1": f"{mark}:{seen[mark]}"},
            **({"relatedLocations": [entry | {"id": number} for number, entry in enumerate(related)]} if related else {}),
        }


def _fingerprint(checked: CheckResult, remark: CheckFinding) -> str:
    """Return a hash that stays the same for a finding when lines are added above it.

    It is made of the rule, the message and the text of the lines, not of their numbers.
    """
    texts = [checked.printed[number].text for number in remark.lines if number in checked.printed]
    return hashlib.sha256("\0".join((remark.rule, remark.message, *texts)).encode()).hexdigest()[:32]


def _ranges(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Return the runs of consecutive lines, as first and last line."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def _has_lines(checked: CheckResult) -> bool:
    """Return whether a line of the document is a line of the file."""
    return not any(entry.place for entry in checked.printed.values())


def _location(checked: CheckResult, first: int, last: int) -> Json:
    location = _file_location(checked.name)
    if _has_lines(checked):
        location["physicalLocation"]["region"] = {"startLine": first} | ({"endLine": last} if last != first else {})
        return location
    return location | {"logicalLocations": [{"fullyQualifiedName": _place(checked, first)}]}


def _file_location(name: str) -> Json:
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(name)}}}


def _uri(name: str) -> str:
    """Return a relative URI: the path as it is if it lies below the current folder, else only the file name."""
    path = PurePath(name)
    parts = path.parts if not path.is_absolute() and ".." not in path.parts else (path.name,)
    return "/".join(quote(part.encode("utf-8", "surrogateescape")) for part in parts) or "document"

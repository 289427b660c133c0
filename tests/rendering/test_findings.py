"""What a check found: report, lines, JSON, SARIF 2.1.0."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sarif_pydantic import Sarif  # type: ignore[import-untyped]

from sg17kg.findings import CheckFinding, CheckResult, RelatedLocation, Rule, SourceLine
from sg17kg.rendering.findings import as_json, as_page, lines, report, sarif, truncate

OTHER = RelatedLocation("TSB Circular 1 (2025-2028)", "https://w3id.org/sg17kg/circular/2025-2028/1", (7, 8), "item 1: X.1")
RULES = {
    "a-code": Rule("a-code", "Lines agree.", "Mend it.", "house rule"),
    "conflict/a-code": Rule("conflict/a-code", "Letters agree.", "Compare.", "a clause", "https://w3id.org/sg17kg/x", "More words."),
    "whole": Rule("whole", "The whole is there.", "Add it.", "practice"),
}
CHECKED = CheckResult(
    name="letters/a b.txt",
    kind="tap-consultation",
    language="zh",
    format="text",
    remarks=(
        CheckFinding((), "info", "whole", "nothing there", "extraction"),
        CheckFinding((2, 3, 5), "error", "a-code", "2 and 5 differ", "extraction"),
        CheckFinding((4,), "warning", "a-code", "another letter differs", "conflict", (OTHER,)),
    ),
    rules=RULES,
    printed={
        1: SourceLine("one"),
        2: SourceLine("two\x1b[2J"),
        3: SourceLine(""),
        4: SourceLine("four " * 40),
        5: SourceLine("five"),
        6: SourceLine("six"),
    },
    against=True,
    version="0" * 64,
)


def test_the_report_goes_by_severity_and_quotes_lines_cut_and_made_harmless() -> None:
    told = report(CHECKED, colours=False)
    assert told.index("ERRORS") < told.index("WARNINGS") < told.index("NOTES")
    assert "letters/a b.txt (tap-consultation, zh): 1 error, 1 warning, 1 note" in told
    assert "line 2 | two [2J" in told
    assert "\x1b" not in told
    assert "…" in next(line for line in told.splitlines() if "line 4" in line)
    assert "against TSB Circular 1 (2025-2028), lines 7 to 8: item 1: X.1" in told
    for rule in RULES.values():
        assert rule.says in told
        assert rule.remedy in told
        assert rule.source in told


def test_a_rule_is_told_once_for_all_that_breaks_it() -> None:
    twice = replace(CHECKED, remarks=(*CHECKED.remarks, CheckFinding((6,), "error", "a-code", "6 too", "extraction")))
    assert report(twice, colours=False).count("Lines agree.") == 1


def test_colours_only_where_they_are_wanted() -> None:
    assert "\x1b[31mERRORS\x1b[0m" in report(CHECKED, colours=True)


def test_a_clean_document_is_told_to_be_so() -> None:
    clean = replace(CHECKED, remarks=(), against=False)
    assert report(clean, colours=False).splitlines() == [
        "letters/a b.txt (tap-consultation, zh): nothing found; not held against the graph",
    ]
    assert lines(clean) == "letters/a b.txt: nothing found\n"


def test_one_line_for_each_finding() -> None:
    assert lines(CHECKED).splitlines() == [
        "letters/a b.txt:: info: nothing there [whole]",
        "letters/a b.txt:2,3,5: error: 2 and 5 differ [a-code]",
        "letters/a b.txt:4: warning: another letter differs [a-code]",
        "letters/a b.txt: 1 error, 1 warning, 1 note",
    ]


def test_one_finding_is_counted_as_one() -> None:
    assert lines(replace(CHECKED, remarks=CHECKED.remarks[:1])).splitlines()[-1] == "letters/a b.txt: 1 note"


def test_a_format_without_lines_is_told_by_its_places() -> None:
    printed = {number: SourceLine("text", f"page 1, line {number}") for number in range(10, 20)}
    found = CheckFinding(tuple(range(11, 18)), "error", "a-code", "these differ", "extraction")
    word = replace(CHECKED, name="a.pdf", format="pdf", printed=printed, remarks=(replace(found, lines=(12, 15)), found))
    places = "page 1, line 11; page 1, line 12; page 1, line 13; page 1, line 14"
    assert lines(word).splitlines()[:2] == [
        "a.pdf:page 1, line 12; page 1, line 15: error: these differ [a-code]",
        f"a.pdf:{places} and 3 more: error: these differ [a-code]",
    ]
    assert "… and page 1, line 15; page 1, line 16; page 1, line 17" in report(word, colours=False)
    text = replace(word, printed={number: SourceLine("text") for number in range(10, 20)})
    assert "… and lines 15, 16, 17" in report(text, colours=False)


def test_a_message_cannot_write_a_second_line() -> None:
    sly = replace(CHECKED, remarks=(CheckFinding((1,), "info", "whole", "x\nfake.txt:1: error: y\u202e", "extraction"),))
    assert len(lines(sly).splitlines()) == 2
    assert "\u202e" not in lines(sly) + report(sly, colours=False)


def test_json_tells_rule_source_place_and_other_side() -> None:
    told = as_json(CHECKED)
    assert told["against"] == "0" * 64
    assert as_json(replace(CHECKED, against=False))["against"] is None
    assert told["findings"][2] == {
        "lines": [4],
        "place": "line 4",
        "severity": "warning",
        "code": "a-code",
        "message": "another letter differs",
        "found_by": "conflict",
        "rule": "Letters agree.",
        "remedy": "Compare.",
        "source": "a clause",
        "url": "https://w3id.org/sg17kg/x",
        "others": [
            {
                "document": "TSB Circular 1 (2025-2028)",
                "iri": "https://w3id.org/sg17kg/circular/2025-2028/1",
                "lines": [7, 8],
                "statement": "item 1: X.1",
            }
        ],
    }
    assert told["findings"][0]["place"] is None


def test_the_page_has_the_lines_around_and_marks_those_that_are_meant() -> None:
    (error, *_) = as_page(CHECKED)["groups"]
    excerpt = error["findings"][0]["excerpt"]
    assert [(row["line"], row["hit"]) for row in excerpt] == [(1, False), (2, True), (3, True), (4, False), (5, True), (6, False)]
    assert as_page(CHECKED)["counts"] == {"error": 1, "warning": 1, "info": 1}


def test_the_page_shows_the_first_of_very_many() -> None:
    many = replace(CHECKED, remarks=tuple(CheckFinding((n,), "info", "whole", "x", "extraction") for n in range(1, 1001)))
    (group,) = as_page(many)["groups"]
    assert len(group["findings"]) + group["more"] == 1000
    assert group["more"] > 900


def test_a_cut_text_says_so() -> None:
    assert truncate("abc", 3) == "abc"
    assert truncate("abcd", 3) == "ab…"


# SARIF


def run_of(*documents: CheckResult) -> dict[str, Any]:
    told = sarif(documents, [], "1.2.3")
    Sarif.model_validate(told)
    (run,) = told["runs"]
    assert isinstance(run, dict)
    return run


def test_sarif_has_what_the_standard_requires() -> None:
    told = sarif([CHECKED], [], "1.2.3")
    assert (told["version"], told["$schema"].rpartition("/")[2]) == ("2.1.0", "sarif-2.1.0.json")
    run = run_of(CHECKED)
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["semanticVersion"]) == ("sg17kg", "1.2.3")
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(ids) == len(set(ids)) == 3
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"]
        assert rule["fullDescription"]["text"]
        assert rule["help"]["text"]
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")
        assert rule["name"].isalnum()
    for result in run["results"]:
        assert result["ruleId"] == ids[result["ruleIndex"]]
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"]
        assert len(result["locations"]) == 1
    for region in regions(run):
        assert region["startLine"] >= 1
        assert region.get("endLine", region["startLine"]) >= region["startLine"]
    related = [[entry["id"] for entry in result["relatedLocations"]] for result in run["results"] if "relatedLocations" in result]
    assert all(ids == list(range(len(ids))) for ids in related)


def regions(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "region":
                yield inner
            yield from regions(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from regions(inner)


def test_sarif_gives_levels_lines_and_relative_addresses() -> None:
    results = {result["ruleId"]: result for result in run_of(CHECKED)["results"]}
    assert {key: result["level"] for key, result in results.items()} == {"a-code": "error", "conflict/a-code": "warning", "whole": "note"}
    place = results["a-code"]["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "letters/a%20b.txt"}, "region": {"startLine": 2, "endLine": 3}}
    assert results["a-code"]["relatedLocations"][0]["physicalLocation"]["region"] == {"startLine": 5}
    assert results["whole"]["locations"][0]["physicalLocation"] == {"artifactLocation": {"uri": "letters/a%20b.txt"}}
    assert results["conflict/a-code"]["relatedLocations"][0]["message"]["text"].startswith("TSB Circular 1 (2025-2028), lines 7 to 8")


def test_sarif_names_a_page_about_a_rule_where_there_is_one() -> None:
    rules = {rule["id"]: rule for rule in run_of(CHECKED)["tool"]["driver"]["rules"]}
    assert rules["conflict/a-code"]["helpUri"] == "https://w3id.org/sg17kg/x"
    assert "helpUri" not in rules["a-code"]
    assert "More words." in rules["conflict/a-code"]["fullDescription"]["text"]


def test_sarif_quotes_nothing_of_the_document() -> None:
    assert "four four" not in str(sarif([CHECKED], [], "1"))


@pytest.mark.parametrize("name", ["/srv/somebody/a b.txt", "../a b.txt"])
def test_a_file_that_lies_elsewhere_goes_by_its_name(name: str) -> None:
    places = [
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in run_of(replace(CHECKED, name=name))["results"]
    ]
    assert set(places) == {"a%20b.txt"}


def test_a_format_without_lines_has_its_place_in_words() -> None:
    printed = {number: SourceLine(entry.text, f"page 1, line {number}") for number, entry in CHECKED.printed.items()}
    results = {result["ruleId"]: result for result in run_of(replace(CHECKED, format="pdf", printed=printed))["results"]}
    assert "region" not in results["a-code"]["locations"][0]["physicalLocation"]
    assert results["a-code"]["locations"][0]["logicalLocations"] == [{"fullyQualifiedName": "page 1, line 2"}]
    assert results["a-code"]["message"]["text"] == "2 and 5 differ (page 1, line 2)"


def test_fingerprints_outlive_lines_that_come_before_and_tell_findings_apart() -> None:
    moved = replace(
        CHECKED,
        remarks=tuple(replace(remark, lines=tuple(line + 10 for line in remark.lines)) for remark in CHECKED.remarks),
        printed={number + 10: entry for number, entry in CHECKED.printed.items()},
    )
    before, after = ([result["partialFingerprints"] for result in run_of(checked)["results"]] for checked in (CHECKED, moved))
    assert before == after
    same = replace(
        CHECKED, remarks=(CheckFinding((3,), "info", "whole", "x", "extraction"), CheckFinding((13,), "info", "whole", "x", "extraction"))
    )
    marks = [result["partialFingerprints"]["sg17kg/v1"] for result in run_of(same)["results"]]
    assert len(set(marks)) == 2


def test_several_documents_are_one_run_with_each_rule_once() -> None:
    run = run_of(CHECKED, replace(CHECKED, name="c.txt"))
    assert len(run["results"]) == 6
    assert len(run["tool"]["driver"]["rules"]) == 3


def test_a_file_that_could_not_be_checked_is_told() -> None:
    told = sarif([], [("c.txt", "c.txt: no circular")], "1")
    Sarif.model_validate(told)
    (invocation,) = told["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "c.txt: no circular"

"""data/documents/ is what the extractor says of the real circulars, without their running text."""

import json
from pathlib import Path

from sg17kg import facts_json
from sg17kg.facts import without_running_text
from tests import ROOT
from tests.reading import Read

DOCUMENTS = ROOT / "data" / "documents"


def test_the_same_circulars_give_the_same_bytes(seeds: Path, read: Read) -> None:
    made = {}
    for path in sorted(seeds.glob("*.txt")):
        facts = without_running_text(read(path))
        made[facts_json.file_name(facts)] = facts_json.to_bytes(facts)
    assert made
    assert made.items() <= {path.name: path.read_bytes() for path in DOCUMENTS.glob("*.json")}.items(), "run `make data`"


def test_no_running_text_is_kept() -> None:
    for path in DOCUMENTS.glob("*.json"):
        facts = json.loads(path.read_text("utf-8"))
        assert [draft["abstract"] for draft in facts["drafts"] if draft["abstract"]] == []
        texts = [part["text"] for question in facts["questions"] for part in (*question["study_items"], *question["tasks"])]
        assert set(texts) <= {None}


def test_there_are_five_circulars() -> None:
    assert len(list(DOCUMENTS.glob("*.json"))) >= 5

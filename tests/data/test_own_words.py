"""The project's own words: one for every draft, study item and task, short enough, and marked as ours."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from sg17kg import facts_json
from sg17kg.errors import BuildError
from sg17kg.graph.curated import editorial_texts
from sg17kg.graph.rdf_terms import GRAPHS
from sg17kg.store.embedded import EmbeddedStore
from tests import ROOT
from tests.built import CIRCULARS

CURATED = ROOT / "data" / "curated"
DRAFTS: list[dict[str, Any]] = yaml.safe_load((CURATED / "drafts.yaml").read_text("utf-8"))
QUESTIONS: list[dict[str, Any]] = yaml.safe_load((CURATED / "questions.yaml").read_text("utf-8"))
DOCUMENTS = [facts_json.read(ROOT / "data" / "documents" / f"circular-{name}.json") for name in CIRCULARS]


def test_every_draft_has_a_note_a_title_and_subjects() -> None:
    printed = {f"{facts.circular.study_period}/{facts.circular.number}/{draft.item}" for facts in DOCUMENTS for draft in facts.drafts}
    assert len(printed) == 29
    assert {row["draft"] for row in DRAFTS} >= printed
    assert all(row["scope"]["en"] and row["title"] and row["subjects"] for row in DRAFTS)
    assert all(len(row["scope"]["en"].split()) <= 60 for row in DRAFTS)


def test_every_study_item_and_task_has_a_label_of_at_most_twelve_words() -> None:
    printed = {question.number: question for facts in DOCUMENTS for question in facts.questions}
    for row in QUESTIONS:
        question = printed[int(row["question"].split("/")[1])]
        assert [entry["ordinal"] for entry in row["study_items"]] == [item.ordinal for item in question.study_items]
        assert [entry["ordinal"] for entry in row["tasks"]] == [task.ordinal for task in question.tasks]
        labels = [entry["en"] for entry in [*row["study_items"], *row["tasks"]]]
        assert all(0 < len(label.split()) <= 12 for label in labels)
        assert len(set(labels)) == len(labels)
        assert row["purpose"]["en"].count(". ") <= 1


def test_what_is_ours_stands_in_the_curated_graph_alone(whole_store: EmbeddedStore) -> None:
    query = """PREFIX sg17: <https://w3id.org/sg17kg/ontology#>
      SELECT DISTINCT ?g { GRAPH ?g { ?s sg17:scopeNote|sg17:shortLabel|sg17:purpose|sg17:translatedTitle ?text } }"""
    assert [str(row["g"] and row["g"].value) for row in whole_store.query(query).rows()] == [str(GRAPHS.curated)]


def test_every_subject_is_a_concept_of_the_scheme(whole_store: EmbeddedStore) -> None:
    query = """PREFIX dcterms: <http://purl.org/dc/terms/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
      SELECT ?s ?o { ?s dcterms:subject ?o FILTER NOT EXISTS { ?o skos:inScheme <https://w3id.org/sg17kg/vocabulary/subject> } }"""
    assert whole_store.query(query).rows() == []


def test_an_entry_without_a_key_is_named(tmp_path: Path) -> None:
    (tmp_path / "drafts.yaml").write_text("- {draft: 2025-2028/1/1, title: x, subjects: []}", "utf-8")
    with pytest.raises(BuildError, match=r"drafts\.yaml: entry 1 has no 'scope'"):
        list(editorial_texts.quads(tmp_path))

"""What changed between two datasets."""

from sg17kg.graph.diff import changes, patch

LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
GRAPH = "<https://w3id.org/sg17kg/graph/curated>"
OLD = [
    f'<https://e/1> {LABEL} "one"@en {GRAPH} .\n'.encode(),
    f'<https://e/1> <https://e/p> "a" {GRAPH} .\n'.encode(),
    f'<https://e/2> {LABEL} "two"@en {GRAPH} .\n'.encode(),
    f"<https://e/x> <https://e/p> <https://e/1> {GRAPH.replace('curated', 'evidence/x')} .\n".encode(),
]
NEW = [OLD[0], OLD[1].replace(b'"a"', b'"b"'), f'<https://e/3> {LABEL} "three"@en {GRAPH} .\n'.encode()]


def test_changes_by_thing() -> None:
    found = [(change.kind, change.label, change.came, change.went) for change in changes(OLD, NEW)]
    assert found == [
        ("changed", "one", ('<https://e/1> <https://e/p> "b"',), ('<https://e/1> <https://e/p> "a"',)),
        ("removed", "two", (), (f'<https://e/2> {LABEL} "two"@en',)),
        ("added", "three", (f'<https://e/3> {LABEL} "three"@en',), ()),
    ]


def test_nothing_changes_between_equals() -> None:
    assert changes(OLD, list(reversed(OLD))) == []
    assert list(patch(OLD, OLD)) == [b"TX .\n", b"TC .\n"]


def test_a_patch_makes_the_new_out_of_the_old() -> None:
    content = set(OLD)
    for line in patch(OLD, NEW):
        sign, row = line.split(b" ", 1)
        if sign == b"A":
            content.add(row)
        elif sign == b"D":
            content.remove(row)
    assert content == set(NEW)

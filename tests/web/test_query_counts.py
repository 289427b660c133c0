"""Numbers of queries: none is asked twice for one answer, and no page or route asks more than it does today.

A number here may only fall. The plan (docs/research/the-house.md): 4 for a Recommendation in REST, 8 for its page and that of a circular,
3 for a list.
"""

from collections import Counter
from collections.abc import Mapping

import pytest
from starlette.testclient import TestClient

from sg17kg.queries.binding import Argument
from sg17kg.store.base import QueryResult
from sg17kg.web.dependencies import DatasetContext

JSON, PAGE = "application/json", "text/html"
MOST = {
    ("/api/v1/recommendations/X.1280", JSON): 1,
    ("/api/v1/recommendations/X.1280/owner", JSON): 1,
    ("/api/v1/recommendations/X.1280/history", JSON): 1,
    ("/api/v1/work-items/X.oob-sa", JSON): 0,
    ("/api/v1/questions/17/10", JSON): 7,
    ("/api/v1/circulars/2025-2028/104", JSON): 4,
    ("/api/v1/consultations/2025-2028/104", JSON): 5,
    ("/api/v1/recommendations", JSON): 2,
    ("/api/v1/work-items", JSON): 1,
    ("/api/v1/questions", JSON): 1,
    ("/api/v1/circulars", JSON): 1,
    ("/api/v1/consultations", JSON): 1,
    ("/api/v1/meetings", JSON): 2,
    ("/rec/X.1280", PAGE): 4,
    ("/work-item/X.oob-sa", PAGE): 3,
    ("/question/17/10", PAGE): 12,
    ("/circular/2025-2028/104", PAGE): 8,
    ("/consultation/2025-2028/104", PAGE): 8,
    ("/meeting/sg17/2026-06", PAGE): 7,
    ("/", PAGE): 8,
    ("/recommendations", PAGE): 2,
    ("/work-items", PAGE): 1,
    ("/circulars", PAGE): 1,
    ("/questions", PAGE): 1,
}


@pytest.mark.parametrize(("path", "accept"), MOST, ids=lambda each: each.strip("/") or "home")
def test_no_query_is_asked_twice_and_none_comes_to_it(path: str, accept: str, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: Counter[tuple[str, str]] = Counter()
    ask = DatasetContext.ask

    def counted(self: DatasetContext, name: str, arguments: Mapping[str, Argument | None]) -> QueryResult:
        asked[name, str(sorted(arguments.items()))] += 1
        return ask(self, name, arguments)

    assert client.get(path, headers={"Accept": accept}).status_code == 200  # what is asked once for all answers
    monkeypatch.setattr(DatasetContext, "ask", counted)
    days = {} if path in ("/api/v1/meetings", "/api/v1/questions") else {"on": "2026-05-03"}  # these have no day
    assert client.get(path, params=days, headers={"Accept": accept, "Accept-Language": "en-GB"}).status_code == 200
    assert [query for query, times in asked.items() if times > 1] == []
    assert asked.total() <= MOST[path, accept]

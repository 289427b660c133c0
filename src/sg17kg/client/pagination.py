"""Iterate over a list of the service, page by page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from sg17kg.client.errors import InvalidResponse

Item = TypeVar("Item")


@dataclass(frozen=True)
class Page(Generic[Item]):
    """A page: its items, the target of the next page or None, and the total number of items."""

    items: list[Item]
    next: str | None
    total: int


class Listing(Generic[Item]):
    """A list. The first page is loaded; each further page is requested when the items before it have been taken.

    It can be iterated again, and by several threads. The service may switch to a new dataset between two pages.
    """

    def __init__(self, first: Page[Item], following: Callable[[str], Page[Item]]) -> None:
        self._first = first
        self._following = following

    @property
    def total(self) -> int:
        """The total number of items, whether they have been read or not."""
        return self._first.total

    def __len__(self) -> int:
        return self._first.total

    def __iter__(self) -> Iterator[Item]:
        """Yield the items in the order of the service. Raises ClientError if a page cannot be loaded."""
        page = self._first
        asked: set[str] = set()
        yield from page.items
        while page.next is not None:
            if page.next in asked or not page.items:
                raise InvalidResponse(f"the list has no end: {page.next} leads back to where it was, or nowhere")
            asked.add(page.next)
            page = self._following(page.next)
            yield from page.items

    def __repr__(self) -> str:
        return f"<Listing of {self.total}>"

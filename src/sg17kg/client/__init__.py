"""A client for the service, of the standard library alone: nothing of what the server needs is loaded.

>>> from sg17kg.client import Client
>>> with Client("http://127.0.0.1:8017") as client:  # doctest: +SKIP
...     client.owner("X.1280")["questions"][0]["question"]
'Q10/17'
"""

from sg17kg.client.client import Client
from sg17kg.client.dumps import DumpFile
from sg17kg.client.errors import (
    Ambiguous,
    BadArgument,
    BadRequest,
    Busy,
    ClientError,
    CutShort,
    Gone,
    LedAway,
    NonsenseAnswer,
    NotFound,
    ServerFault,
    TimedOut,
    Unreachable,
)
from sg17kg.client.pagination import Listing
from sg17kg.client.sparql import Row, Term

__all__ = [
    "Ambiguous",
    "BadArgument",
    "BadRequest",
    "Busy",
    "Client",
    "ClientError",
    "CutShort",
    "DumpFile",
    "Gone",
    "LedAway",
    "Listing",
    "NonsenseAnswer",
    "NotFound",
    "Row",
    "ServerFault",
    "Term",
    "TimedOut",
    "Unreachable",
]

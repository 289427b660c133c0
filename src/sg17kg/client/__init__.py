"""Python client of the service. It needs only the standard library and loads no server code.

>>> from sg17kg.client import Client
>>> with Client("http://127.0.0.1:8017") as client:  # doctest: +SKIP
...     client.owner("X.1280")["questions"][0]["question"]
'Q10/17'
"""

from sg17kg.client.client import Client
from sg17kg.client.dumps import DumpFile
from sg17kg.client.errors import (
    BadArgument,
    BadRequest,
    ClientError,
    ConnectError,
    Gone,
    IncompleteResponse,
    InvalidResponse,
    MultipleMatches,
    NotFound,
    RedirectRefused,
    RequestTimeout,
    ServerFault,
    ServiceUnavailable,
)
from sg17kg.client.pagination import Listing
from sg17kg.client.sparql import Row, Term

__all__ = [
    "BadArgument",
    "BadRequest",
    "Client",
    "ClientError",
    "ConnectError",
    "DumpFile",
    "Gone",
    "IncompleteResponse",
    "InvalidResponse",
    "Listing",
    "MultipleMatches",
    "NotFound",
    "RedirectRefused",
    "RequestTimeout",
    "Row",
    "ServerFault",
    "ServiceUnavailable",
    "Term",
]

"""Tree of errors. Each message says what was read, where, and what to do.

Sg17kgError
├── InputError            input of the user cannot be used
│   ├── UnreadableFile    the file cannot be read at all (exit code 2)
│   ├── NotACircular      the file is no circular, or only part of one (exit code 1)
│   ├── BadIdentifier     the text does not have the form of a Recommendation, Question, date …
│   ├── BadParameter      a parameter of a query is missing, unknown or has the wrong form
│   └── QueryRefused      a SPARQL text is not a read query, or is malformed
│       └── AnswerTooLarge    the result has more rows or bytes than the limit
├── NotFound              the identifier is well formed, but not in the graph
├── AssetError            a file of the package (language pack, query, curated data) is broken
├── StoreError            the store could not answer
│   ├── QueryTimeout      a query ran past its deadline and was ended
│   ├── StoreBusy         no query can be run now
│   └── UpstreamError     a remote store is at fault
│       ├── UpstreamUnavailable       it cannot be reached, or is not ready
│       ├── UpstreamTimeout           it did not respond in time
│       ├── UpstreamForbidden         it refused: credentials, rights, no such endpoint
│       └── UpstreamInvalidResponse   its response does not follow the protocol
├── CheckError            a service could not check a file
│   ├── CheckBusy         other files are being checked
│   ├── CheckTimeout      the check ran past its deadline and was ended
│   └── CheckTooLarge     the check exceeded its memory limit
└── BuildError            the dataset cannot be built from the documents
"""


class Sg17kgError(Exception):
    """Base class of all errors that this package raises on purpose."""


class InputError(Sg17kgError):
    """Input of the user cannot be used as it is."""


class UnreadableFile(InputError):
    """The file cannot be read: it is absent, a folder, empty, binary, wrongly encoded, or too large."""


class NotACircular(InputError):
    """The file was read, but is not a whole TSB Circular."""


class BadIdentifier(InputError, ValueError):
    """The text does not have the form of the expected identifier."""


class BadParameter(InputError, ValueError):
    """A parameter of a library query is missing, unknown, or does not fit its type."""


class QueryRefused(InputError):
    """The service does not run a SPARQL text; the message gives the reason."""


class AnswerTooLarge(QueryRefused):
    """The result has more rows or bytes than the limit. It is not truncated, because a part could be mistaken for the whole."""


class NotFound(Sg17kgError):
    """The identifier is well formed, but not in the graph."""


class AssetError(Sg17kgError):
    """A file of the package is broken; the message names the file and the place."""


class StoreError(Sg17kgError):
    """The store could not answer a query that was accepted."""


class QueryTimeout(StoreError):
    """A query ran past its deadline and was ended."""


class StoreBusy(StoreError):
    """No query can be run now; a retry may succeed soon."""


class UpstreamError(StoreError):
    """A remote store is at fault; the message contains its address, but never credentials."""


class UpstreamUnavailable(UpstreamError):
    """The remote store cannot be reached, or is not ready."""


class UpstreamTimeout(UpstreamError):
    """The remote store did not respond in time."""


class UpstreamForbidden(UpstreamError):
    """The remote store refused: wrong or missing credentials, no permission, or no endpoint at this address."""


class UpstreamInvalidResponse(UpstreamError):
    """The response of the remote store is no SPARQL result."""


class CheckError(Sg17kgError):
    """The service could not check a file; it is at fault unless a subclass says otherwise."""


class CheckBusy(CheckError):
    """Other files are being checked; a retry may succeed soon."""


class CheckTimeout(CheckError):
    """A check ran past its deadline and was ended."""


class CheckTooLarge(CheckError):
    """A check exceeded its memory limit and was ended."""


class BuildError(Sg17kgError):
    """The dataset cannot be built from the documents and curated data."""

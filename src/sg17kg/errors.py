"""Error tree. Each message says what was read, where, and what to do.

Sg17kgError
├── InputError            something handed in by the user cannot be used
│   ├── UnreadableFile    the file cannot be read at all (exit code 2)
│   ├── NotACircular      it was read, and is no circular, or only part of one (exit code 1)
│   ├── BadIdentifier     no Recommendation, Question, date … looks like this
│   ├── BadParameter      a parameter of a query is missing, unknown or of the wrong form
│   └── QueryRefused      a SPARQL text that is not a read query, or is malformed
│       └── AnswerTooLarge    its answer has more rows or bytes than one answer may
├── NotFound              well formed, but the graph knows no such thing
├── AssetError            a file of the package (language pack, query, curated data) is broken
├── StoreError            the store could not answer
│   ├── QueryTimeout      a query ran past its deadline and was ended
│   ├── StoreBusy         no query can be run now
│   └── UpstreamError     a remote store, and the fault is on its side
│       ├── UpstreamUnavailable       it does not answer at all, or says that it is not ready
│       ├── UpstreamTimeout           it did not answer in time
│       ├── UpstreamForbidden         it refused: credentials, rights, no such endpoint
│       └── UpstreamInvalidResponse   what it answered is not what the protocol asks for
├── CheckError            a service could not check a file
│   ├── CheckBusy         other files are being checked
│   ├── CheckTimeout      the check ran past its deadline and was ended
│   └── CheckTooLarge     the check took more memory than it may
└── BuildError            the documents cannot be made into a dataset
"""


class Sg17kgError(Exception):
    """Root of everything this package raises on purpose."""


class InputError(Sg17kgError):
    """Something handed in by the user cannot be used as it is."""


class UnreadableFile(InputError):
    """The file cannot be read: absent, a folder, empty, binary, wrongly encoded, too large."""


class NotACircular(InputError):
    """The file was read, but is not a whole TSB Circular."""


class BadIdentifier(InputError, ValueError):
    """The text does not have the form of the identifier that was asked for."""


class BadParameter(InputError, ValueError):
    """A parameter of a catalogue query is missing, unknown, or not of its type."""


class QueryRefused(InputError):
    """A SPARQL text that this service does not run; the message says why."""


class AnswerTooLarge(QueryRefused):
    """The answer has more rows or bytes than one answer may; a part of it would look like all of it."""


class NotFound(Sg17kgError):
    """The identifier is well formed, and the graph holds nothing under it."""


class AssetError(Sg17kgError):
    """A file that ships with the package is broken; the message names file and place."""


class StoreError(Sg17kgError):
    """The store could not answer a query that was accepted."""


class QueryTimeout(StoreError):
    """A query ran past its deadline and was ended."""


class StoreBusy(StoreError):
    """No query can be run now; the same one may be in a moment."""


class UpstreamError(StoreError):
    """A remote store did not answer as it should; the message names its address, never credentials."""


class UpstreamUnavailable(UpstreamError):
    """It cannot be reached, or says that it is not ready."""


class UpstreamTimeout(UpstreamError):
    """It did not answer in time."""


class UpstreamForbidden(UpstreamError):
    """It refused: wrong or missing credentials, no right, no endpoint at this address."""


class UpstreamInvalidResponse(UpstreamError):
    """It answered with something that is no SPARQL result."""


class CheckError(Sg17kgError):
    """A service could not check a file, which is the fault of the service unless a subclass says otherwise."""


class CheckBusy(CheckError):
    """Other files are being checked; the same file can be checked in a moment."""


class CheckTimeout(CheckError):
    """A check ran past its deadline and was ended."""


class CheckTooLarge(CheckError):
    """A check took more memory than it may and was ended."""


class BuildError(Sg17kgError):
    """The documents and curated data cannot be made into a dataset."""

"""JSON logs, one object a line. Data from clients is encoded as a JSON string, so it cannot forge a line."""

import json
import logging
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TextIO

_OWN = logging.LogRecord("", 0, "", 0, "", None, None).__dict__.keys() | {"message", "asctime", "color_message", "taskName"}


class JsonLines(logging.Formatter):
    """Formatter that writes a log record as one line: `time` (UTC), `level`, `logger`, `message`, further fields, `error`."""

    def format(self, record: logging.LogRecord) -> str:
        """See logging.Formatter."""
        entry = {"time": now(record.created), "level": record.levelname.lower(), "logger": record.name, "message": record.getMessage()}
        entry |= {name: value for name, value in record.__dict__.items() if name not in _OWN}
        if record.exc_info:
            entry["error"] = self.formatException(record.exc_info)
        return line(entry)


def configuration(level: str) -> dict[str, object]:
    """Return a configuration for the logging library that writes everything as JSON lines to standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": JsonLines}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level.upper()},
        "loggers": {"uvicorn.error": {"level": "WARNING" if level == "info" else level.upper()}},  # processes start and stop during service
    }


def now(seconds: float) -> str:
    """Return a time in the form of logs, 2026-11-21T08:00:00.123Z."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def line(entry: Mapping[str, object]) -> str:
    """Return an entry as one line."""
    return json.dumps(entry, ensure_ascii=True, default=str)


def write(entry: Mapping[str, object], output: TextIO | None = None) -> None:
    """Write an entry as a line to standard error, or to `output`."""
    (output or sys.stderr).write(line(entry) + "\n")

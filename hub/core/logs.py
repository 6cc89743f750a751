"""Log lines as JSON, one object a line, without addresses, bodies or query strings."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

_STANDARD = set(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "request_id"}
# Django attaches the whole request to some records; its text would carry the query string.
_NEVER = {"request", "params", "sql"}
# Django's lines about refused requests name the path; this one opens an account.
_ONE_TIME_LINK = re.compile(r"(/account/enrol/)[^/\s]+")


class JsonFormatter(logging.Formatter):
    """Formats a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; extras become keys, exceptions their stack trace."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _ONE_TIME_LINK.sub(r"\1…", record.getMessage()),
            "request_id": getattr(record, "request_id", "-"),
        }
        for key, value in record.__dict__.items():
            if key not in _STANDARD and key not in _NEVER:
                line[key] = value if isinstance(value, str | int | float | bool | None) else str(value)
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        # A lone surrogate, which no stream can write, becomes its escape.
        return json.dumps(line, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()

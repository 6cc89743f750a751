"""Log lines: one object a line, and nothing in it that a log must not hold."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

from django.test import RequestFactory
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.logs import JsonFormatter
from hub.core.requests import RequestIdFilter


def line(message: str = "done", *arguments: object, **extra: Any) -> dict[str, Any]:
    record = logging.getLogger("hub.test").makeRecord(
        "hub.test", logging.INFO, __file__, 1, message, arguments, None, extra=extra
    )
    return parsed(record)


def parsed(record: logging.LogRecord) -> dict[str, Any]:
    text = JsonFormatter().format(record)
    assert "\n" not in text
    text.encode()
    return dict(json.loads(text))


def test_a_line_says_when_how_bad_who_and_what() -> None:
    found = line("outbox delivery failed after %d", 3)
    assert (found["level"], found["logger"], found["message"]) == (
        "INFO",
        "hub.test",
        "outbox delivery failed after 3",
    )
    assert found["at"].endswith("+00:00")
    assert found["request_id"] == "-"


def test_extras_are_keys_of_their_own() -> None:
    found = line(documents=340, damage="", healthy=True, share=0.5, nothing=None, keys=("1", "2"))
    expected = {"documents": 340, "damage": "", "healthy": True, "share": 0.5, "nothing": None}
    assert {key: found[key] for key in expected} == expected
    assert found["keys"] == "('1', '2')"


def test_no_request_no_query_and_no_values_of_queries() -> None:
    request = RequestFactory().get("/en/catalogue/?q=secret-case-name")
    text = json.dumps(line(request=request, sql="SELECT 'secret-case-name'", params=["secret-case-name"]))
    assert "secret-case-name" not in text


def test_an_exception_has_its_trace_in_the_same_line() -> None:
    try:
        raise ValueError("away\nfar away")
    except ValueError:
        record = logging.makeLogRecord({"msg": "failed", "exc_info": sys.exc_info()})
    found = parsed(record)
    assert "Traceback" in found["exception"]
    assert "ValueError: away\nfar away" in found["exception"]


def test_the_filter_puts_the_number_of_the_request_there() -> None:
    record = logging.makeLogRecord({"msg": "x"})
    assert RequestIdFilter().filter(record) is True
    assert parsed(record)["request_id"] == "-"


def test_six_languages_stay_readable() -> None:
    record = logging.makeLogRecord({"msg": "人脸识别 التعرف"})
    assert "人脸识别 التعرف" in JsonFormatter().format(record)


@settings(deadline=None)
@given(st.text(alphabet=st.characters(), max_size=60), st.text(alphabet=st.characters(), max_size=60))
def test_any_text_is_one_line_that_can_be_written(message: str, value: str) -> None:
    found = line("%s", message, value=value)
    assert set(found) == {"at", "level", "logger", "message", "request_id", "value"}


def test_a_one_time_link_does_not_reach_the_log() -> None:
    said = line("Not Found: %s", "/en/account/enrol/Zk3-secret_token/")["message"]
    assert said == "Not Found: /en/account/enrol/…/"

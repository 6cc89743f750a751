"""The number that a request, its answer and its log lines share."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
from django.test import Client

from hub.core.logs import JsonFormatter
from hub.core.requests import RequestIdFilter, current_request_id

pytestmark = pytest.mark.django_db


class _Kept(logging.Handler):
    """Keeps lines as the console would show them."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[dict[str, object]] = []
        self.addFilter(RequestIdFilter())
        self.setFormatter(JsonFormatter())

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        self.lines.append(json.loads(self.format(record)))


@pytest.fixture
def lines() -> Iterator[list[dict[str, object]]]:
    """Return what Django logs about requests from now on."""
    handler, logger = _Kept(), logging.getLogger("django.request")
    logger.addHandler(handler)
    yield handler.lines
    logger.removeHandler(handler)


def test_the_log_line_of_a_refused_request_bears_the_number_of_its_answer(
    client: Client, lines: list[dict[str, object]]
) -> None:
    answer = client.get("/en/nowhere/")
    assert answer.status_code == 404
    assert [line["request_id"] for line in lines] == [answer["X-Request-ID"]]


def test_a_number_from_the_proxy_is_kept_if_it_is_one(client: Client) -> None:
    assert client.get("/healthz/", headers={"X-Request-ID": "5f0c-proxy-1"})["X-Request-ID"] == "5f0c-proxy-1"
    for bad in ("short", "with space 123", "x" * 65, "<script>alert(1)</script>"):
        assert client.get("/healthz/", headers={"X-Request-ID": bad})["X-Request-ID"] != bad


def test_each_request_has_another_number_and_leaves_none_behind(client: Client) -> None:
    first, second = (client.get("/healthz/")["X-Request-ID"] for _ in range(2))
    assert first != second
    assert current_request_id() == "-"


def test_no_log_line_holds_the_query(client: Client, lines: list[dict[str, object]]) -> None:
    client.get("/en/nowhere/?q=secret-name")
    assert len(lines) == 1
    assert "secret-name" not in json.dumps(lines)

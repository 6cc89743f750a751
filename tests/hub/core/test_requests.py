"""The number that a request's log lines and its error page share."""

from __future__ import annotations

import logging

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from hub.core.requests import RequestIdFilter, RequestIdMiddleware, current_request_id

FACTORY = RequestFactory()


def answer(request: HttpRequest) -> HttpResponse:
    record = logging.makeLogRecord({"msg": "x"})
    RequestIdFilter().filter(record)
    return HttpResponse(f"{current_request_id()} {record.request_id}")  # type: ignore[attr-defined]


def number(given: str | None = None) -> str:
    headers = {} if given is None else {"X-Request-ID": given}
    response = RequestIdMiddleware(answer)(FACTORY.get("/", headers=headers))
    shown = response["X-Request-ID"]
    assert response.content.decode() == f"{shown} {shown}"
    return shown


def test_each_request_has_a_number_of_its_own() -> None:
    assert len({number() for _ in range(20)}) == 20


@pytest.mark.parametrize("given", ["12345678", "0b3e7a52-1111-4222-8333-444455556666", "A" * 64])
def test_the_number_of_a_proxy_is_taken(given: str) -> None:
    assert number(given) == given


@pytest.mark.parametrize(
    "given", ["", "short", "A" * 65, "12345678\n", "<script>alert(1)</script>", "1234 5678", "١٢٣٤٥٦٧٨"]
)
def test_anything_else_is_not(given: str) -> None:
    shown = number(given)
    assert shown != given
    assert len(shown) == 32


def test_outside_of_a_request_there_is_none() -> None:
    number()
    assert current_request_id() == "-"


def test_it_ends_with_an_error_too() -> None:
    def fail(request: HttpRequest) -> HttpResponse:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        RequestIdMiddleware(fail)(FACTORY.get("/"))
    assert current_request_id() == "-"

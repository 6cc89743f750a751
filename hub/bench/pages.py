"""The catalogue's page: how often it asks the database, how long it takes, and how much a browser fetches."""

from __future__ import annotations

import gc
import re
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any
from urllib.parse import urlencode, urljoin

from django.conf import settings
from django.contrib.auth import get_user
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.test.signals import template_rendered
from django.test.utils import CaptureQueriesContext, instrumented_test_render  # type: ignore[attr-defined]
from django.urls import URLPattern, get_resolver, resolve
from django.utils.translation import override

from catalogue import api as catalogue
from hub.core.languages import LANGUAGE_CODES

TEXTS = {
    "ar": "صور",
    "zh-hans": "图像",
    "en": "images",
    "fr": "images",
    "ru": "изображения",
    "es": "imágenes",
}
FACETS = {"stage": "analysis", "ai": "core-ai"}
_TEMPLATE = "catalogue/index.html"
# What a request brings itself; a view that remembers the rest has these anew each time.
_OF_THE_REQUEST = {"request", "user", "perms", "messages", "csrf_token", "block", "True", "False", "None"}
_STATIC = re.compile(r"""(?:href|src)="([^"#?]+)""")
_IN_STYLES = re.compile(rb"""url\(["']?([^"')#]+)""")
_IN_SCRIPTS = re.compile(rb"""\b(?:from|import)\s*["'](\.{0,2}/[\w./-]+)["']""")
_SMALLEST_COMPRESSED = 200


class BenchError(Exception):
    """A measurement that cannot be made, and why."""


@dataclass(frozen=True, slots=True)
class Speed:
    """One page in one language. Milliseconds, medians; `memory` is the view that holds its records in memory.

    `request` and `memory_request` go through the whole stack of middleware, `view` and `memory_view` are the bare
    functions.
    """

    language: str
    tools: int
    queries: int
    request: float
    memory_request: float
    view: float
    memory_view: float

    @property
    def ratio(self) -> float:
        """How many times longer the view takes than the one that holds its records in memory."""
        return self.view / self.memory_view

    @property
    def request_ratio(self) -> float:
        """The same with the middleware of both."""
        return self.request / self.memory_request


@dataclass(frozen=True, slots=True)
class Weight:
    """Bytes as they are transferred: the first page with all it needs, then one more page."""

    language: str
    document: int
    styles: int
    scripts: int
    icons: int
    next_document: int

    @property
    def first(self) -> int:
        """Everything that a browser fetches for its first page."""
        return self.document + self.styles + self.scripts + self.icons


def signed_in() -> Client:
    """Return a browser in which an investigator of the demonstration is signed in. Raises BenchError."""
    if catalogue.index_needs_rebuild():
        catalogue.rebuild_index()
    client = Client(HTTP_HOST="localhost")
    client.post("/en/demo/", {"role": "investigator"})
    status = client.get("/en/catalogue/").status_code
    if status != 200:
        raise BenchError(f"The catalogue answers an investigator of the demonstration with status {status}.")
    return client


def address(language: str, **more: str) -> str:
    """Return the address of the catalogue with a text and two facets, in a language."""
    return f"/{language}/catalogue/?" + urlencode({"q": TEXTS[language], **FACETS, **more})


def measure_speed(client: Client, rounds: int, languages: Sequence[str] = LANGUAGE_CODES) -> list[Speed]:
    """Ask for the page in each language and compare it with a view that holds the same records in memory.

    Both take turns, so that a busy machine disturbs both alike.
    """
    return [_speed(client, language, rounds) for language in languages]


def _speed(client: Client, language: str, rounds: int) -> Speed:
    path = address(language)
    from_memory, found = view_from_memory(client, path)
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
        queries = len(captured)
    pattern = _pattern(path)
    view = pattern.callback

    def ask() -> None:
        client.get(path, headers={"Accept-Encoding": "gzip"})

    def ask_memory() -> None:
        with _answering(pattern, from_memory):
            ask()

    request = bare_request(client, path)
    with override(language):
        times = in_turns([ask, ask_memory, lambda: view(request), lambda: from_memory(request)], rounds)
    return Speed(language, found, queries, *times)


def view_from_memory(client: Client, path: str) -> tuple[Callable[[HttpRequest], HttpResponse], int]:
    """Return a view that renders what a page of the catalogue renders, from records that it holds in memory.

    The second value is how many tools the page finds. Raises BenchError if the address shows another page.
    """
    with _contexts() as contexts:
        client.get(path)
    if _TEMPLATE not in contexts:
        raise BenchError(f"{path} does not show {_TEMPLATE}.")
    context = contexts[_TEMPLATE]

    def from_memory(request: HttpRequest) -> HttpResponse:
        return render(request, _TEMPLATE, context)

    return from_memory, context["found"].total


@contextmanager
def _contexts() -> Iterator[dict[str, dict[str, Any]]]:
    """Note what each template is rendered with."""
    found: dict[str, dict[str, Any]] = {}

    def note(template: Template, context: Context, **kwargs: Any) -> None:
        values = {str(name): value for name, value in context.flatten().items()}
        known = {name: value for name, value in values.items() if name not in _OF_THE_REQUEST}
        found.setdefault(str(template.name), known)

    plain = Template._render  # type: ignore[attr-defined]
    Template._render = instrumented_test_render  # type: ignore[attr-defined]
    template_rendered.connect(note)
    try:
        yield found
    finally:
        template_rendered.disconnect(note)
        Template._render = plain  # type: ignore[attr-defined]


def _pattern(path: str) -> URLPattern:
    wanted = resolve(path.partition("?")[0]).func

    def search(patterns: Sequence[Any]) -> Iterator[URLPattern]:
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                if pattern.callback is wanted:
                    yield pattern
            else:
                yield from search(pattern.url_patterns)

    return next(search(get_resolver().url_patterns))


@contextmanager
def _answering(pattern: URLPattern, view: Callable[..., HttpResponse]) -> Iterator[None]:
    """Put another view behind an address for a while."""
    own = pattern.callback
    pattern.callback = view
    try:
        yield
    finally:
        pattern.callback = own


def bare_request(client: Client, path: str) -> HttpRequest:
    """Return a request as the view gets it, after the middleware."""
    request: Any = RequestFactory(HTTP_HOST="localhost").get(path)
    request.session = client.session
    request.user = get_user(request)
    request.resolver_match = resolve(path.partition("?")[0])
    request.members_only = request.signed_in = True
    return request  # type: ignore[no-any-return]


def in_turns(actions: Sequence[Callable[[], object]], rounds: int) -> list[float]:
    """Return the median milliseconds of each action; the first round warms up and does not count."""
    times: list[list[float]] = [[] for _ in actions]
    for counts in (False, *[True] * rounds):
        gc.collect()
        for action, taken in zip(actions, times, strict=True):
            started = perf_counter()
            action()
            if counts:
                taken.append((perf_counter() - started) * 1000)
    return [statistics.median(taken) for taken in times]


def measure_weight(client: Client, languages: Sequence[str] = LANGUAGE_CODES) -> list[Weight]:
    """Fetch the first page of the whole catalogue with all that it needs, and the second page, in each language."""
    return [_weight(client, language) for language in languages]


def _weight(client: Client, language: str) -> Weight:
    path = f"/{language}/catalogue/"
    document, text = _fetch(client, path)
    sizes: dict[str, int] = {}
    waiting = [urljoin(path, found) for found in _STATIC.findall(text.decode())]
    while waiting:
        place = waiting.pop()
        if place in sizes or not place.startswith(settings.STATIC_URL):
            continue
        sizes[place], content = _fetch(client, place)
        inside = {".css": _IN_STYLES, ".js": _IN_SCRIPTS}.get(_ending(place))
        waiting += [urljoin(place, found.decode()) for found in (inside.findall(content) if inside else ())]
    following, _ = _fetch(client, f"{path}?page=2")
    return Weight(
        language=language,
        document=document,
        styles=_total(sizes, ".css"),
        scripts=_total(sizes, ".js"),
        icons=sum(sizes.values()) - _total(sizes, ".css", ".js"),
        next_document=following,
    )


def _fetch(client: Client, path: str) -> tuple[int, bytes]:
    """Return how many bytes are transferred for an address, and its content."""
    answer = client.get(path, headers={"Accept-Encoding": "gzip"})
    if answer.status_code != 200:
        raise BenchError(f"{path} is answered with status {answer.status_code}.")
    plain = client.get(path)
    content, sent = (b"".join(one) for one in (plain, answer))
    if "Content-Encoding" not in answer.headers and len(sent) > _SMALLEST_COMPRESSED and settings.DEMO:
        raise BenchError(f"{path} is not compressed.")
    return len(sent), content


def _ending(place: str) -> str:
    return "." + place.rpartition(".")[2]


def _total(sizes: Mapping[str, int], *endings: str) -> int:
    return sum(size for place, size in sizes.items() if _ending(place) in endings)

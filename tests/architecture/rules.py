"""The rules that a syntax tree can be held against. Each comes with what it catches and what it lets pass.

Where a rule has exceptions, `allowed` names the module and the reason. An exception that nothing needs any more fails.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.architecture.tree import Module, called_name, imported_modules

Breach = tuple[int, str]

READERS = (
    "*.views",
    "*.queries",
    "*.search",
    "*.templatetags",
    "*.rules",
    "*.forms",
    "hub.core.access",
    "hub.core.search",
    "hub.core.text",
    "hub.demo.views",
)
BELOW_VIEWS = (
    "*.actions",
    "*.data",
    "*.enums",
    "*.forms",
    "*.models",
    "*.queries",
    "*.rules",
    "*.search",
    "*.tasks",
    "*.translation",
    "*.validators",
    "hub.core",
    "hub.seed",
)
EVERYWHERE = ("*",)

_WRITES = {
    "save",
    "create",
    "delete",
    "bulk_create",
    "bulk_update",
    "update_or_create",
    "get_or_create",
    "aupdate_or_create",
    "asave",
    "adelete",
    "acreate",
}
_HTTP = (
    "django.http",
    "django.shortcuts",
    "django.views",
    "django.contrib.messages",
    "django.template.response",
)
_OF_A_WEB_REQUEST = {
    "GET",
    "POST",
    "COOKIES",
    "FILES",
    "META",
    "LANGUAGE_CODE",
    "body",
    "build_absolute_uri",
    "content_type",
    "get_full_path",
    "get_host",
    "headers",
    "htmx",
    "is_preview",
    "method",
    "path",
    "path_info",
    "resolver_match",
    "session",
    "user",
}
_NETWORK = (
    "socket", "http.client", "urllib.request", "requests", "httpx", "smtplib", "ftplib", "telnetlib",
    "elasticsearch", "redis",
)  # fmt: skip
_GETTEXT = {
    "_",
    *(f"{prefix}gettext{suffix}" for prefix in ("", "n", "p", "np") for suffix in ("", "_lazy", "_noop")),
}


def writes(module: Module) -> Iterator[Breach]:
    """Yield calls that change rows: `.save()` and its like, and `.update()` of a set of rows."""
    for call in _calls(module):
        if not isinstance(call.func, ast.Attribute):
            continue
        if call.func.attr in _WRITES or (call.func.attr == "update" and _is_row_set(call.func.value)):
            yield call.lineno, f".{call.func.attr}()"


def _is_row_set(node: ast.expr) -> bool:
    """Tell whether an expression reads like a set of rows: something of `.objects`, or filtered."""
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute) and part.attr in ("objects", "filter", "exclude"):
            return True
    return False


def managers(module: Module) -> Iterator[Breach]:
    """Yield reads of a model past its query: `.objects` and `._default_manager`."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr in ("objects", "_default_manager", "_base_manager"):
            yield node.lineno, f".{node.attr}"


def http(module: Module) -> Iterator[Breach]:
    """Yield imports of what belongs to a request or an answer, and every look into a request of the web."""
    yield from _imports(module, _HTTP)
    for node in ast.walk(module.tree):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "request"
            and node.attr in _OF_A_WEB_REQUEST
        ):
            yield node.lineno, f"request.{node.attr}"


def environment(module: Module) -> Iterator[Breach]:
    """Yield reads of the environment."""
    yield from _imports(module, ("environ", "os.environ", "os.getenv", "os.putenv"))
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "environb", "getenv", "putenv"):
            yield node.lineno, f".{node.attr}"


def network(module: Module) -> Iterator[Breach]:
    """Yield imports of what talks to other machines."""
    yield from _imports(module, _NETWORK)


def mail(module: Module) -> Iterator[Breach]:
    """Yield imports of what sends mail at once instead of putting it into the outbox."""
    yield from _imports(module, ("django.core.mail",))


def trusted_markup(module: Module) -> Iterator[Breach]:
    """Yield what declares a text to be HTML that needs no escaping."""
    for call in _calls(module):
        if called_name(call) in ("mark_safe", "SafeString", "SafeText", "html_safe"):
            yield call.lineno, called_name(call)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Name) and decorator.id in ("mark_safe", "html_safe"):
                    yield decorator.lineno, decorator.id
        if isinstance(node, ast.keyword) and node.arg in ("is_safe", "autoescape"):
            yield node.value.lineno, node.arg


def csrf_exempt(module: Module) -> Iterator[Breach]:
    """Yield what takes a view out of the protection against forged forms."""
    for node in ast.walk(module.tree):
        name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
        if name == "csrf_exempt":
            yield node.lineno, name  # type: ignore[attr-defined]


def unpacked_requests(module: Module) -> Iterator[Breach]:
    """Yield calls that hand on whatever a request holds as keyword arguments."""
    for call in _calls(module):
        for keyword in call.keywords:
            if keyword.arg is None and any(
                (isinstance(node, ast.Name) and node.id == "request")
                or (isinstance(node, ast.Attribute) and node.attr in ("GET", "POST", "COOKIES", "headers"))
                for node in ast.walk(keyword.value)
            ):
                yield call.lineno, f"**{ast.unparse(keyword.value)}"


def raw_sql(module: Module) -> Iterator[Breach]:
    """Yield SQL that Django does not write."""
    for call in _calls(module):
        name = called_name(call)
        if name in ("RawSQL", "RunSQL") or (
            isinstance(call.func, ast.Attribute)
            and name in ("raw", "extra", "cursor", "execute", "executemany", "executescript")
        ):
            yield call.lineno, name


def broken_messages(module: Module) -> Iterator[Breach]:
    """Yield texts for translators that are put together before they are looked up."""
    for call in _calls(module):
        if called_name(call) not in _GETTEXT:
            continue
        for argument in call.args:
            if isinstance(argument, ast.JoinedStr | ast.BinOp) or (
                isinstance(argument, ast.Call) and called_name(argument) in ("format", "join")
            ):
                yield call.lineno, ast.unparse(call)[:80]


def silent_definitions(module: Module) -> Iterator[Breach]:
    """Yield the module, and its public functions and classes, that say nothing about themselves."""
    if module.tree.body and ast.get_docstring(module.tree) is None:
        yield 1, "the module"
    for node in module.tree.body:
        if (
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and not node.name.startswith("_")
            and ast.get_docstring(node) is None
        ):
            yield node.lineno, node.name


def every_field(module: Module) -> Iterator[Breach]:
    """Yield forms that take whatever fields a model has or will have."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and node.value == "__all__":
            yield node.lineno, '"__all__"'


def _calls(module: Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(module.tree) if isinstance(node, ast.Call))


def _imports(module: Module, forbidden: tuple[str, ...]) -> Iterator[Breach]:
    for line, name in imported_modules(module.tree):
        if any(name == place or name.startswith(f"{place}.") for place in forbidden):
            yield line, f"import {name}"


@dataclass(frozen=True)
class Rule:
    """A law, where it holds, how it is found broken, and source text that breaks it or only looks so."""

    law: str
    where: tuple[str, ...]
    breaches: Callable[[Module], Iterator[Breach]]
    breaks: tuple[str, ...]
    passes: tuple[str, ...]
    allowed: dict[str, str] = field(default_factory=dict)


RULES = (
    Rule(
        "only actions change rows",
        READERS,
        writes,
        breaks=(
            "tool.save()",
            "Tool.objects.create(name=name)",
            "Tool.objects.bulk_create(tools)",
            "report.delete()",
            "Tool.objects.update_or_create(code=code)",
            "Tool.objects.filter(live=True).update(live=False)",
        ),
        passes=("context.update(more)", "report_fact(tool, by=request.user)", "saved = save(tool)"),
        allowed={
            "hub.core.search.elastic_engine": "makes and deletes indexes of Elasticsearch",
            "hub.core.search.elastic_lock": "deletes the lock of the writers of Elasticsearch",
        },
    ),
    Rule(
        "views ask queries",
        ("*.views", "*.templatetags", "hub.demo.views"),
        managers,
        breaks=("tool = Tool.objects.get(slug=slug)", "rows = Tool._default_manager.all()"),
        passes=("tools = visible_to(request.user)",),
        allowed={"hub.views.robots": "lists the public pages, which are the same for everybody"},
    ),
    Rule(
        "nothing below views knows the web",
        BELOW_VIEWS,
        http,
        breaks=(
            "from django.http import HttpRequest",
            "from django.shortcuts import get_object_or_404",
            "def late():\n    import django.views.generic",
            "def visible(request):\n    return request.user",
        ),
        passes=(
            "from django.urls import reverse",
            "def visible_to(user):\n    return user.is_active",
            "def search(request: SearchRequest):\n    return request.filters",
        ),
        allowed={
            "hub.core.requests": "the number that a request and its log lines share",
            "hub.models.pages": "Wagtail hands the request to a page",
        },
    ),
    Rule(
        "the environment is read by the settings alone",
        EVERYWHERE,
        environment,
        breaks=("import os\nos.environ['X']", "from os import getenv", "import os\nos.getenv('X')"),
        passes=("from django.conf import settings\nsettings.DEBUG",),
        allowed={
            "hub.settings.env": "the one place that reads it",
            "hub.settings.test": "gives each test run a data folder of its own, before env is read",
            "hub.wsgi": "names the settings module, as Django wants it",
        },
    ),
    Rule(
        "nothing talks to another machine",
        EVERYWHERE,
        network,
        breaks=("import socket", "from urllib.request import urlopen", "import requests", "import smtplib"),
        passes=("from urllib.parse import urlencode", "from hub.core import requests"),
        allowed={
            "hub.core.search.elastic_engine": "asks the operator’s Elasticsearch",
            "hub.core.search.elastic_lock": "asks the operator’s Elasticsearch",
            "hub.core.search.elastic_queries": "makes questions for Elasticsearch, and sends none",
            "catalogue.bench.cluster": "asks the Elasticsearch of a measurement how much it holds",
            "hub.core.caches": "asks the operator’s Redis",
            "hub.management.components": "asks the operator’s Redis whether it is fit",
        },
    ),
    Rule(
        "mail goes through the outbox",
        EVERYWHERE,
        mail,
        breaks=("from django.core.mail import send_mail", "from django.core import mail"),
        passes=("from hub.core import outbox",),
        allowed={"hub.core.letters": "sends what the outbox brings"},
    ),
    Rule(
        "no text is trusted as HTML",
        EVERYWHERE,
        trusted_markup,
        breaks=(
            "mark_safe(text)",
            "from django.utils import safestring\nsafestring.SafeString(text)",
            "@mark_safe\ndef show():\n    return ''",
            "register.filter(show, is_safe=True)",
        ),
        passes=("format_html('<p>{}</p>', text)", "def show() -> SafeString:\n    return escape(text)"),
        allowed={
            "hub.templatetags.ui": "hands on what the template engine has rendered, and so escaped, already",
            "hub.door.adapters": "draws a QR code: a path made of numbers",
        },
    ),
    Rule(
        "no form is taken out of the protection against forgery",
        EVERYWHERE,
        csrf_exempt,
        breaks=("@csrf_exempt\ndef view(request):\n    pass", "csrf.csrf_exempt(view)"),
        passes=("@csrf_protect\ndef view(request):\n    pass",),
    ),
    Rule(
        "no request chooses the arguments of a call",
        EVERYWHERE,
        unpacked_requests,
        breaks=(
            "tools.filter(**request.GET.dict())",
            "tools.filter(**dict(request.POST))",
            "Form(**self.request.POST)",
        ),
        passes=("Form(request.POST)", "shell(**context)"),
    ),
    Rule(
        "Django writes the SQL",
        EVERYWHERE,
        raw_sql,
        breaks=(
            "Tool.objects.raw('SELECT 1')",
            "tools.extra(where=['1=1'])",
            "tools.annotate(x=RawSQL('1', []))",
            "connection.cursor().execute('SELECT 1')",
        ),
        passes=("logger.info('x', extra={'topic': topic})",),
        allowed={
            "hub.views.health": "asks the database whether it answers",
            "catalogue.bench.rival.measure": "lets the database gather its statistics before measuring",
            "hub.bench.databases": "makes and drops the databases of the measurements",
            "hub.management.taking_turns": "takes a lock that only PostgreSQL has",
            "hub.core.search.elastic_engine": "asks Elasticsearch, whose client calls options extra and sending execute",
        },
    ),
    Rule(
        "translators see whole texts",
        EVERYWHERE,
        broken_messages,
        breaks=(
            "gettext(f'{count} tools')",
            "_('%s tools' % count)",
            "pgettext_lazy('colours', 'Light' + suffix)",
            "ngettext('{} tool', '{} tools'.format(count), count)",
        ),
        passes=("gettext('%(count)s tools') % {'count': count}", "ngettext('tool', 'tools', count)"),
    ),
    Rule(
        "what others call says what it does",
        ("hub.core", "*.actions", "*.queries", "*.rules", "*.search"),
        silent_definitions,
        breaks=("def visible_to(user):\n    pass", '"""Reads."""\nclass Words:\n    pass'),
        passes=('"""Reads."""\ndef _private():\n    pass', ""),
    ),
    Rule(
        "forms name their fields",
        EVERYWHERE,
        every_field,
        breaks=("class Meta:\n    fields = '__all__'",),
        passes=("__all__ = ['visible_to']", "class Meta:\n    fields = ['name']"),
    ),
)

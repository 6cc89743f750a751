"""What the layers promise beyond their imports, read from the syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.rules import RULES, Rule
from tests.architecture.tree import PROJECT, Module, module_from, modules

every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.law)

VERBS = {
    "answer",
    "close",
    "create",
    "end",
    "grant",
    "import",
    "lift",
    "load",
    "publish",
    "report",
    "revoke",
    "suspend",
    "withdraw",
}
# Public functions in actions/ that change nothing: their module is where what they read is known.
NOT_ACTIONS = {
    "catalogue.actions.load_vocabulary.vocabulary_problems": "checks the shipped files",
    "catalogue.actions.load_vocabulary.shipped_codes": "reads the shipped files",
}
DRAWERS = {"util", "utils", "helper", "helpers", "common", "misc", "shared", "stuff"}


@every_rule
def test_the_law_holds(rule: Rule) -> None:
    broken = [
        f"{module.path}:{line} {what}"
        for module in modules()
        if module.is_in(*rule.where) and module.name not in rule.allowed
        for line, what in rule.breaches(module)
    ]
    assert broken == []


@every_rule
def test_the_law_is_about_something(rule: Rule) -> None:
    assert any(module.is_in(*rule.where) for module in modules())


@every_rule
def test_every_exception_is_still_needed(rule: Rule) -> None:
    idle = set(rule.allowed)
    for module in modules():
        if module.name in idle and any(rule.breaches(module)):
            idle.discard(module.name)
    assert idle == set()


@pytest.mark.parametrize(
    ("rule", "source"), [(rule, source) for rule in RULES for source in rule.breaks], ids=str
)
def test_a_breach_is_found(rule: Rule, source: str) -> None:
    assert list(rule.breaches(module_from(source)))


@pytest.mark.parametrize(
    ("rule", "source"), [(rule, source) for rule in RULES for source in rule.passes], ids=str
)
def test_what_only_looks_like_a_breach_passes(rule: Rule, source: str) -> None:
    assert list(rule.breaches(module_from(source))) == []


def actions_of(module: Module) -> Iterator[ast.FunctionDef]:
    """Yield the public functions of a module that stands directly in an actions folder."""
    parts = module.name.split(".")
    if len(parts) > 2 and parts[-2] == "actions":
        for node in module.tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                yield node


def action_faults(module: Module) -> list[str]:
    """Return what the actions of a module lack: a name of verb and noun, a keyword for who acts."""
    faults = []
    for function in actions_of(module):
        name = f"{module.name}.{function.name}"
        if name in NOT_ACTIONS:
            continue
        verb, _, noun = function.name.partition("_")
        if verb not in VERBS or not noun:
            faults.append(f"{name} is not named as a verb and a noun")
        if "by" not in [argument.arg for argument in function.args.kwonlyargs]:
            faults.append(f"{name} has no keyword-only `by`")
    return faults


def test_actions_are_verbs_with_nouns_and_say_who_acts() -> None:
    assert [fault for module in modules() for fault in action_faults(module)] == []


def test_an_action_without_name_or_actor_is_found() -> None:
    seeded = module_from(
        "def publish_tool(tool, *, by):\n    pass\n"
        "def publish_tools(tools, by):\n    pass\n"
        "def tool_publishing(tool, *, by):\n    pass\n"
        "def publish(tool, *, by):\n    pass\n",
        "catalogue.actions.seeded",
    )
    assert action_faults(seeded) == [
        "catalogue.actions.seeded.publish_tools has no keyword-only `by`",
        "catalogue.actions.seeded.tool_publishing is not named as a verb and a noun",
        "catalogue.actions.seeded.publish is not named as a verb and a noun",
    ]


def test_every_reader_among_the_actions_is_there() -> None:
    found = {f"{module.name}.{function.name}" for module in modules() for function in actions_of(module)}
    assert set(NOT_ACTIONS) <= found


def test_nothing_is_a_drawer() -> None:
    drawers = [
        path.relative_to(PROJECT).as_posix()
        for package in ("hub", "catalogue", "learning", "community", "tests", "launcher", "docs")
        for path in (PROJECT / package).rglob("*")
        if path.stem.lower() in DRAWERS and "__pycache__" not in path.parts
    ]
    assert drawers == []

"""What the layers promise beyond their imports, read from the syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.rules import RULES, Rule
from tests.architecture.tree import PROJECT, Module, module_from, modules

every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.law)

VERBS = {
    "accept",
    "add",
    "admit",
    "align",
    "answer",
    "confirm",
    "create",
    "decide",
    "destroy",
    "end",
    "grant",
    "import",
    "issue",
    "keep",
    "load",
    "move",
    "note",
    "object",
    "propose",
    "record",
    "recuse",
    "report",
    "request",
    "show",
    "start",
    "submit",
    "suspend",
    "take",
    "tell",
    "vouch",
    "withdraw",
}
# Public functions in actions/ that change nothing: their module is where what they read is known.
NOT_ACTIONS = {
    "catalogue.actions.load_vocabulary.shipped_codes": "reads the shipped files",
    "catalogue.actions.load_vocabulary.vocabulary_problems": "checks the shipped files",
    "catalogue.actions.settle_conflict.can_be_taken": "tells whether the action would be refused",
    "catalogue.actions.vouch_for_texts.columns_without_origin": "tells what the action would be about",
    "catalogue.actions.vouch_for_texts.text_columns": "tells what the action is about",
    "community.actions.members.check_grant": "tells whether the action would be refused",
}
NAMED_BY_THE_DOMAIN = {
    "community.actions.enrolment.enrol": "the person of a one-time link",
    "community.actions.enrolment.invite": "the person who gets one",
}
_APPLICANT = "the applicant, who has no account yet"
ACTOR_KNOWN_OTHERWISE = {
    "community.actions.applications.answer_questions": _APPLICANT,
    "community.actions.applications.confirm_address": _APPLICANT,
    "community.actions.applications.issue_code": _APPLICANT,
    "community.actions.applications.request_code": _APPLICANT,
    "community.actions.applications.request_invitation": _APPLICANT,
    "community.actions.applications.start_application": _APPLICANT,
    "community.actions.applications.submit_application": _APPLICANT,
    "community.actions.applications.withdraw_application": _APPLICANT,
    "community.actions.applications.tell_focal_points": "nobody acts: it follows from what the applicant or vetters did",
    "community.actions.documents.add_document": _APPLICANT,
    "community.actions.vetting.admit_applicant": "nobody acts: two vetters have, and the time for objections is over",
    "community.actions.enrolment.enrol": "whoever holds the link is its person",
    "hub.core.actions.groups.align_groups": "nobody acts: groups follow the roles that somebody gave",
    "hub.core.actions.sessions.note_credential_change": "only the person can change how they sign in",
    "hub.core.actions.sessions.note_new_place": "only the person signs in to their account",
    "hub.core.actions.sessions.note_wrong_factor": "nobody knows who it was",
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
    ("rule", "source"),
    [
        pytest.param(rule, source, id=f"{rule.law} {number}")
        for rule in RULES
        for number, source in enumerate(rule.breaks)
    ],
)
def test_a_breach_is_found(rule: Rule, source: str) -> None:
    assert list(rule.breaches(module_from(source)))


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        pytest.param(rule, source, id=f"{rule.law} {number}")
        for rule in RULES
        for number, source in enumerate(rule.passes)
    ],
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
        if (verb not in VERBS or not noun) and name not in NAMED_BY_THE_DOMAIN:
            faults.append(f"{name} is not named as a verb and a noun")
        keywords = [argument.arg for argument in function.args.kwonlyargs]
        if "by" not in keywords and name not in ACTOR_KNOWN_OTHERWISE:
            faults.append(f"{name} has no keyword-only `by`")
    return faults


def test_actions_are_verbs_with_nouns_and_say_who_acts() -> None:
    assert [fault for module in modules() for fault in action_faults(module)] == []


def test_an_action_without_name_or_actor_is_found() -> None:
    seeded = module_from(
        "def report_fact(fact, *, by):\n    pass\n"
        "def report_facts(facts, by):\n    pass\n"
        "def fact_reporting(fact, *, by):\n    pass\n"
        "def report(fact, *, by):\n    pass\n",
        "catalogue.actions.seeded",
    )
    assert action_faults(seeded) == [
        "catalogue.actions.seeded.report_facts has no keyword-only `by`",
        "catalogue.actions.seeded.fact_reporting is not named as a verb and a noun",
        "catalogue.actions.seeded.report is not named as a verb and a noun",
    ]


def test_every_verb_and_every_exception_is_there() -> None:
    found = {
        f"{module.name}.{function.name}": function for module in modules() for function in actions_of(module)
    }
    assert {*NOT_ACTIONS, *NAMED_BY_THE_DOMAIN, *ACTOR_KNOWN_OTHERWISE} <= set(found)
    others = set(found) - {*NOT_ACTIONS, *NAMED_BY_THE_DOMAIN}
    assert {found[name].name.partition("_")[0] for name in others} == VERBS


def test_nothing_is_a_drawer() -> None:
    drawers = [
        path.relative_to(PROJECT).as_posix()
        for package in ("hub", "catalogue", "learning", "community", "tests", "launcher", "docs")
        for path in (PROJECT / package).rglob("*")
        if path.stem.lower() in DRAWERS and "__pycache__" not in path.parts
    ]
    assert drawers == []

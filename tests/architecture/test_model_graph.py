"""Foreign keys go along the arrows of the database: the floor knows no room, and no room its neighbours' secrets.

Import contracts cannot see them: between rooms a foreign key is a string.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from django.apps import apps
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.test.utils import isolate_apps

from tests.architecture.tree import migrations

# Which labels of ours the models of a label may name. What is not named here belongs to Django or Wagtail.
ARROWS = {
    "core": set[str](),
    "catalogue": {"core"},
    "learning": {"core", "catalogue"},
    "community": {"core", "catalogue", "learning"},
    "hub": {"core", "catalogue", "learning", "community"},
    "demo": {"core", "catalogue", "learning", "community", "hub"},
}
ROOMS = {"catalogue", "learning", "community"}
FLOOR_STANDS_ON = {"auth", "contenttypes"}


def our_models() -> list[type[models.Model]]:
    """Return every model of ours, those that Django makes for a relation included."""
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in ARROWS]


def relations(model: type[models.Model]) -> Iterator[tuple[models.Field, str]]:
    """Yield each relation that a model declares or inherits, and the label that it leads to."""
    meta = model._meta
    fields = [*meta.local_fields, *meta.local_many_to_many, *meta.private_fields]
    for field in fields:
        target = getattr(field.remote_field, "model", None)
        if target is None:
            continue
        if isinstance(target, str):  # not resolved, because its app is not installed
            label = target.split(".")[0] if "." in target else meta.app_label
        else:
            label = target._meta.app_label
        yield field, label


def wrong_arrows(found: Iterable[type[models.Model]]) -> list[str]:
    """Return a sentence for each relation that goes against the arrows, or shows in another room's model."""
    wrong = []
    for model in found:
        here = model._meta.app_label
        for field, there in relations(model):
            name = f"{model._meta.label}.{field.name}"
            if here == there:
                continue
            if there in ARROWS and there not in ARROWS[here]:
                wrong.append(f"{name} leads from {here} to {there}")
            if here == "core" and there not in ARROWS and there not in FLOOR_STANDS_ON:
                wrong.append(f"{name} leads from the floor to {there}")
            if {here, there} <= ROOMS and not getattr(field.remote_field, "hidden", False):
                wrong.append(f'{name} shows in the other room: it needs related_name="+"')
            if isinstance(field, GenericRelation) and there in ARROWS and there != here:
                wrong.append(f"{name} is a generic relation into another label")
    return wrong


def test_every_label_of_ours_has_its_arrows() -> None:
    ours = {
        config.label
        for config in apps.get_app_configs()
        if config.name.split(".")[0] in ("hub", "catalogue", "learning", "community")
    }
    assert ours == set(ARROWS)


def test_every_relation_goes_along_the_arrows() -> None:
    found = our_models()
    assert {"core", "catalogue", "hub"} <= {model._meta.app_label for model in found}
    assert wrong_arrows(found) == []


@isolate_apps("catalogue", "learning", "community", "hub.core")
def test_a_relation_against_the_arrows_is_caught() -> None:
    class Seeded(models.Model):  # noqa: DJ008 - never shown
        officer = models.ForeignKey("community.Officer", models.CASCADE, related_name="+")

        class Meta:
            app_label = "catalogue"

    class SeededFloor(models.Model):  # noqa: DJ008
        tool = models.ManyToManyField("catalogue.Tool")
        image = models.ForeignKey("wagtailimages.Image", models.CASCADE, related_name="+")

        class Meta:
            app_label = "core"

    class SeededShown(models.Model):  # noqa: DJ008
        tool = models.ForeignKey("catalogue.Tool", models.CASCADE, related_name="courses")
        quiet = models.ForeignKey("catalogue.Tool", models.CASCADE, related_name="+")
        user = models.ForeignKey("core.User", models.CASCADE, related_name="courses")

        class Meta:
            app_label = "learning"

    assert wrong_arrows([Seeded, SeededFloor, SeededShown]) == [
        "catalogue.Seeded.officer leads from catalogue to community",
        "core.SeededFloor.image leads from the floor to wagtailimages",
        "core.SeededFloor.tool leads from core to catalogue",
        'learning.SeededShown.tool shows in the other room: it needs related_name="+"',
    ]


def test_the_first_migration_of_the_floor_stands_on_auth_and_contenttypes_alone() -> None:
    first = migrations()["core", "0001_initial"]
    assert {label for label, _ in first.dependencies} == FLOOR_STANDS_ON


@pytest.mark.parametrize("label", sorted(ARROWS))
def test_migrations_depend_along_the_arrows(label: str) -> None:
    for (owner, name), migration in migrations().items():
        if owner != label:
            continue
        needed = {there for there, _ in migration.dependencies if there in ARROWS} - {label}
        assert needed <= ARROWS[label], name

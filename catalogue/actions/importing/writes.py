"""Carries a plan out: rows in bulk, and once for each tool what `save` would do for each row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import override
from modeltranslation.translator import translator
from wagtail.log_actions import log
from wagtail.models import ReferenceIndex, Revision

from catalogue.actions.importing.history import IMPORTED
from catalogue.actions.importing.plan import Change, Plan
from catalogue.actions.importing.present import plain
from catalogue.actions.importing.provenance import ImportedText, note_provenance
from catalogue.actions.importing.tables import RECORDS
from catalogue.models import Capability, Stage, Tool, Vendor
from catalogue.models.vocabulary import EVERY_TOOL, INDEX_TOPIC, TAXONOMY_COUNTER, Concept
from hub.core import audit, outbox
from hub.core.languages import DEFAULT_LANGUAGE
from hub.core.models import Counter, User
from hub.core.text import sort_key

_LINKS: dict[str, type[Concept]] = {"stages": Stage, "capabilities": Capability}
_BATCH = 500
_IN_ORDER_OF_THE_FILE = frozenset({"error_measures", "cautions"})

Progress = Callable[[str, int, int], None]
"""Is told what is being done, how much of it is done and how much there is."""


def write(plan: Plan, *, by: User | None, progress: Progress) -> None:
    """Write the plan. Must run in a transaction.

    Each tool whose own facts have changed gets one revision; each tool that anything has changed of gets one
    line in the audit, one in its history and one entry in the outbox.
    """
    with override(DEFAULT_LANGUAGE):
        _write_records(plan, progress)
        touched = _touched_tools(plan)
        revised = {
            change.tool
            for name, changes in plan.changes.items()
            if RECORDS[name].in_draft
            for change in changes
        }
        _close(touched, revised, plan, by=by, progress=progress)


def _write_records(plan: Plan, progress: Progress) -> None:
    for done, name in enumerate(RECORDS):
        progress("Writing", done, len(RECORDS))
        changes = plan.changes.get(name, [])
        new = [change for change in changes if change.pk is None]
        old = [change for change in changes if change.pk is not None]
        _create(name, new)
        _update(name, old)
    progress("Writing", len(RECORDS), len(RECORDS))


def _create(name: str, changes: list[Change]) -> None:
    if not changes:
        return
    record = RECORDS[name]
    resolve = _Resolver(changes)
    instances = [record.model(**resolve.attributes(change)) for change in changes]
    if record.model is Capability:
        last = plain(Capability).aggregate(last=Max("position"))["last"]
        for number, instance in enumerate(instances):
            instance.position = number if last is None else last + 1 + number  # type: ignore[attr-defined]
    if record.model is Tool:
        _make_live(instances)
    if name in _IN_ORDER_OF_THE_FILE:
        for change, instance in zip(changes, instances, strict=True):
            instance.position = change.row  # type: ignore[attr-defined]
    plain(record.model).bulk_create(instances, batch_size=_BATCH)
    for change, instance in zip(changes, instances, strict=True):
        change.pk = instance.pk
    if record.model is Tool:
        _link(changes, resolve)
    _note_texts(name, changes)


def _make_live(tools: Iterable[Any]) -> None:
    now = timezone.now()
    for tool in tools:
        tool.slug = tool.code
        tool.name_sort = sort_key(tool.name, DEFAULT_LANGUAGE)[:200]
        tool.live = True
        tool.first_published_at = tool.last_published_at = now


def _update(name: str, changes: list[Change]) -> None:
    if not changes:
        return
    record = RECORDS[name]
    resolve = _Resolver(changes)
    instances = plain(record.model).in_bulk([change.pk for change in changes])
    columns: set[str] = set()
    for change in changes:
        instance = instances[change.pk]
        for attribute, value in resolve.attributes(change).items():
            setattr(instance, attribute, value)
            columns.add(attribute)
        if record.model is Tool and "name" in change.values:
            instance.name_sort = sort_key(instance.name, DEFAULT_LANGUAGE)[:200]
            columns.add("name_sort")
    columns |= {base for base in map(_base_column, columns) if base in _translated(record.model)}
    if columns:
        plain(record.model).bulk_update(instances.values(), sorted(columns), batch_size=_BATCH)
    if record.model is Tool:
        _link(changes, resolve)
    _note_texts(name, changes)


class _Resolver:
    """Turns values of cells into attributes of records; looks up each referenced table once."""

    def __init__(self, changes: Collection[Change]) -> None:
        fields = {field for change in changes for field in change.values}
        record = changes and next(iter(changes)).record
        own = record.model if record else None
        self.ids: dict[str, dict[str, int]] = {}
        if "tool" in fields:
            self.ids["tool"] = _ids(Tool, "code")
        if "capability" in fields:
            self.ids["capability"] = _ids(Capability, "code")
        if own is Tool:
            self.ids["vendor"] = _ids(Vendor, "name")
            self.ids |= {field: _ids(model, "code") for field, model in _LINKS.items()}

    def attributes(self, change: Change) -> dict[str, Any]:
        """Return the columns of the record's own table."""
        attributes: dict[str, Any] = {}
        for field, value in change.values.items():
            if field in _LINKS:
                continue
            if field in self.ids:
                attributes[f"{field}_id"] = self.ids[field][value] if value else None
            else:
                attributes[field] = value
            if field == "printed_value":
                attributes["value"] = Decimal(value)
        return attributes


def _ids(model: type[models.Model], name: str) -> dict[str, int]:
    return dict(plain(model).values_list(name, "pk"))


def _link(changes: Iterable[Change], resolve: _Resolver) -> None:
    for link in _LINKS:
        field: Any = Tool._meta.get_field(link)
        through = field.remote_field.through
        target = f"{field.m2m_reverse_field_name()}_id"
        wanted = {
            (change.pk, resolve.ids[link][code])
            for change in changes
            if link in change.values
            for code in change.values[link]
        }
        tools = [change.pk for change in changes if link in change.values]
        present = {
            (tool, linked): pk
            for pk, tool, linked in plain(through)
            .filter(tool_id__in=tools)
            .values_list("pk", "tool_id", target)
        }
        gone = [pk for pair, pk in present.items() if pair not in wanted]
        if gone:
            plain(through).filter(pk__in=gone).delete()
        plain(through).bulk_create(
            [through(**{"tool_id": tool, target: linked}) for tool, linked in sorted(wanted - set(present))],
            batch_size=_BATCH,
        )


def _note_texts(name: str, changes: Iterable[Change]) -> None:
    model = RECORDS[name].model
    translated = _translated(model)
    note_provenance(
        ImportedText(model, change.pk or 0, _base_column(field), DEFAULT_LANGUAGE)
        for change in changes
        for field, value in change.values.items()
        if value and field != _base_column(field) and _base_column(field) in translated
    )


def _base_column(field: str) -> str:
    return field.removesuffix(f"_{DEFAULT_LANGUAGE}")


def _translated(model: type[models.Model]) -> frozenset[str]:
    if model not in translator.get_registered_models():
        return frozenset()
    return frozenset(translator.get_options_for_model(model).all_fields)


def _touched_tools(plan: Plan) -> dict[str, set[str]]:
    """Return the codes of tools that anything has changed of, with the tables where it did."""
    touched: dict[str, set[str]] = defaultdict(set)
    for name, changes in plan.changes.items():
        for change in changes:
            if change.tool:
                touched[change.tool].add(name)
    return touched


def _close(
    touched: dict[str, set[str]], revised: Collection[str], plan: Plan, *, by: User | None, progress: Progress
) -> None:
    tools = list(
        Tool.objects.filter(code__in=touched)
        .order_by("pk")
        .prefetch_related("fact_sources", "aliases", "stages", "capabilities")
    )
    created = {change.tool for change in plan.changes.get("tools", []) if "code" in change.values}
    revisions = _revise([tool for tool in tools if tool.code in revised], by=by)
    for done, tool in enumerate(tools):
        if done % 20 == 0:
            progress("Recording", done, len(tools))
        if tool.pk in revisions:
            ReferenceIndex.create_or_update_for_object(tool)
        audit.record(
            "tool.imported", tool, by=by, created=tool.code in created, tables=sorted(touched[tool.code])
        )
        log(
            tool,
            IMPORTED,
            user=by,
            revision=revisions.get(tool.pk),
            content_changed=True,
            data={"import": True, "tables": sorted(touched[tool.code])},
        )
    progress("Recording", len(tools), len(tools))
    keys = [tool.pk for tool in tools]
    vendors = Vendor.objects.filter(pk__in=[change.pk or 0 for change in plan.changes.get("vendors", [])])
    for vendor in vendors.order_by("pk"):
        audit.record("vendor.imported", vendor, by=by)
    concerned = Tool.objects.filter(vendor__in=vendors).exclude(pk__in=keys)
    keys += concerned.values_list("pk", flat=True)
    if plan.changes.get("capabilities"):
        close_taxonomy(
            Capability.objects.filter(pk__in=[change.pk or 0 for change in plan.changes["capabilities"]]),
            by=by,
        )
    if keys:
        outbox.enqueue(INDEX_TOPIC, keys)


def close_taxonomy(concepts: Iterable[Concept], *, by: User | None) -> None:
    """Do once for many changed concepts what saving each would do: caches, index and audit learn of it."""
    Counter.renew(TAXONOMY_COUNTER)
    outbox.enqueue(INDEX_TOPIC, [EVERY_TOOL])
    for concept in concepts:
        audit.record("taxonomy.imported", concept, by=by, code=concept.code)


def _revise(tools: list[Tool], *, by: User | None) -> dict[int, Revision]:
    """Make one revision for each tool, which is the live one, and return them by the ids of the tools."""
    if not tools:
        return {}
    now = timezone.now()
    content_type = Tool.get_content_type()
    for tool in tools:
        tool.last_published_at = now
    revisions = Revision.objects.bulk_create(
        [
            Revision(
                content_type=content_type,
                base_content_type=content_type,
                object_id=str(tool.pk),
                created_at=now,
                user=by,
                object_str=str(tool),
                content=tool.serializable_data(),
            )
            for tool in tools
        ],
        batch_size=100,
    )
    by_tool = {int(revision.object_id): revision for revision in revisions}
    for tool in tools:
        tool.latest_revision = tool.live_revision = by_tool[tool.pk]
    plain(Tool).bulk_update(
        tools, ["latest_revision", "live_revision", "last_published_at"], batch_size=_BATCH
    )
    return by_tool

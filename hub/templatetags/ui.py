"""The components of the interface: explicit parameters, no queries, one template each.

docs/design-system.md lists them; /styleguide shows every one in every state.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from babel import Locale
from babel.dates import format_date, format_skeleton
from django import template
from django.forms import BaseForm, BoundField
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language as active_language
from django.utils.translation import gettext, pgettext

from hub.core.languages import DEFAULT_LANGUAGE, direction_of, get_language

register = template.Library()

FRESH_DAYS = 90
"""A fact checked at most this many days ago counts as fresh."""
AGEING_MONTHS = 12
"""A fact checked more months ago than this is overdue."""
LONGEST_ADDRESS = 70
"""Of longer addresses only so many characters are shown."""

Day = dt.date | dt.datetime | str | None

_LOCALES = {
    "ar": Locale("ar"),
    "zh-hans": Locale("zh", script="Hans"),
    "en": Locale("en", "GB"),
    "fr": Locale("fr"),
    "ru": Locale("ru"),
    "es": Locale("es"),
}
# CLDR's medium Arabic date is figures only, whose order reads differently by country.
_DAY_FORMATS = {"ar": "d MMMM y"}
_MONTH_SKELETONS = {"ar": "yMMMM"}
_LIST_SEPARATORS = {"ar": "، ", "zh-hans": "、"}
_REDUCED_DATE = re.compile(r"^(\d{4})(?:-(\d{2}))?$")


def _page_language() -> str:
    return get_language(active_language()).code


def _locale() -> Locale:
    return _LOCALES[_page_language()]


# Dates and freshness


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as sources give it: a day, or only a month or a year of which `start` is the first day."""

    start: dt.date
    precision: Literal["day", "month", "year"]

    @property
    def iso(self) -> str:
        """The value of a `datetime` attribute, as precise as the source was."""
        return self.start.isoformat()[: {"day": 10, "month": 7, "year": 4}[self.precision]]

    @property
    def words(self) -> str:
        """The date in the page's language."""
        language = _page_language()
        if self.precision == "year":
            return str(self.start.year)
        if self.precision == "month":
            skeleton = _MONTH_SKELETONS.get(language, "yMMM")
            return format_skeleton(skeleton, self.start, locale=_locale())
        return format_date(self.start, _DAY_FORMATS.get(language, "medium"), locale=_locale())


def moment_of(value: Day) -> Moment | None:
    """Return the date in `value`, or None if there is none.

    Raises ValueError for text that is neither a date nor a year or month in ISO 8601.

    >>> moment_of("2024-02").iso
    '2024-02'
    """
    if value is None or value == "":
        return None
    if isinstance(value, dt.datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return Moment(local.date(), "day")
    if isinstance(value, dt.date):
        return Moment(value, "day")
    if reduced := _REDUCED_DATE.match(value):
        year, month = reduced.groups()
        return Moment(dt.date(int(year), int(month or 1), 1), "month" if month else "year")
    return Moment(dt.date.fromisoformat(value[:10]), "day")


@dataclass(frozen=True, slots=True)
class Freshness:
    """How long ago a fact was checked: `state` picks the shape, `months` the words."""

    state: Literal["fresh", "ageing", "overdue", "never"]
    moment: Moment | None
    months: int

    @property
    def icon(self) -> str:
        """Name of the symbol: full disc, half disc, dashed clock or dotted ring."""
        return {"fresh": "f3", "ageing": "f2", "overdue": "f1", "never": "f0"}[self.state]


def _whole_months(start: dt.date, end: dt.date) -> int:
    months = (end.year - start.year) * 12 + end.month - start.month
    return max(0, months - (end.day < start.day))


def freshness_of(checked_on: Day, today: dt.date | None = None) -> Freshness:
    """Return how fresh a fact is. `months`: age if ageing, months past the limit if overdue.

    A month or a year counts from its first day: a fact must not look fresher than it may be.
    """
    moment = moment_of(checked_on)
    if moment is None:
        return Freshness("never", None, 0)
    today = today or timezone.localdate()
    if (today - moment.start).days <= FRESH_DAYS:
        return Freshness("fresh", moment, 0)
    months = _whole_months(moment.start, today)
    if months < AGEING_MONTHS:
        return Freshness("ageing", moment, months)
    return Freshness("overdue", moment, months - AGEING_MONTHS)


@register.simple_tag
def date_of(value: Day) -> SafeString | str:
    """Return `value` as a localised `<time>`; an empty string without a date."""
    moment = moment_of(value)
    if moment is None:
        return ""
    return format_html('<time datetime="{}">{}</time>', moment.iso, moment.words)


@register.inclusion_tag("components/freshness.html")
def freshness(checked_on: Day, *, short: bool = False, today: dt.date | None = None) -> dict[str, Any]:
    """Show when a fact was last checked; `short` for the column of days beside facts."""
    return {"freshness": freshness_of(checked_on, today), "short": short, "checked_on": checked_on}


# Words


@register.filter
def listed(items: Iterable[Any] | None) -> str:
    """Join items as the page's language does (Arabic and Chinese have commas of their own)."""
    separator = _LIST_SEPARATORS.get(_page_language(), ", ")
    return separator.join(str(item) for item in items or ())


@register.filter
def language_name(code: str) -> str:
    """Return the name of a language in the page's language; the code itself if it has no name."""
    if code == "zh-hans":
        return _locale().languages.get("zh", code)
    return _locale().languages.get(code.lower().split("-")[0], code)


@register.filter
def shown_address(url: str) -> str:
    """Return an address as a reader wants it: without scheme, and not longer than a line."""
    parts = urlsplit(url)
    address = (parts.hostname or "").removeprefix("www.") + parts.path.rstrip("/")
    return address if len(address) <= LONGEST_ADDRESS else f"{address[: LONGEST_ADDRESS - 1]}…"


@register.filter
def direction(code: str) -> str:
    """Return `ltr` or `rtl` for a language code."""
    return direction_of(code)


@register.filter
def html_lang(code: str) -> str:
    """Return the value of a `lang` attribute for a language code."""
    return get_language(code).html_lang


@register.filter
def is_foreign(code: str) -> bool:
    """Tell whether a language code names another language than the page's."""
    return bool(code) and code != _page_language()


# Signs


@register.simple_tag
def icon(name: str, *, mirror: bool = False) -> SafeString:
    """Return a symbol of the sprite. It is decoration: words must stand beside it."""
    return format_html(
        '<svg class="i{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        " i-dir" if mirror else "",
        static("hub/icons.svg"),
        name,
    )


@register.simple_tag
def emblem() -> SafeString:
    """Return the emblem; an operator replaces the file hub/emblem.svg."""
    return format_html('<svg aria-hidden="true"><use href="{}#emblem"/></svg>', static("hub/emblem.svg"))


@register.simple_tag
def not_known(words: str | Promise = "") -> SafeString:
    """Return the value "not known", or other words with the same look."""
    return format_html('<span class="nk">{}</span>', words or gettext("not known"))


@register.inclusion_tag("components/state.html")
def state(kind: str, text: str, *, icon: str = "") -> dict[str, Any]:
    """Show a state: `kind` ok, wait, no or soft; each has its own shape."""
    icons = {"ok": "tick", "wait": "f1", "no": "x", "soft": ""}
    return {"kind": kind, "text": text, "icon_name": icon or icons[kind]}


@register.inclusion_tag("components/state.html")
def legal_status(status: str, *, expired: bool = False) -> dict[str, Any]:
    """Show the legal status of a tool in a country; an expired one is no longer relied on."""
    kind, name, text = {
        "permitted": ("ok", "may", pgettext("legal status", "permitted")),
        "conditional": ("wait", "if", pgettext("legal status", "with conditions")),
        "prohibited": ("no", "no", pgettext("legal status", "prohibited")),
        "decided": ("no", "ruling", pgettext("legal status", "decided by an authority")),
        "unknown": ("unknown", "", gettext("not known")),
    }[status]
    if expired and kind != "unknown":
        kind, name = "wait", "f1"
    return {"kind": kind, "text": text, "icon_name": name, "expired": expired}


@register.inclusion_tag("components/audience.html")
def audience(level: int, text: str = "", *, url: str = "") -> dict[str, Any]:
    """Show who sees a line: 0 only me, 1 whom I accept, 2 my country, 3 all members."""
    words = (
        pgettext("audience", "only me"),
        pgettext("audience", "officers I accept"),
        pgettext("audience", "officers of my country"),
        pgettext("audience", "all members"),
    )
    arcs = ("M11 4a7.5 7.5 0 0 1 0 10", "M16 2.5a10.5 10.5 0 0 1 0 13", "M21 1a14 14 0 0 1 0 16")
    return {
        "arcs": [(path, number < level) for number, path in enumerate(arcs)],
        "text": text or words[level],
        "url": url,
    }


# Facts


@register.inclusion_tag("components/source_mark.html")
def source_mark(
    number: int | str = "", url: str = "", checked_on: Day = None, *, today: dt.date | None = None
) -> dict[str, Any]:
    """Show the boxed number of a source and the day on which it was checked."""
    return {"number": number, "url": url or f"#s{number}", "checked_on": checked_on, "today": today}


def _fact(label: str, value: Any, **rest: Any) -> dict[str, Any]:
    return {"label": label, "value": "" if value is None else value, **rest}


@register.inclusion_tag("components/fact.html")
def fact(
    label: str,
    value: Any,
    *,
    source: int | str = "",
    source_url: str = "",
    checked_on: Day = None,
    today: dt.date | None = None,
    action_url: str = "",
    action_text: str = "",
    language: str = "",
) -> dict[str, Any]:
    """Show one row of a `dl.ledger`; an empty value is shown as not known, zero is a value."""
    return _fact(
        label,
        value,
        source=source,
        source_url=source_url,
        checked_on=checked_on,
        today=today,
        action_url=action_url,
        action_text=action_text,
        language=language,
    )


@register.simple_block_tag
def fact_block(
    content: SafeString,
    label: str,
    *,
    source: int | str = "",
    source_url: str = "",
    checked_on: Day = None,
    today: dt.date | None = None,
) -> SafeString:
    """Show one row of a `dl.ledger` whose value is the HTML of the block."""
    row = _fact(
        label,
        content.strip() and SafeString(content.strip()),
        source=source,
        source_url=source_url,
        checked_on=checked_on,
        today=today,
    )
    return render_to_string("components/fact.html", row)


@register.inclusion_tag("components/sources.html")
def sources(items: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """List sources: `number`, `title`, `url`, `note`, `checked_on`; marks lead to `#s<number>`."""
    return {"items": list(items)}


@register.inclusion_tag("components/glance.html")
def glance(items: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Show the two-minute answer: `question`, `answer` (empty: not known) and `why`."""
    return {"items": list(items)}


# Notices


_NOTICES = {
    "caution": "caution",
    "ruling": "ruling",
    "info": "info",
    "care": "info",
}


def _notice_title(kind: str) -> str:
    return {
        "caution": gettext("Caution"),
        "ruling": gettext("Decision by an authority"),
        "info": gettext("For your information"),
        "care": gettext("Before you start"),
    }[kind]


@register.simple_block_tag
def notice(
    content: SafeString,
    kind: str = "info",
    *,
    title: str = "",
    level: int = 2,
    source_label: str = "",
    source_url: str = "",
    checked_on: Day = None,
    note: str = "",
    today: dt.date | None = None,
) -> SafeString:
    """Show a caution, a ruling, an information or a word of care; `level` is that of its heading."""
    return render_to_string(
        "components/notice.html",
        {
            "content": content,
            "kind": kind,
            "icon_name": _NOTICES[kind],
            "title": title or _notice_title(kind),
            "level": level,
            "source_label": source_label,
            "source_url": source_url,
            "checked_on": checked_on,
            "note": note,
            "today": today,
        },
    )


@register.inclusion_tag("components/flag.html")
def flag(kind: str, text: str, *, language: str = "") -> dict[str, Any]:
    """Show a caution or ruling in a list: icon, bold word, the full sentence."""
    return {"kind": kind, "title": _notice_title(kind), "text": text, "language": language}


@register.inclusion_tag("components/empty_state.html")
def empty_state(
    sentence: str,
    *,
    help: str = "",  # noqa: A002 - the word of the template
    url: str = "",
    link: str = "",
) -> dict[str, Any]:
    """Show that nothing is here: one sentence, what would help, one link."""
    return {"sentence": sentence, "help": help, "url": url, "link": link}


# Stages


@register.inclusion_tag("components/stages.html")
def stages(
    stages: Iterable[Any],
    served: Collection[str],
    *,
    wellbeing: str = "",
    wellbeing_served: bool = False,
    label: str = "",
) -> dict[str, Any]:
    """Show the eight stages (each with `code` and `label`), those served in bold under a thick bar."""
    return {
        "stages": list(stages),
        "served": served,
        "wellbeing": wellbeing,
        "wellbeing_served": wellbeing_served,
        "label": label,
    }


@register.inclusion_tag("components/stage_marks.html")
def stage_marks(stages: Iterable[Any], served: Collection[str]) -> dict[str, Any]:
    """Show the short form of the stages for lists and tables; unknown if no stage is served."""
    return {"stages": list(stages), "served": served}


@register.inclusion_tag("components/stage_links.html")
def stage_links(links: Iterable[Mapping[str, Any]], *, label: str = "") -> dict[str, Any]:
    """Show the stages as a way into the catalogue: `label`, `url`, `count`."""
    return {"links": list(links), "label": label}


# Languages of content


@register.inclusion_tag("components/provenance.html")
def provenance(state: str, source_language: str = DEFAULT_LANGUAGE, *, url: str = "") -> dict[str, Any]:
    """Show where a translation comes from: source, draft, reviewed, changed or untranslated.

    `url` leads to the text in its source language.
    """
    icons = {
        "source": ("orig", ""),
        "draft": ("draft", "draft"),
        "reviewed": ("rev", "rev"),
        "changed": ("changed", "draft"),
        "untranslated": ("orig", ""),
    }
    icon_name, css = icons[state]
    return {
        "state": state,
        "icon_name": icon_name,
        "css": css,
        "is_english": source_language == DEFAULT_LANGUAGE,
        "language": language_name(source_language),
        "url": url,
    }


@register.inclusion_tag("components/language_text.html")
def language_text(
    text: str, language: str = "", *, tag: str = "p", css: str = "", provenance: bool = True
) -> dict[str, Any]:
    """Show a text in its own language and direction and say so when the page has another one."""
    if tag not in {"p", "span", "div", "dd", "blockquote"}:
        raise template.TemplateSyntaxError(f"language_text cannot stand in <{tag}>")
    return {"text": text, "language": language, "tag": tag, "css": css, "provenance": provenance}


# Finding


@register.inclusion_tag("components/search_box.html")
def search_box(
    value: str = "",
    *,
    label: str = "",
    form: str = "filters",
    name: str = "q",
    big: bool = True,
    button: str = "",
) -> dict[str, Any]:
    """Show the search field of the form with the id `form`, which may stand elsewhere on the page."""
    return {"value": value, "label": label, "form": form, "name": name, "big": big, "button": button}


@register.inclusion_tag("components/facet_group.html")
def facet_group(
    name: str,
    label: str,
    options: Iterable[Any],
    *,
    open: bool = False,  # noqa: A002 - the attribute of <details>
    limit: int = 12,
) -> dict[str, Any]:
    """Show one group of filters. An option: `value`, `label`, `count`, `checked`, `unknown`, `language`.

    Options without a result are grey; a count of None is not shown. Of more than `limit` options, those that are
    neither chosen nor among the most frequent wait behind "Show all".
    """
    every = [_option(option) for option in options]
    chosen = sum(bool(option["checked"]) for option in every)
    first = every
    if len(every) > limit:
        by_count = sorted(every, key=lambda option: (not option["checked"], -(option["count"] or 0)))
        kept = [id(option) for option in by_count[: max(limit - 2, chosen)]]
        first = [option for option in every if id(option) in kept]
    rest = [option for option in every if option not in first]
    return {
        "name": name,
        "label": label,
        "first": first,
        "rest": rest,
        "number": len(every),
        "chosen": chosen,
        "open": open or chosen > 0,
    }


def _option(option: Any) -> dict[str, Any]:
    keys = ("value", "label", "count", "checked", "unknown", "language")
    if isinstance(option, Mapping):
        return {key: option.get(key) for key in keys}
    return {key: getattr(option, key, None) for key in keys}


@register.inclusion_tag("components/chosen_filters.html")
def chosen_filters(filters: Iterable[Mapping[str, Any]], *, clear_url: str = "") -> dict[str, Any]:
    """Show chosen filters as links that remove them: `label`, `url` of the page without it."""
    return {"filters": list(filters), "clear_url": clear_url}


@register.inclusion_tag("components/pager.html")
def pager(
    *,
    previous_url: str = "",
    next_url: str = "",
    first: int | None = None,
    last: int | None = None,
    total: int | None = None,
    previous_text: str = "",
    next_text: str = "",
    label: str = "",
) -> dict[str, Any]:
    """Lead to the page before and after; `first` to `last` of `total` if all three are given."""
    return {
        "previous_url": previous_url,
        "next_url": next_url,
        "first": first,
        "last": last,
        "total": total,
        "counted": None not in (first, last, total),
        "previous_text": previous_text,
        "next_text": next_text,
        "label": label,
    }


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(items: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Show where the reader is: `title`, and `url` of all but the page itself."""
    return {"items": list(items)}


@register.inclusion_tag("components/contents.html")
def contents(items: Iterable[Mapping[str, Any]], *, label: str = "") -> dict[str, Any]:
    """Show the contents of a long page: `title`, `url`, `current`."""
    return {"items": list(items), "label": label}


# Forms


@register.inclusion_tag("components/button.html")
def button(
    text: str,
    *,
    kind: str = "main",
    icon: str = "",
    small: bool = False,
    url: str = "",
    name: str = "",
    value: str = "",
    type: str = "submit",  # noqa: A002 - the attribute of <button>
    disabled: bool = False,
    reason: str = "",
) -> dict[str, Any]:
    """Show a button, or a link that looks like one; kinds main, line, stop, quiet.

    A disabled button needs a `reason`, which stands beside it: raises TemplateSyntaxError without.
    """
    if disabled and not reason:
        raise template.TemplateSyntaxError("a disabled button needs its reason beside it")
    css = {"main": "btn", "line": "btn line", "stop": "btn stop", "quiet": "lk"}[kind]
    return {
        "text": text,
        "css": f"{css} sm" if small and kind != "quiet" else css,
        "icon_name": icon,
        "url": url,
        "name": name,
        "value": value,
        "type": type,
        "disabled": disabled,
        "reason": reason,
    }


def _target_id(field: BoundField) -> str:
    """Return the id that a link to the field leads to: of a group, its first choice."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: BaseForm, *, focus: bool = True) -> dict[str, Any]:
    """List a form's errors before it, each a link to its field; nothing without errors.

    The list takes the focus when the page opens, unless `focus` is false.
    """
    errors = [
        (f"#{_target_id(field)}" if not field.is_hidden else "", message)
        for field in form
        for message in field.errors
    ]
    return {"errors": [("", message) for message in form.non_field_errors()] + errors, "focus": focus}


@register.inclusion_tag("components/field.html")
def field(field: BoundField, *, heading: bool = False) -> dict[str, Any]:
    """Show a form's field with label, hint and error; `heading`: its label is the page's h1."""
    kind = "choices" if field.use_fieldset else field.widget_type
    return {
        "field": field,
        "kind": kind,
        "heading": heading,
        "optional": not field.field.required and kind != "checkbox",
        "hint_id": f"{field.auto_id}_helptext",
        "error_id": f"{field.auto_id}_error",
    }


@register.inclusion_tag("components/form_fields.html")
def form_fields(form: BaseForm) -> dict[str, Any]:
    """Show all fields of a form, hidden ones included."""
    return {"form": form}


@register.inclusion_tag("components/progress_bar.html")
def progress_bar(value: int, maximum: int, label: str) -> dict[str, Any]:
    """Show progress; `label` says it in words."""
    return {"value": value, "maximum": maximum, "label": label}


# Figures


@register.simple_tag
def dots(per_hundred: float | Literal[""] | None) -> SafeString:
    """Return a hundred dots, as many red as errors in a hundred; all hollow if the rate is not known.

    A rate above zero never shows as none: below one half the one red dot is small.
    """
    positions = [(5 + 10 * (number % 10), 5 + 10 * (number // 10)) for number in range(100)]
    # A template gives an empty string for a value that is missing.
    if per_hundred is None or per_hundred == "":
        label = gettext("not known")
        circles: list[tuple[str, int, int, str]] = [("u", x, y, "3.2") for x, y in positions]
    else:
        hits = max(1, round(per_hundred)) if per_hundred > 0 else 0
        radius = "3.8" if per_hundred >= 0.5 else "1.9"
        if 0 < per_hundred < 0.5:
            label = gettext("fewer than 1 of 100")
        else:
            label = gettext("%(hits)s of 100") % {"hits": hits}
        circles = [
            ("hit-dot", x, y, radius) if number < hits else ("d", x, y, "3.2")
            for number, (x, y) in enumerate(positions)
        ]
    return format_html(
        '<svg class="dots" viewBox="0 0 100 100" role="img" aria-label="{}">{}</svg>',
        label,
        format_html_join("", '<circle class="{}" cx="{}" cy="{}" r="{}"/>', circles),
    )


@register.inclusion_tag("components/error_card.html")
def error_card(
    false_positives: Mapping[str, Any] | None,
    false_negatives: Mapping[str, Any] | None,
    *,
    meaning: str = "",
    calculate_url: str = "",
    level: int = 3,
) -> dict[str, Any]:
    """Show both kinds of error of a tool. A half: `definition`, `rate` (per cent), `display`, `note`,
    `measured_by`, `published`, `version`, `test_set`, `by_group`, `source`, `source_url`; what is
    missing is shown as not known.
    """
    halves = (
        (gettext("False positives"), false_positives or {}),
        (gettext("False negatives"), false_negatives or {}),
    )
    return {"halves": halves, "meaning": meaning, "calculate_url": calculate_url, "level": level}


@register.inclusion_tag("components/egress_card.html")
def egress_card(rows: Iterable[Mapping[str, Any]], *, caption: str = "") -> dict[str, Any]:
    """Show what leaves the network. A row: `data`, `state` (stays, leaves, optional, unknown), `text`, `source`,
    `source_url`, `language` of the text, `is_detail` of a row whose text needs no word for its state.
    """
    return {"rows": list(rows), "caption": caption}


@register.inclusion_tag("components/bar_chart.html")
def bar_chart(
    caption: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    unknown: bool = False,
    maximum: float | None = None,
) -> dict[str, Any]:
    """Show counts as a table with bars: `label`, `count`, `url`. `unknown` hatches the bars.

    `maximum` is the count of a full bar, so that charts side by side share one scale.
    """
    full = maximum or max((row["count"] for row in rows), default=0) or 1
    bars = []
    for row in rows:
        width = round(100 * row["count"] / full, 1)
        # One stroke every 2.2 units, leaning, as many as fit: drawn, because a pattern needs an id.
        strokes = " ".join(f"M{x / 10:.1f} 6l1.6-6" for x in range(2, int(width * 10) - 16, 22))
        bars.append({**row, "width": f"{width:.1f}", "strokes": strokes})
    return {"caption": caption, "rows": bars, "unknown": unknown}

"""The gallery: every component in every state, in both themes and six languages.

Demonstration and development only. Tools and dates are real records; people are invented.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import pgettext_lazy

from hub.core.languages import LANGUAGES, resolve_code

TODAY = dt.date(2026, 11, 24)
"""The gallery's day, so that the ages of its facts never change."""
CHECKED = dt.date(2026, 11, 21)

_STAGE_CODES = (
    "prevention",
    "intake-triage",
    "acquisition",
    "analysis",
    "victim-identification",
    "suspect-identification",
    "case-building",
    "reporting-disclosure",
)
# The gallery shows how long words behave in each language, so these stand here and in no catalogue of texts.
_STAGE_LABELS = {
    "ar": "الوقاية|التلقّي والفرز|الجمع والحفظ|التحليل|تحديد هوية الضحايا"
    "|تحديد هوية المشتبه بهم|بناء القضية|الإبلاغ والإفصاح",
    "zh-hans": "预防|接报与分流|取证|分析|受害人识别|嫌疑人识别|构建案件|报告与披露",
    "en": "Prevention|Intake and triage|Acquisition|Analysis|Victim identification|Suspect identification"
    "|Case building|Reporting and disclosure",
    "fr": "Prévention|Réception et tri|Acquisition|Analyse|Identification des victimes"
    "|Identification des suspects|Constitution du dossier|Signalement et communication",
    "ru": "Предупреждение|Приём и сортировка|Изъятие данных|Анализ|Установление пострадавших"
    "|Установление подозреваемых|Подготовка дела|Отчётность и раскрытие",
    "es": "Prevención|Recepción y triaje|Adquisición|Análisis|Identificación de víctimas"
    "|Identificación de sospechosos|Preparación del caso|Informe y revelación",
}

_COLOURS = (
    "paper",
    "surface",
    "sunk",
    "rule",
    "ink",
    "ink-2",
    "edge",
    "accent",
    "accent-2",
    "tint",
    "caution",
    "caution-tint",
    "stop",
    "stop-tint",
    "ok",
    "ok-tint",
    "mark",
    "hatch",
)

_ICONS = (
    "search",
    "filter",
    "down",
    "next",
    "sep",
    "x",
    "tick",
    "caution",
    "ruling",
    "info",
    "f3",
    "f2",
    "f1",
    "f0",
    "orig",
    "draft",
    "rev",
    "changed",
    "list",
    "cmp",
    "ask",
    "quote",
    "print",
    "lock",
    "me",
    "bell",
    "ring",
    "here",
    "out",
    "may",
    "if",
    "no",
    "edit",
)

_TOOLS: tuple[dict[str, Any], ...] = (
    {
        "slug": "cyacomb-examiner",
        "name": "Cyacomb Examiner",
        "vendor": "Cyacomb (formerly Cyan Forensics)",
        "summary": (
            (
                "Rapid triage tool that scans devices for known illegal files with protected filters of ",
                False,
            ),
            ("hashes", True),
            (".", False),
        ),
        "stages": {"intake-triage", "acquisition"},
        "provenance": "reviewed",
        "cost": "commercial",
        "runs": ("desktop",),
        "access": "",
        "ai": "no AI",
    },
    {
        "slug": "iped",
        "name": "IPED Digital Forensic Tool",
        "vendor": "Brazilian Federal Police experts (SEPINF)",
        "summary": (
            (
                "Evidence processing tool developed by Brazilian Federal Police experts, with ",
                False,
            ),
            ("hash sets", True),
            (", nudity detection, face search, transcription, chat parsers and gallery blur filters.", False),
        ),
        "stages": {
            "intake-triage",
            "analysis",
            "victim-identification",
            "suspect-identification",
            "reporting-disclosure",
        },
        "caution": (
            "The release notes say that its CSAM detectors depend on proprietary models or services, and "
            "PhotoDNA support is available to law enforcement only."
        ),
        "provenance": "draft",
        "cost": "open source",
        "runs": ("desktop",),
        "access": "anyone",
        "ai": "AI assists",
    },
    {
        "slug": "clearview-ai",
        "name": "Clearview AI",
        "vendor": "Clearview AI",
        "summary": (
            ("Face recognition service that searches a database of faces gathered from the open web.", False),
        ),
        "stages": {"victim-identification", "suspect-identification"},
        "ruling": (
            "The Dutch data protection authority fined Clearview AI EUR 30.5 million in 2024 for an illegal "
            "database and warned that using its service is illegal for Dutch organisations."
        ),
        "provenance": "changed",
        "cost": "commercial",
        "runs": ("vendor’s service",),
        "access": "law enforcement only",
        "ai": "AI is the core",
    },
    {
        "slug": "t3k-leap",
        "name": "T3K LEAP",
        "vendor": "T3K.AI",
        "summary": (("Classifier for pictures and video on seized phones.", False),),
        "stages": set[str](),
        "provenance": "source",
        "cost": "commercial",
        "runs": ("own servers", "cloud"),
        "access": "",
        "ai": "AI is the core",
    },
)


class SpecimenForm(forms.Form):
    """One field of every kind."""

    agency = forms.CharField(label="Agency", help_text="As it is written on your official letters.")
    email = forms.EmailField(
        label="Official e-mail",
        error_messages={"invalid": "Write the whole address, such as name@police.example"},
    )
    function = forms.ChoiceField(
        label="What you do",
        choices=[("investigator", "Investigator"), ("forensic", "Forensic expert"), ("trainer", "Trainer")],
    )
    rows = forms.ChoiceField(
        label="Rows",
        widget=forms.RadioSelect,
        choices=[("all", "All rows"), ("differences", "Only differences")],
    )
    material = forms.MultipleChoiceField(
        label="Data you work with",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("image", "Image"), ("video", "Video"), ("phone", "Phone")],
    )
    note = forms.CharField(
        label="What should we know?", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    listed = forms.BooleanField(label="List me in the directory", required=False)


def styleguide(request: HttpRequest) -> HttpResponse:
    """Show the gallery; `theme` (light, dark) and `language` choose how."""
    language = resolve_code(request.GET.get("language", "")) or translation.get_language() or "en"
    theme = request.GET.get("theme", "")
    theme = theme if theme in {"light", "dark"} else ""
    with translation.override(language):
        return render(request, "styleguide/styleguide.html", _context(request, language, theme))


def _context(request: HttpRequest, language: str, theme: str) -> dict[str, Any]:
    labels = _STAGE_LABELS[language].split("|")
    stages = [{"code": code, "label": label} for code, label in zip(_STAGE_CODES, labels, strict=True)]
    chosen = request.GET.getlist("stage")
    tools = [tool for tool in _TOOLS if not chosen or tool["stages"] & set(chosen)]
    if request.GET.get("sort") == "name":
        tools.sort(key=lambda tool: tool["name"])
    form = SpecimenForm(
        {
            "email": "l.ortega@police",
            "rows": "differences",
            "listed": "on",
            "function": "forensic",
            "agency": "x",
        }
    )
    return {
        "theme": theme,
        "language_links": [
            {
                "code": other.code,
                "name": other.native_name,
                "dir": other.direction,
                "url": f"{request.path}?language={other.code}&theme={theme}",
                "current": other.code == language,
            }
            for other in LANGUAGES
        ],
        "current_language": language,
        "members_only": True,
        "demo_mode": True,
        "current_room": "catalogue",
        "today": TODAY,
        "checked": CHECKED,
        "ageing": dt.date(2026, 3, 20),
        "overdue": dt.date(2025, 9, 10),
        "just_overdue": dt.date(2025, 11, 12),
        "colours": _COLOURS,
        "icons": _ICONS,
        "stages": stages,
        "served": {"intake-triage", "analysis", "victim-identification"},
        "stage_links": [
            {**stage, "url": f"{request.path}?stage={stage['code']}", "count": count}
            for stage, count in zip(stages, (15, 36, 22, 80, 23, 20, 21, 27), strict=True)
        ],
        "stage_counts": [
            {"label": stage["label"], "count": count}
            for stage, count in zip(stages, (15, 36, 22, 80, 23, 20, 21, 27), strict=True)
        ],
        "gaps": [
            {"label": "Interface languages", "count": 57},
            {"label": "Vendor’s country", "count": 26},
            {"label": "Cost", "count": 16},
        ],
        "stage_options": [
            {
                "value": stage["code"],
                "label": stage["label"],
                "count": sum(1 for tool in _TOOLS if stage["code"] in tool["stages"]),
                "checked": stage["code"] in chosen,
            }
            for stage in stages
        ],
        "offline_options": [
            {"value": "yes", "label": pgettext_lazy("works offline", "Yes"), "count": 10},
            {"value": "no", "label": pgettext_lazy("works offline", "No"), "count": 4},
            {"value": "not-known", "label": "", "count": 7, "unknown": True},
        ],
        "chosen_filters": [
            {"label": stage["label"], "url": f"{request.path}?language={language}&theme={theme}#filters-part"}
            for stage in stages
            if stage["code"] in chosen
        ],
        "tools": tools,
        "tool_total": len(_TOOLS),
        "sort": request.GET.get("sort", ""),
        "sort_choices": [("", "Best match"), ("name", "Name")],
        "query": request.GET.get("q", ""),
        "crumbs": [{"title": "Catalogue", "url": request.path}, {"title": "Speech-to-text"}],
        "glance_items": [
            {"question": "Can we have it?", "answer": "Anyone can", "why": "Public download"},
            {"question": "What does it cost?", "answer": "No licence fee", "why": "Open source, MIT"},
            {"question": "What leaves our network?", "answer": "Nothing needs to", "why": "Works offline"},
            {
                "question": "How does it err?",
                "answer": "Invents phrases",
                "why": "in about 1% of tested transcripts",
            },
            {"question": "May we use it?", "answer": "", "why": "No decision on record for your country"},
        ],
        "false_positives": {
            "definition": "It writes words that nobody said.",
            "rate": 1.0,
            "display": "about 1%",
            "note": "of tested transcripts held invented phrases; 38% of these phrases held explicit harms.",
            "measured_by": "researchers, not the vendor",
            "published": "2024-06",
            "source": 2,
            "source_url": "#s2",
        },
        "false_negatives": {"definition": "It leaves out words that were said."},
        "egress_rows": [
            {
                "data": "The recording",
                "state": "stays",
                "text": "The model runs on your machine.",
                "source": 1,
                "source_url": "#s1",
                "language": "en",
            },
            {
                "data": "The picture, on a vendor’s service",
                "state": "leaves",
                "text": "To the vendor.",
                "source": 2,
                "source_url": "#s2",
                "language": "en",
            },
            {
                "data": "Download of the model",
                "state": "optional",
                "text": "Only at the first use; the file can be brought in by hand.",
                "source": 1,
                "source_url": "#s1",
                "language": "en",
            },
            {"data": "Usage statistics", "state": "unknown"},
        ],
        "source_list": [
            {
                "number": 1,
                "title": "github.com/openai/whisper",
                "url": "https://github.com/openai/whisper",
                "note": "the publisher’s repository",
                "checked_on": CHECKED,
            },
            {
                "number": 2,
                "title": "doi.org/10.1145/3630106.3658996",
                "url": "https://doi.org/10.1145/3630106.3658996",
                "note": "published study, June 2024",
                "checked_on": CHECKED,
            },
        ],
        "contents_items": [
            {"title": "Colour", "url": "#colour", "current": True},
            {"title": "Facts", "url": "#facts"},
            {"title": "Filters and results", "url": "#filters-part"},
            {"title": "Comparison", "url": "#comparison"},
        ],
        "form": form,
        "audiences": (0, 1, 2, 3),
        "legal_statuses": ("permitted", "conditional", "prohibited", "decided", "unknown"),
        "provenances": ("source", "draft", "reviewed", "changed", "untranslated"),
        "lessons": [
            {"title": "What these tools do", "minutes": 8, "state": "done"},
            {"title": "When a classifier is wrong", "minutes": 12, "state": "here"},
            {"title": "Checking a match by hand", "minutes": 15, "state": "todo"},
        ],
    }

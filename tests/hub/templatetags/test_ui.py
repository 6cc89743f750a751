"""The components: what they show, what they refuse, and in which language they say it."""

from __future__ import annotations

import datetime as dt

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation

from hub.templatetags import ui

TODAY = dt.date(2026, 11, 24)


def render(source: str, **context: object) -> str:
    """Render a template and fold its white space."""
    return " ".join(Template(source).render(Context(context)).split())


@pytest.mark.parametrize(
    ("checked_on", "state", "months"),
    [
        (TODAY, "fresh", 0),
        (TODAY - dt.timedelta(days=90), "fresh", 0),
        (TODAY - dt.timedelta(days=91), "ageing", 2),
        (dt.date(2025, 11, 25), "ageing", 11),
        (dt.date(2025, 11, 24), "overdue", 0),
        (dt.date(2025, 9, 10), "overdue", 2),
        ("2026-10", "fresh", 0),
        ("2025", "overdue", 10),
        (None, "never", 0),
        ("", "never", 0),
    ],
)
def test_freshness_has_four_states(checked_on: ui.Day, state: str, months: int) -> None:
    found = ui.freshness_of(checked_on, TODAY)
    assert (found.state, found.months) == (state, months)


def test_a_date_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="isoformat"):
        ui.moment_of("last spring")


@pytest.mark.parametrize(
    ("language", "day", "month"),
    [
        ("ar", "21 نوفمبر 2026", "نوفمبر 2026"),
        ("zh-hans", "2026年11月21日", "2026年11月"),
        ("en", "21 Nov 2026", "Nov 2026"),
        ("fr", "21 nov. 2026", "nov. 2026"),
        ("es", "21 nov 2026", "nov 2026"),
    ],
)
def test_dates_are_words_of_the_language_and_as_precise_as_the_source(
    language: str, day: str, month: str
) -> None:
    with translation.override(language):
        assert render("{% date_of '2026-11-21' %}") == f'<time datetime="2026-11-21">{day}</time>'
        assert render("{% date_of '2026-11' %}") == f'<time datetime="2026-11">{month}</time>'
        assert render("{% date_of '2026' %}") == '<time datetime="2026">2026</time>'


def test_a_russian_date_names_its_month() -> None:
    with translation.override("ru"):
        assert "нояб" in render("{% date_of '2026-11-21' %}")


def test_freshness_says_the_day_and_the_age() -> None:
    html = render("{% freshness day today=today %}", day=dt.date(2025, 9, 10), today=TODAY)
    assert "#f1" in html
    assert 'class="fresh due"' in html
    assert "check overdue by 2 months" in html
    assert 'datetime="2025-09-10"' in html
    assert "never checked" in render("{% freshness None %}")


@pytest.mark.parametrize("value", ["", None])
def test_a_fact_without_a_value_is_not_known(value: str | None) -> None:
    assert '<dd><span class="nk">not known</span></dd>' in render("{% fact 'Price' value %}", value=value)


def test_zero_is_a_value() -> None:
    html = render("{% fact 'Price' value %}", value=0)
    assert "<dd>0</dd>" in html
    assert "nk" not in html


def test_values_are_escaped() -> None:
    html = render("{% fact 'Price' value %}{% flag 'caution' value %}", value="<script>")
    assert "<script>" not in html
    assert html.count("&lt;script&gt;") == 2


def test_a_fact_leads_to_its_source() -> None:
    html = render("{% fact 'Licence' 'MIT' source=1 source_url='#s1' checked_on='2026-11-21' %}")
    assert '<a class="ref" href="#s1"><span class="vh">Source </span>1</a>' in html
    assert '<time datetime="2026-11-21">' in html


def test_a_block_of_html_can_be_a_fact() -> None:
    assert "<dd><b>MIT</b></dd>" in render("{% fact_block 'Licence' %}<b>MIT</b>{% endfact_block %}")
    assert 'class="nk"' in render("{% fact_block 'Licence' %} {% endfact_block %}")


@pytest.mark.parametrize(
    ("rate", "red", "grey", "hollow", "words"),
    [
        (None, 0, 0, 100, "not known"),
        (0, 0, 100, 0, "0 of 100"),
        (0.1, 1, 99, 0, "fewer than 1 of 100"),
        (1.0, 1, 99, 0, "1 of 100"),
        (37.6, 38, 62, 0, "38 of 100"),
        (100, 100, 0, 0, "100 of 100"),
    ],
)
def test_a_rate_is_a_hundred_dots(rate: float | None, red: int, grey: int, hollow: int, words: str) -> None:
    html = render("{% dots rate %}", rate=rate)
    counted = tuple(html.count(f'class="{name}"') for name in ("hit-dot", "d", "u"))
    assert counted == (red, grey, hollow)
    assert f'aria-label="{words}"' in html
    assert "style" not in html


def test_filters_without_results_are_grey_and_never_vanish() -> None:
    options = [
        {"value": "a", "label": "Alpha", "count": 0, "checked": False},
        {"value": "b", "label": "Beta", "count": 0, "checked": True},
        {"value": "c", "label": "Gamma", "count": 3, "checked": False},
    ]
    html = render("{% facet_group 'stage' 'Stage' options %}", options=options)
    assert html.count('<li class="zero">') == 2
    assert 'id="facet-stage-b" name="stage" value="b" checked' in html
    assert '<span class="n">3</span>' in html
    assert "<small>1 chosen</small>" in html
    assert 'id="facet-stage" open' in html
    assert "Show all" not in html


def test_of_many_filters_the_frequent_and_the_chosen_show_first() -> None:
    options = [
        {"value": f"v{number}", "label": f"V {number}", "count": number, "checked": number == 0}
        for number in range(20)
    ]
    html = render("{% facet_group 'data' 'Data' options %}", options=options)
    shown, behind = html.split("Show all 20")
    assert [number for number in range(20) if f'value="v{number}"' in shown] == [0, *range(11, 20)]
    assert [number for number in range(20) if f'value="v{number}"' in behind] == [*range(1, 11)]


def test_lists_are_joined_as_the_language_does() -> None:
    with translation.override("ar"):
        assert render("{{ items|listed }}", items=["صور", "فيديو"]) == "صور، فيديو"
    with translation.override("zh-hans"):
        assert render("{{ items|listed }}", items=["图像", "视频"]) == "图像、视频"
    assert render("{{ items|listed }}", items=["image", "video"]) == "image, video"
    assert render("{{ items|listed }}", items=None) == ""


def test_a_foreign_text_carries_its_language() -> None:
    with translation.override("ar"):
        html = render("{% language_text 'Face analysis library' 'en' %}")
        assert '<p lang="en" dir="ltr">Face analysis library</p>' in html
        assert "prov" in html
    html = render("{% language_text 'Face analysis library' 'en' %}")
    assert html == "<p>Face analysis library</p>"


def test_a_disabled_button_says_why() -> None:
    with pytest.raises(TemplateSyntaxError, match="reason"):
        render("{% button 'Approve' disabled=True %}")
    assert "opens when two classes hold" in render(
        "{% button 'Approve' disabled=True reason='opens when two classes hold' %}"
    )


def test_bars_are_drawn_without_styles_and_print_their_number() -> None:
    rows = [{"label": "Cost", "count": 16}, {"label": "Languages", "count": 0}]
    html = render("{% bar_chart 'Gaps' rows unknown=True maximum=80 %}", rows=rows)
    assert 'width="20.0"' in html
    assert '<td class="r">16</td>' in html
    assert '<td class="r">0</td>' in html
    assert "style" not in html
    assert "<caption>Gaps</caption>" in render("{% bar_chart 'Gaps' rows %}", rows=[])


class SampleForm(forms.Form):
    """A field, a group of choices and a hidden field."""

    email = forms.EmailField(help_text="The one of your agency.")
    answer = forms.ChoiceField(widget=forms.RadioSelect, choices=[("yes", "Yes"), ("no", "No")])
    step = forms.CharField(widget=forms.HiddenInput)


def test_errors_lead_to_their_fields() -> None:
    form = SampleForm({"email": "l.ortega@police", "step": "2"})
    summary = render("{% error_summary form %}", form=form)
    fields = render("{% form_fields form %}", form=form)
    for target in ("id_email", "id_answer_0"):
        assert f'href="#{target}"' in summary
        assert f'id="{target}"' in fields
    assert 'aria-describedby="id_email_helptext id_email_error"' in fields
    assert 'id="id_email_helptext"' in fields
    assert 'id="id_email_error"' in fields
    assert "<fieldset" in fields
    assert 'type="hidden"' in fields
    assert render("{% error_summary form %}", form=SampleForm()) == ""


@pytest.mark.parametrize("state", ["source", "draft", "reviewed", "changed", "untranslated"])
def test_provenance_has_words_and_a_shape(state: str) -> None:
    english, french = (render(f"{{% provenance '{state}' '{code}' %}}") for code in ("en", "fr"))
    assert "<use href=" in english
    assert len(english.split("</svg>")[1]) > len("<span></span></span>")
    assert ("French" in french) == (state in {"source", "untranslated"})

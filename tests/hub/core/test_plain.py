"""What others read holds no character that nobody sees."""

from __future__ import annotations

import unicodedata

import pytest
from django import forms
from hypothesis import example, given
from hypothesis import strategies as st

from hub.core.plain import PlainTextField, PlainURLField, plain_text


class _Form(forms.Form):
    text = PlainTextField(max_length=20)
    url = PlainURLField(assume_scheme="https", required=False)


@given(st.text())
@example("e\u200b\u0301")
def test_nothing_unseen_is_left_and_nothing_changes_twice(text: str) -> None:
    plain = plain_text(text)
    assert not {"Cc", "Cf", "Cs", "Co"} & {unicodedata.category(one) for one in plain if one not in "\n\t"}
    assert plain_text(plain) == plain


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Grace\u202e\u200b Wanjiru", "Grace Wanjiru"),
        (" line\r\nline\t ", "line\nline"),
        ("e\u0301", "é"),
        ("نور الهدى", "نور الهدى"),
    ],
)
def test_what_is_seen_stays(typed: str, kept: str) -> None:
    assert plain_text(typed) == kept


def test_a_text_of_unseen_characters_is_none() -> None:
    assert _Form({"text": "\u200b\u202e"}).errors.as_data().keys() == {"text"}


def test_the_address_of_a_page_turns_nothing_around() -> None:
    form = _Form({"text": "x", "url": "https://evil.example/\u202egnp.exe"})
    assert form.is_valid()
    assert form.cleaned_data["url"] == "https://evil.example/gnp.exe"
    assert not _Form({"text": "x", "url": "java\u200bscript:alert(1)"}).is_valid()

"""What a dump of the database must not give away."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from hub.core.crypto import InvalidToken, decrypt, encrypt, keyed_hash

PURPOSES = st.text(max_size=12)


@settings(deadline=None)
@given(st.binary(max_size=300), PURPOSES)
def test_what_was_encrypted_is_read_again(value: bytes, purpose: str) -> None:
    assert decrypt(encrypt(value, purpose=purpose), purpose=purpose) == value


@settings(deadline=None)
@given(st.binary(min_size=8, max_size=100))
def test_nothing_of_it_shows(value: bytes) -> None:
    token = encrypt(value, purpose="p")
    assert value not in token
    assert token != encrypt(value, purpose="p")


@pytest.mark.parametrize("purpose", ["q", "", "P", "p "])
def test_another_purpose_does_not_open_it(purpose: str) -> None:
    with pytest.raises(InvalidToken):
        decrypt(encrypt(b"x", purpose="p"), purpose=purpose)


def test_another_secret_key_does_not_open_it(settings: Settings) -> None:
    token = encrypt(b"x", purpose="p")
    hashed = keyed_hash("x", purpose="p")
    settings.SECRET_KEY = "another" * 10
    with pytest.raises(InvalidToken):
        decrypt(token, purpose="p")
    assert keyed_hash("x", purpose="p") != hashed


@settings(deadline=None)
@given(st.data())
def test_a_damaged_token_is_refused(data: st.DataObject) -> None:
    token = bytearray(encrypt(b"a secret of some length", purpose="p"))
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != token[at]))
    token[at] = other
    try:
        opened = decrypt(bytes(token), purpose="p")
    except InvalidToken:
        return
    # Base 64 has spare bits at its end: another spelling of the same bytes is no forgery.
    assert opened == b"a secret of some length"


@pytest.mark.parametrize("token", [b"", b"x", b"\x00" * 100, "é".encode() * 60])
def test_what_is_no_token_is_refused(token: bytes) -> None:
    with pytest.raises(InvalidToken):
        decrypt(token, purpose="p")


@settings(deadline=None)
@given(st.text(max_size=60), PURPOSES)
def test_a_hash_is_the_same_each_time_and_tells_nothing(value: str, purpose: str) -> None:
    hashed = keyed_hash(value, purpose=purpose)
    assert hashed == keyed_hash(value, purpose=purpose)
    assert len(hashed) == 64
    assert set(hashed) <= set("0123456789abcdef")


def test_hashes_of_two_purposes_or_values_differ() -> None:
    assert len({keyed_hash(value, purpose=purpose) for value in "ab" for purpose in "pq"}) == 4

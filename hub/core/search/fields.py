"""What the fields of an index are called, and the form in which every engine holds keys, values and titles."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from hub.core.search.analysed import Analysed, Profile, completion_words
from hub.core.search.records import NEUTRAL, Schema

KEY = "key"
SHOWN_KEY = "shown_key"
HASH = "hash"
TITLE = "title"
TITLE_START = "title_start"
COMPLETIONS = "completions"
PROFILE = "profile"
NUDGE = "nudge"
BROWSE = "browse"

LONGEST_ORDER = 2_000
_LONGEST_VALUE = 512
_FIRST_OF_LONG = 100
_LONGEST_TITLE_START = 200


def clean(text: str) -> str:
    """Return a text that can be handed to an engine: lone surrogates become question marks."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def bounded(value: str) -> str:
    """Return a value as it is indexed: one that no engine could hold is cut and made distinct by its hash."""
    cleaned = clean(value)
    if len(cleaned) * 4 <= _LONGEST_VALUE or len(cleaned.encode()) <= _LONGEST_VALUE:
        return cleaned
    return f"{cleaned[:_FIRST_OF_LONG]}…{hashlib.sha256(cleaned.encode()).hexdigest()[:32]}"


def order_value(order: str) -> str:
    """Return a text to sort by as it is indexed."""
    return clean(order)[:LONGEST_ORDER]


def title_start(title: str) -> str:
    """Return the words with which a title begins, as completions compare them."""
    return clean(" ".join(completion_words(title))[:_LONGEST_TITLE_START])


def profile_text(found: Analysed) -> str:
    """Return a document's profile as it is stored beside it."""
    profile = found.profile
    return json.dumps(
        [profile.language, dict(profile.terms), {k: list(v) for k, v in profile.facets.items()}]
    )


def profile_of(text: str) -> Profile:
    """Return the profile that `profile_text` has stored."""
    language, terms, facets = json.loads(text)
    return Profile(language, terms, {facet: tuple(values) for facet, values in facets.items()})


def code_version(*files: str) -> str:
    """Return a hash of the code that decides what an index holds; a number raised by hand would be forgotten."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(Path(file).read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:12]


class Fields:
    """The fields of an index by what they hold. They are numbered, so that any name may stand in a schema."""

    def __init__(self, schema: Schema) -> None:
        """Number the fields of a schema."""
        self.texts: dict[tuple[str, str], str] = {}
        for at, text_field in enumerate(schema.text_fields):
            languages = schema.languages if text_field.translated else (NEUTRAL,)
            for language in languages:
                self.texts[text_field.name, language] = f"text_{at}_{_plain(language, schema)}"
        self.surfaces = {code: f"surface_{_plain(code, schema)}" for code in schema.languages}
        self.facets = {facet: f"facet_{at}" for at, facet in enumerate(schema.facets)}
        self.orders = {key: f"order_{at}" for at, key in enumerate(schema.sort_keys)}


def _plain(language: str, schema: Schema) -> str:
    return str(schema.languages.index(language)) if language else "neutral"

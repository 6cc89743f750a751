"""The catalogues of interface strings in locale/: extraction, comparison, and what is wrong with an entry."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from gettext import c2py
from pathlib import Path

import polib
from django.utils.translation import to_locale

from hub.core.languages import DEFAULT_LANGUAGE

PACKAGES = ("hub", "catalogue", "learning", "community")
_SUFFIXES = frozenset({".py", ".html", ".txt"})
_SKIPPED = frozenset({"static", "migrations", "__pycache__", "content", "demo_data", "vocabulary"})

# The plural rules of the six languages, as gettext writes them.
PLURAL_RULES = {
    "ar": (6, "n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5"),
    "zh-hans": (1, "0"),
    "en": (2, "n != 1"),
    "fr": (2, "n > 1"),
    "ru": (3, "n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2"),
    "es": (2, "n != 1"),
}
_NAMED = re.compile(r"%\((\w+)\)[-#0 +]*\d*(?:\.\d+)?[a-zA-Z]")
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")

Key = tuple[str, str, str]
"""Context, text, and plural text ("" without one) of a message."""


class GettextMissingError(Exception):
    """xgettext is not installed."""


def key_of(entry: polib.POEntry) -> Key:
    """Return what makes an entry the same message in every catalogue."""
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural or ""


def catalogue_path(locale: Path, language: str) -> Path:
    """Return where the catalogue of a language lies under a locale folder."""
    return locale / to_locale(language) / "LC_MESSAGES" / "django.po"


def extract(project: Path) -> list[polib.POEntry]:
    """Return every message of the four packages, in the order of their files.

    Django's makemessages works on a copy, so that the project stays as it is. Raises GettextMissingError without
    xgettext, ValueError with what makemessages says about a string that it cannot read.
    """
    if shutil.which("xgettext") is None:
        raise GettextMissingError
    with tempfile.TemporaryDirectory(prefix="hub-messages-") as name:
        folder = Path(name)
        for package in PACKAGES:
            for source in sorted((project / package).rglob("*")):
                parts = source.relative_to(project)
                if source.suffix in _SUFFIXES and not _SKIPPED.intersection(parts.parts[:-1]):
                    target = folder / parts
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(source, target)
        (folder / "locale").mkdir()
        done = subprocess.run(  # noqa: S603 - fixed words
            [sys.executable, "-c", _MAKEMESSAGES],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        template = folder / "locale" / "django.pot"
        if done.returncode != 0 or not template.exists():
            raise ValueError((done.stderr or done.stdout).strip().replace(f"{folder}/", ""))
        return [entry for entry in polib.pofile(str(template)) if not entry.obsolete]


# Settings of its own: those of the project would lead makemessages back to the project's locale folder.
_MAKEMESSAGES = """
import django
from django.conf import settings
from django.core.management import call_command
settings.configure(USE_I18N=True)
django.setup()
call_command(
    "makemessages", locale=["en"], keep_pot=True, no_location=True, no_wrap=True, no_obsolete=True, verbosity=0,
    extensions=["html", "txt", "py"],
)
"""


def merged(messages: list[polib.POEntry], current: polib.POFile | None, language: str) -> polib.POFile:
    """Return the catalogue of a language with exactly these messages, keeping every translation it has.

    A new message is empty, in English it is its own text. The header says nothing that changes by itself.
    """
    catalogue = polib.POFile(wrapwidth=0)
    count, rule = PLURAL_RULES[language]
    catalogue.metadata = {
        "Project-Id-Version": "hub",
        "Language": to_locale(language),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": f"nplurals={count}; plural=({rule});",
    }
    known = {key_of(entry): entry for entry in current or () if not entry.obsolete}
    for message in messages:
        entry = polib.POEntry(
            msgctxt=message.msgctxt,
            msgid=message.msgid,
            msgid_plural=message.msgid_plural,
            comment=message.comment,
            flags=[flag for flag in message.flags if flag != "fuzzy"],
        )
        before = known.get(key_of(message))
        if before is not None:
            entry.msgstr = before.msgstr
            entry.msgstr_plural = dict(before.msgstr_plural)
            entry.tcomment = before.tcomment
            if before.fuzzy:
                entry.flags.append("fuzzy")
        if language == DEFAULT_LANGUAGE and not entry.msgid_plural:
            entry.msgstr = entry.msgstr or entry.msgid
        if entry.msgid_plural:
            identity = [entry.msgid, entry.msgid_plural] if language == DEFAULT_LANGUAGE else [""] * count
            entry.msgstr_plural = {
                form: entry.msgstr_plural.get(form, "") or identity[form] for form in range(count)
            }
        catalogue.append(entry)
    return catalogue


def write(catalogue: polib.POFile, path: Path) -> bool:
    """Write a catalogue, unless the file says the same already; return whether it was written."""
    text = f"{catalogue}\n".replace("\n\n\n", "\n\n")
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return True


def problems(messages: list[polib.POEntry], catalogue: polib.POFile | None, language: str) -> Iterator[str]:
    """Yield what is wrong with the catalogue of a language, one sentence each."""
    if catalogue is None:
        yield "there is no catalogue"
        return
    wanted = {key_of(message) for message in messages}
    present: Counter[Key] = Counter(key_of(entry) for entry in catalogue if not entry.obsolete)
    for key in sorted(wanted - present.keys()):
        yield f"{_shown(key)} is not in the catalogue"
    for key in sorted(present.keys() - wanted):
        yield f"{_shown(key)} is no longer in the program"
    for key in sorted(key for key, number in present.items() if number > 1):
        yield f"{_shown(key)} stands there twice"
    expected = f"nplurals={PLURAL_RULES[language][0]}; plural=({PLURAL_RULES[language][1]});"
    if catalogue.metadata.get("Plural-Forms") != expected:
        yield f"the header must say Plural-Forms: {expected}"
    for entry in catalogue:
        if not entry.obsolete and key_of(entry) in wanted:
            yield from (f"{_shown(key_of(entry))} {fault}" for fault in entry_problems(entry, language))


def entry_problems(entry: polib.POEntry, language: str) -> Iterator[str]:
    """Yield what is wrong with one entry: untranslated, fuzzy, or breaking at run time."""
    if entry.fuzzy:
        yield "is marked fuzzy"
    if not entry.msgid_plural:
        if not entry.msgstr.strip():
            yield "is not translated"
        else:
            yield from _text_problems(entry.msgid, entry.msgstr)
        return
    count, rule = PLURAL_RULES[language]
    if sorted(entry.msgstr_plural) != list(range(count)):
        yield f"needs {count} plural forms and has {len(entry.msgstr_plural)}"
        return
    form_of = c2py(rule)
    numbers = Counter(form_of(number) for number in range(201))
    for form, text in sorted(entry.msgstr_plural.items()):
        if not text.strip():
            yield f"is not translated in plural form {form}"
            continue
        # A form for one number only may put it in words: "two tools" is one word in Arabic.
        left_out = 1 if numbers[form] == 1 else 0
        for fault in _text_problems(entry.msgid_plural, text, may_leave_out=left_out):
            yield f"{fault} in plural form {form}"


def _text_problems(source: str, text: str, may_leave_out: int = 0) -> Iterator[str]:
    wanted, found = set(_NAMED.findall(source)), set(_NAMED.findall(text))
    missing, strange = sorted(wanted - found), sorted(found - wanted)
    if len(missing) > may_leave_out:
        yield f"lacks %({missing[0]})s"
    if strange:
        yield f"has %({strange[0]})s, which the source has not"
    if (wanted or "%%" in source) and not strange:
        try:
            text % dict.fromkeys(wanted, 0)
        except (ValueError, TypeError):
            yield "has a single %, which must be written %%"
    if Counter(_TAG.findall(source)) != Counter(_TAG.findall(text)):
        yield "has other markup than the source"
    if source.startswith("\n") != text.startswith("\n") or source.endswith("\n") != text.endswith("\n"):
        yield "begins or ends with a line break where the source does not, or the reverse"


def _shown(key: Key) -> str:
    context, text, _ = key
    line = " ".join(text.split())
    line = line if len(line) <= 70 else line[:69] + "…"
    return f"“{line}” ({context})" if context else f"“{line}”"

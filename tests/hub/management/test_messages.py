"""The catalogues of interface strings: what is extracted, what is kept, and what is wrong with an entry."""

from __future__ import annotations

import shutil
from pathlib import Path

import polib
import pytest

from hub.core.languages import LANGUAGE_CODES
from hub.management import messages

needs_gettext = pytest.mark.skipif(shutil.which("xgettext") is None, reason="gettext is not installed")


def entry(msgid: str, *texts: str, plural: str = "", flags: tuple[str, ...] = ()) -> polib.POEntry:
    """Return an entry with one translation, or with one for each plural form."""
    made = polib.POEntry(msgid=msgid, msgid_plural=plural, flags=list(flags))
    if plural:
        made.msgstr_plural = dict(enumerate(texts))
    else:
        made.msgstr = texts[0]
    return made


def faults(made: polib.POEntry, language: str) -> list[str]:
    return list(messages.entry_problems(made, language))


@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_translation_is_missing(text: str) -> None:
    assert faults(entry("Search", text), "fr") == ["is not translated"]
    assert faults(entry("Search", "Chercher"), "fr") == []


def test_a_fuzzy_translation_is_not_accepted() -> None:
    assert faults(entry("Search", "Chercher", flags=("fuzzy",)), "fr") == ["is marked fuzzy"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("%(name)s trouvé", ""),
        ("Trouvé", "lacks %(name)s"),
        ("%(nom)s trouvé", "lacks %(name)s"),
        ("%(name)s et %(other)s", "has %(other)s, which the source has not"),
        ("%(name)s à 100 % trouvé", "has a single %, which must be written %%"),
        ("%(name)s à 100 %% trouvé", ""),
    ],
)
def test_placeholders_are_those_of_the_source(text: str, fault: str) -> None:
    found = faults(entry("%(name)s found", text), "fr")
    assert (fault in found) if fault else not found


def test_a_doubled_per_cent_sign_stays_double_without_any_placeholder() -> None:
    assert faults(entry("about 1%%", "environ 1 %%"), "fr") == []
    assert faults(entry("about 1%%", "environ 1 % x"), "fr") == ["has a single %, which must be written %%"]


@pytest.mark.parametrize(
    "text", ["Lisez <b>tout</b>.", "Lisez tout.", '<a href="%(url)s">Lisez</a> <script>']
)
def test_markup_is_that_of_the_source(text: str) -> None:
    source = 'Read <a href="%(url)s">all</a>.'
    assert "has other markup than the source" in faults(entry(source, text), "fr")
    assert faults(entry(source, 'Lisez <a href="%(url)s">tout</a>.'), "fr") == []


@pytest.mark.parametrize(
    ("language", "count"), [("ar", 6), ("zh-hans", 1), ("en", 2), ("fr", 2), ("ru", 3), ("es", 2)]
)
def test_each_language_has_its_number_of_plural_forms(language: str, count: int) -> None:
    source, plural = "%(number)s tool", "%(number)s tools"
    texts = ["%(number)s x"] * count
    assert faults(entry(source, *texts, plural=plural), language) == []
    found = faults(entry(source, *texts, "%(number)s y", plural=plural), language)
    assert found == [f"needs {count} plural forms and has {count + 1}"]
    if count > 1:
        texts[1] = ""
        assert faults(entry(source, *texts, plural=plural), language) == [
            "is not translated in plural form 1"
        ]


def test_only_a_form_for_a_single_number_may_say_it_in_words() -> None:
    forms = ["لا أدوات", "أداة واحدة", "أداتان", "%(n)s أدوات", "%(n)s أداة", "%(n)s أداة"]
    assert faults(entry("%(n)s tool", *forms, plural="%(n)s tools"), "ar") == []
    forms[3] = "أدوات"
    assert faults(entry("%(n)s tool", *forms, plural="%(n)s tools"), "ar") == ["lacks %(n)s in plural form 3"]
    # In French the first form is for none and for one.
    assert faults(entry("%(n)s tool", "un outil", "%(n)s outils", plural="%(n)s tools"), "fr") == [
        "lacks %(n)s in plural form 0"
    ]


def test_line_breaks_at_the_ends_are_those_of_the_source() -> None:
    assert faults(entry("\nDear colleague,\n", "\nChère collègue,\n"), "fr") == []
    assert len(faults(entry("\nDear colleague,\n", "Chère collègue,\n"), "fr")) == 1


def test_merging_keeps_translations_adds_new_strings_and_drops_old_ones() -> None:
    current = polib.POFile(wrapwidth=0)
    kept = entry("Search", "Chercher")
    kept.tcomment = "a verb"
    current.extend([kept, entry("Gone", "Parti")])
    made = messages.merged([entry("New", ""), entry("Search", "")], current, "fr")
    assert [(one.msgid, one.msgstr) for one in made] == [("New", ""), ("Search", "Chercher")]
    assert made[1].tcomment == "a verb"


def test_the_same_word_in_another_context_is_another_string() -> None:
    noun, verb = entry("Open", "Ouvert"), entry("Open", "")
    noun.msgctxt, verb.msgctxt = "a room", "a button"
    current = polib.POFile(wrapwidth=0)
    current.append(noun)
    made = messages.merged([noun, verb], current, "fr")
    assert [(one.msgctxt, one.msgstr) for one in made] == [("a room", "Ouvert"), ("a button", "")]


def test_english_is_its_own_translation_unless_somebody_wrote_another() -> None:
    new, counted = entry("Search", ""), entry("%(n)s tool", "", "", plural="%(n)s tools")
    made = messages.merged([new, counted], None, "en")
    assert made[0].msgstr == "Search"
    assert made[1].msgstr_plural == {0: "%(n)s tool", 1: "%(n)s tools"}
    made[0].msgstr = "Find"
    assert messages.merged([new, counted], made, "en")[0].msgstr == "Find"


def test_writing_the_same_again_changes_nothing(tmp_path: Path) -> None:
    path = messages.catalogue_path(tmp_path, "zh-hans")
    assert path == tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    long = entry(
        "One sentence that is longer than any line of a terminal would be, and then some more of it.", ""
    )
    made = messages.merged([entry("Search", ""), long], None, "zh-hans")
    assert messages.write(made, path)
    assert long.msgid in path.read_text(encoding="utf-8")
    again = messages.merged([entry("Search", ""), long], polib.pofile(str(path), wrapwidth=0), "zh-hans")
    assert not messages.write(again, path)


def test_a_catalogue_that_differs_from_the_program_is_said_to() -> None:
    current = messages.merged([entry("Search", ""), entry("Gone", "")], None, "en")
    found = list(messages.problems([entry("Search", ""), entry("New", "")], current, "en"))
    assert found == ["“New” is not in the catalogue", "“Gone” is no longer in the program"]
    current.metadata["Plural-Forms"] = "nplurals=1; plural=0;"
    assert "the header must say" in list(messages.problems([], current, "en"))[-1]
    assert list(messages.problems([], None, "en")) == ["there is no catalogue"]


@needs_gettext
def test_every_way_to_write_a_string_is_found(tmp_path: Path) -> None:
    package = tmp_path / "catalogue"
    for name in ("views", "templates", "static", "migrations"):
        (package / name).mkdir(parents=True)
    (package / "views" / "a.py").write_text(
        "from django.utils.translation import gettext as _, ngettext, pgettext\n"
        '_("One")\n# Translators: a hint\npgettext("door", "Two")\nngettext("%(n)s three", "%(n)s threes", 3)\n'
        'f"{1} not this"\n'
    )
    (package / "templates" / "a.html").write_text(
        '{% translate "Four" %}{% translate "Five" context "door" as x %}'
        "{% blocktranslate trimmed with y=z %}\n  Six\n  {{ y }}\n{% endblocktranslate %}"
    )
    (package / "migrations" / "0001.py").write_text('_("Never this")\n')
    found = {messages.key_of(one): one for one in messages.extract(tmp_path)}
    assert set(found) == {
        ("", "One", ""),
        ("door", "Two", ""),
        ("", "%(n)s three", "%(n)s threes"),
        ("", "Four", ""),
        ("door", "Five", ""),
        ("", "Six %(y)s", ""),
    }
    assert found["door", "Two", ""].comment == "Translators: a hint"
    assert not (tmp_path / "locale").exists()


@needs_gettext
def test_a_string_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "hub").mkdir()
    (tmp_path / "hub" / "a.html").write_text(
        "{% blocktranslate %}{% if x %}no{% endif %}{% endblocktranslate %}"
    )
    with pytest.raises(ValueError, match=r"a\.html"):
        messages.extract(tmp_path)


def test_without_gettext_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(messages.GettextMissingError):
        messages.extract(tmp_path)


def test_every_language_of_the_hub_has_a_plural_rule() -> None:
    assert set(messages.PLURAL_RULES) == set(LANGUAGE_CODES)

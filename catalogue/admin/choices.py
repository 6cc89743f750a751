"""What editors choose from: codes by their labels, languages and countries by their names."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext, pgettext_lazy

from catalogue.enums import CODES, Vocabulary
from catalogue.queries.taxonomy import Taxonomy
from catalogue.search.values import country_name, language_name
from catalogue.validators import CodesValidator
from hub.core.text import sort_key
from hub.core.translation import active_or_default

Choices = list[tuple[str, str]]

NOT_KNOWN_LABEL = pgettext_lazy("value of a fact", "Not known")

_VOCABULARIES = {"offline_mode": Vocabulary.OFFLINE_CAPABLE, "kind": Vocabulary.CAUTION_KIND}
"""Fields that are not called as their vocabulary."""

_LANGUAGES_OF_TOOLS = (
    "af am ar az be bg bn bs ca cs cy da de el en es et eu fa fi fil fr ga gl he hi hr hu hy id is it ja ka kk km ko "
    "ky lo lt lv mk mn ms mt my nb ne nl ps pl pt ro ru sk sl so sq sr sv sw ta tg th tk tr uk ur uz vi zh-hans zh-hant"
).split()
"""Languages that are offered; a tool may have others, which an import brought."""

"""`python -m catalogue.bench.rival`: takes a job as JSON on standard input and prints figures as JSON.

The job: `database` (Django's settings of a database that may be made and removed), `tools`, `questions` (those to ask,
as numbers in the list of `corpus.questions`), `a_language`, `at_its_best` (see `measure.run`).
"""

from __future__ import annotations

import json
import sys
from typing import Any

import django
from django.conf import settings


def main() -> None:
    """Do the job."""
    job: dict[str, Any] = json.load(sys.stdin)
    settings.configure(
        DATABASES={"default": job["database"]},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=["django.contrib.contenttypes", "modelsearch", "catalogue.bench.rival"],
        MODELSEARCH_BACKENDS={"default": {"BACKEND": "modelsearch.backends.database"}},
        USE_TZ=True,
    )
    django.setup()
    # What follows needs the models.
    from catalogue.bench.rival import measure  # noqa: PLC0415

    figures = measure.run(job["tools"], job["questions"], job["a_language"], at_its_best=job["at_its_best"])
    json.dump(figures, sys.stdout)


if __name__ == "__main__":
    main()

"""Whether the settings in the environment are fit for production."""

from __future__ import annotations

import argparse

from launcher.data_folder import open_data_folder
from launcher.environment import ensure_environment, python_of
from launcher.failures import StepError
from launcher.places import RUNTIME_LOCK
from launcher.processes import Log, in_one_sentence, inherited_environment, run

_CHECKS = (["check", "--deploy", "--fail-level", "WARNING"], ["production_check"])


def run_production_check(options: argparse.Namespace) -> int:
    """Run Django's checks for production and the hub's own; return 1 if something is not as it must be."""
    open_data_folder(options.data)
    log = Log(options.data)
    with in_one_sentence(log):
        ensure_environment(RUNTIME_LOCK, log)
    environment = inherited_environment()
    environment.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings.production")
    reports = []
    for check in _CHECKS:
        try:
            run(f"Checking ({check[0]})", [str(python_of()), "manage.py", *check], environment, log)
        except StepError as failure:
            reports.append(_last_words(failure.output))
    for report in dict.fromkeys(reports):
        print(report)
    print("Not fit for production: correct what is named above." if reports else "Fit for production.")
    return 1 if reports else 0


def _last_words(output: str) -> str:
    """Return the output of a failed check; of a traceback, its last line."""
    return (
        output.rstrip().splitlines()[-1] if "Traceback (most recent call last)" in output else output.rstrip()
    )

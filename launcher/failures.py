"""The ways in which start.py ends other than well."""


class RefusalError(Exception):
    """A reason not to go on: one sentence that says what to do."""


class StepError(Exception):
    """A command of a step did not end well; `output` is what it printed."""

    def __init__(self, label: str, output: str) -> None:
        super().__init__(label)
        self.label = label
        self.output = output


class StoppedError(Exception):
    """Somebody asked start.py to stop: Ctrl-C, a closed terminal or SIGTERM. The argument is the signal."""

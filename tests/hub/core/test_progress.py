"""Progress of a command."""

from __future__ import annotations

import io

import pytest
from django.core.management.base import OutputWrapper

from hub.core.progress import ProgressBar


class Terminal(io.StringIO):
    """Says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def shown(stream: io.StringIO, *steps: tuple[int, int]) -> str:
    bar = ProgressBar(OutputWrapper(stream), "Writing")
    for done, total in steps:
        bar.show(done, total)
    return stream.getvalue()


def test_a_terminal_sees_a_bar_that_fills_and_ends_its_line() -> None:
    text = shown(Terminal(), (0, 4), (1, 4), (4, 4))
    assert text.split("\r")[1:] == [
        f"Writing {'░' * 30} 0/4",
        f"Writing {'█' * 7}{'░' * 23} 1/4",
        f"Writing {'█' * 30} 4/4\n",
    ]


def test_elsewhere_one_line_says_that_it_is_done() -> None:
    assert shown(io.StringIO(), (0, 4), (1, 4), (2, 4), (4, 4)) == "Writing: 4\n"


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_it_is_done_once(stream: type[io.StringIO]) -> None:
    assert shown(stream(), (2, 4), (4, 4), (4, 4)).count("\n") == 1


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_nothing_to_do_is_done(stream: type[io.StringIO]) -> None:
    assert shown(stream(), (0, 0)).endswith("\n")

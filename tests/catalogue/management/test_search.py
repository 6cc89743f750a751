"""`search_rebuild` and `search_verify`: what they say, and how they end."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.catalogue.search.finding import damage, found
from tests.factories.catalogue import ToolFactory

pytestmark = pytest.mark.django_db

Deliver = Callable[[], None]


class TestCommands:
    @staticmethod
    def run(*arguments: str) -> str:
        stream = io.StringIO()
        call_command(*arguments, stdout=stream)
        return stream.getvalue()

    def test_search_rebuild_says_how_many_tools_there_are(self) -> None:
        for number in range(50):
            ToolFactory(code=f"tool-d{number}")
        output = self.run("search_rebuild")
        assert output == "Writing the index in tantivy: 50\nThe index in tantivy holds 50 tools.\n"
        assert len(found()) == 50

    def test_search_rebuild_fails_where_it_cannot_write(self, index_folder: Path) -> None:
        index_folder.parent.mkdir(parents=True, exist_ok=True)
        index_folder.write_text("a file in the way")
        with pytest.raises(CommandError, match="not written"):
            self.run("search_rebuild")

    def test_search_verify_agrees(self, index: Deliver) -> None:
        ToolFactory()
        index()
        assert (
            self.run("search_verify").splitlines()[-1]
            == "The index in tantivy and the database agree on 1 tools."
        )

    def test_search_verify_names_what_differs_and_fails(self, index: Deliver) -> None:
        new = ToolFactory()
        with pytest.raises(CommandError, match="--repair"):
            self.run("search_verify")
        output = self.run("search_verify", "--repair")
        assert f"1 missing in the index: {new.pk}" in output
        assert "What differed has been written to tantivy." in output
        assert "agree on 1 tools" in self.run("search_verify")

    def test_a_long_list_of_differences_is_cut(self, index: Deliver) -> None:
        for _ in range(23):
            ToolFactory()
        output = self.run("search_verify", "--repair")
        assert "23 missing in the index: " in output
        assert " and 3 more" in output

    def test_search_verify_without_an_index_says_what_to_do(self) -> None:
        with pytest.raises(CommandError, match="search_rebuild"):
            self.run("search_verify")
        self.run("search_verify", "--repair")
        assert "agree" in self.run("search_verify")

    def test_search_verify_names_damage(self, index: Deliver, index_folder: Path) -> None:
        ToolFactory()
        index()
        damage(index_folder, "store")
        stream = io.StringIO()
        with pytest.raises(CommandError):
            call_command("search_verify", stdout=stream)
        assert "Damage: " in stream.getvalue()
        assert "Damage: " in self.run("search_verify", "--repair")
        assert "agree" in self.run("search_verify")

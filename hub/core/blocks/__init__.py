"""Blocks of page bodies. They know no room."""

from hub.core.blocks.text import BodyBlock, StatementBlock

__all__ = ["BodyBlock", "StatementBlock"]

"""The licences of the SPDX list."""

from __future__ import annotations

from functools import cache

from license_expression import ExpressionError, Licensing, get_spdx_licensing

UNREADABLE = (ExpressionError, AssertionError, AttributeError, LookupError, TypeError, ValueError)
"""What reading a text raises that is no expression: the parser trips over "()" and the like instead of refusing it."""


@cache
def spdx() -> Licensing:
    """Return the reader of SPDX expressions; made once a process, for that takes a fifth of a second."""
    licensing = get_spdx_licensing()
    # Its tables are made at the first use: here, so that no two threads fill them at once.
    licensing.parse("MIT")
    return licensing

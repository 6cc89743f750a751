"""The licences of the SPDX list."""

from __future__ import annotations

from functools import cache

from license_expression import Licensing, get_spdx_licensing


@cache
def spdx() -> Licensing:
    """Return the reader of SPDX expressions; made once a process, for that takes a fifth of a second."""
    licensing = get_spdx_licensing()
    # Its tables are made at the first use: here, so that no two threads fill them at once.
    licensing.parse("MIT")
    return licensing

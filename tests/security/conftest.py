"""What tests of security share."""

from __future__ import annotations

from tests.security.addresses import production_addresses

__all__ = ["production_addresses"]

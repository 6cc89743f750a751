"""Networks and browsers from which somebody has signed in lately.

Whoever signs in from where they did before has tries of their own: a stranger who enters wrong passwords for their
address elsewhere uses up the tries of strangers. And its owner is told of a log-in from where there was none.
What is kept is a keyed hash beside the limits, for 90 days.
"""

from __future__ import annotations

import ipaddress
from datetime import timedelta

from allauth.core.internal.ratelimit import get_ip
from django.core.cache import cache
from django.http import HttpRequest

from hub.core.crypto import keyed_hash
from hub.door.browsers import family_of

_KEPT_FOR = int(timedelta(days=90).total_seconds())
_NETWORK_OF_IPV4 = 24
"""Bits; of an IPv6 address allauth gives the network, by ALLAUTH_RATE_LIMIT_IPV6_PREFIX."""


def network_of(request: HttpRequest) -> str:
    """Return the network from which a request comes, as limits see it."""
    ip = get_ip(request)
    try:
        version = ipaddress.ip_address(ip).version
    except ValueError:
        return ip
    return str(ipaddress.ip_network(f"{ip}/{_NETWORK_OF_IPV4}", strict=False)) if version == 4 else ip


def is_known_network(request: HttpRequest, address: str) -> bool:
    """Tell whether somebody has signed in to the account of this address from here within 90 days."""
    return cache.get(_key("network", address, network_of(request))) is not None


def note_place(request: HttpRequest, address: str) -> bool:
    """Remember from where and with what somebody has signed in now; return whether both were known."""
    keys = [
        _key("network", address, network_of(request)),
        _key("browser", address, family_of(request.headers.get("User-Agent", ""))),
    ]
    known = cache.get_many(keys)
    for key in keys:
        cache.set(key, 1, _KEPT_FOR)
    return len(known) == len(keys)


def _key(kind: str, address: str, what: str) -> str:
    return f"door:{kind}:{keyed_hash(f'{address.lower()} {what}', purpose='known places')}"

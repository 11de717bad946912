"""By which address other machines reach this one."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit, urlunsplit

# Reserved for documentation (RFC 5737): asking for the way there sends nothing.
ELSEWHERE = ("192.0.2.1", 9)
THIS_MACHINE = ("localhost", "127.0.0.1", "::1", "")


def own_address() -> str:
    """This machine's address in its network; "" where it is in none."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(ELSEWHERE)
            found = probe.getsockname()[0]
    except OSError:
        return ""
    return "" if ipaddress.ip_address(found).is_loopback else found


def is_reachable(listens_on: str | None) -> bool:
    """True if a server that listens there answers to other machines.

    >>> is_reachable("localhost"), is_reachable("0.0.0.0"), is_reachable(None)
    (False, True, True)
    """
    return listens_on is None or listens_on not in THIS_MACHINE


def for_others(link: str, address: str) -> str:
    """The link as other machines need it: this machine by its address instead of "localhost".

    >>> for_others("http://localhost:8501/class?room=ABCDEF", "10.0.0.5")
    'http://10.0.0.5:8501/class?room=ABCDEF'
    >>> for_others("https://example.org/class", "10.0.0.5")
    'https://example.org/class'
    """
    parts = urlsplit(link)
    if not address or (parts.hostname or "") not in THIS_MACHINE:
        return link
    port = f":{parts.port}" if parts.port else ""
    return urlunsplit(parts._replace(netloc=f"{address}{port}"))

"""A connection to a public address only, checked after its name was looked up, within a time that nothing extends."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

#: Addresses of other kinds that lead to IPv4 ones of anyone's choice: 6to4, Teredo, NAT64; and site-local ones of old.
_LEADING_ELSEWHERE = [
    ip_network(text) for text in ("2002::/16", "2001::/32", "64:ff9b::/96", "64:ff9b:1::/48", "fec0::/10", "::/96")
]


class NotPublic(Exception):
    """The message is the address."""


def is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if any(address in network for network in _LEADING_ELSEWHERE):
            return False
    return address.is_global and not address.is_multicast


def connection_to(
    host: str, port: int, *, tls: bool, allow_private: bool, connect_limit: float, deadline: float
) -> http.client.HTTPConnection:
    """Connected to the very address that was checked: its name is not looked up a second time.

    ``deadline`` is of time.monotonic(). Raises NotPublic, or an OSError.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    if not allow_private:
        for *_, place in found:
            # A scope ("fe80::1%eth0") is of no interest here.
            if not is_public(ip_address(str(place[0]).partition("%")[0])):
                raise NotPublic(place[0])
    plain = _connected(found, connect_limit, deadline)
    connection = http.client.HTTPConnection(host, port)
    connection.default_port = 443 if tls else 80
    try:
        connection.sock = _secured(plain, host) if tls else plain
    except BaseException:
        plain.close()
        raise
    return connection


class _Timed:
    """A socket each of whose waits ends at the deadline: a drop at a time keeps nobody here."""

    deadline: float

    def recv_into(self, *given: Any, **more: Any) -> int:
        self.settimeout(_left(self.deadline))  # type: ignore[attr-defined]
        return super().recv_into(*given, **more)  # type: ignore[misc,no-any-return]

    def sendall(self, data: Any, flags: int = 0) -> None:
        self.settimeout(_left(self.deadline))  # type: ignore[attr-defined]
        super().sendall(data, flags)  # type: ignore[misc]


class _TimedSocket(_Timed, socket.socket):
    pass


class _TimedTLS(_Timed, ssl.SSLSocket):
    pass


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("it took too long")
    return left


def _connected(found: list[Any], connect_limit: float, deadline: float) -> _TimedSocket:
    error: OSError = OSError("its name leads nowhere")
    for family, kind, protocol, _name, place in found:
        made = _TimedSocket(family, kind, protocol)
        made.deadline = deadline
        try:
            made.settimeout(min(connect_limit, _left(deadline)))
            made.connect(place)
        except OSError as failed:
            made.close()
            error = failed
        else:
            return made
    raise error


def _secured(plain: _TimedSocket, host: str) -> ssl.SSLSocket:
    context = ssl.create_default_context()
    context.sslsocket_class = _TimedTLS
    plain.settimeout(_left(plain.deadline))
    secured = context.wrap_socket(plain, server_hostname=host)
    assert isinstance(secured, _TimedTLS)
    secured.deadline = plain.deadline
    return secured

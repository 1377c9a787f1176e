"""Webhooks against a real server: signed calls, and servers that answer badly, slowly, endlessly or from next door."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import Any

import pytest

from engine.errors import NotDelivered, Undeliverable
from engine.parcels import Parcel
from tests.builders import NOW
from tests.web.test_server import free_port
from web.sending import connecting
from web.sending.webhooks import Webhook, call

SECRET = bytes(range(32))
PARCEL = Parcel("6b3f", 7, "tell", "s1", "webhook", {"name": "erp", "body": {"type": "sale.tell", "é": 1}}, NOW)


@dataclass
class Call:
    path: str
    headers: dict[str, str]
    body: bytes


class Peer(ThreadingHTTPServer):
    """Answers each call as it is told, once for each, then with 204."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.calls: list[Call] = []
        self.answers: list[Callable[[Answering], None]] = []
        self.stopping = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hangs up is what is tested here."""


class Answering(BaseHTTPRequestHandler):
    server: Peer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.calls.append(Call(self.path, headers, body))
        answer = self.server.answers.pop(0) if self.server.answers else status(204)
        answer(self)

    do_GET = do_POST

    def log_message(self, *_: Any) -> None:
        pass


def status(code: int, text: str = "", **headers: str) -> Callable[[Answering], None]:
    def answer(call: Answering) -> None:
        call.send_response(code)
        for name, value in headers.items():
            call.send_header(name, value)
        if code != 204:
            call.send_header("Content-Length", str(len(text.encode())))
        call.end_headers()
        call.wfile.write(text.encode())

    return answer


def say_nothing(answering: Answering) -> None:
    answering.server.stopping.wait(20)


def greet(answering: Answering) -> None:
    answering.wfile.write(b"220 mail ready\r\n")


@pytest.fixture
def peer() -> Iterator[Peer]:
    yield from _served(Peer())


def _served(server: Peer) -> Iterator[Peer]:
    with ExitStack() as stack:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        stack.callback(server.server_close)
        stack.callback(thread.join)
        stack.callback(server.shutdown)
        stack.callback(server.stopping.set)
        yield server


def hook(peer: Peer, path: str = "/hooks?to=us", host: str = "127.0.0.1") -> Webhook:
    return Webhook("erp", f"http://{host}:{peer.server_port}{path}", SECRET, allow_private=True)


def test_a_call_is_signed_as_standard_webhooks_has_it(peer: Peer) -> None:
    call(hook(peer), PARCEL)
    [got] = peer.calls
    assert got.path == "/hooks?to=us"
    assert json.loads(got.body) == {"type": "sale.tell", "é": 1}
    sent = got.headers["webhook-timestamp"]
    assert abs(time.time() - int(sent)) < 60
    expected = hmac.new(SECRET, b"6b3f." + sent.encode() + b"." + got.body, hashlib.sha256).digest()
    assert got.headers["webhook-signature"] == "v1," + base64.b64encode(expected).decode()
    assert got.headers["webhook-id"] == got.headers["idempotency-key"] == "6b3f"
    assert got.headers["content-type"] == "application/json"
    assert got.headers["host"] == f"127.0.0.1:{peer.server_port}"


def test_500_then_200_under_the_same_id(peer: Peer) -> None:
    peer.answers = [status(500, "out of memory"), status(200, "ok")]
    with pytest.raises(NotDelivered, match="'erp' answered 500: out of memory") as caught:
        call(hook(peer), PARCEL)
    assert not isinstance(caught.value, Undeliverable)
    call(hook(peer), PARCEL)
    assert [one.headers["webhook-id"] for one in peer.calls] == ["6b3f", "6b3f"]


def test_gone_is_gone(peer: Peer) -> None:
    peer.answers = [status(410)]
    with pytest.raises(Undeliverable, match="410"):
        call(hook(peer), PARCEL)


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(peer: Peer, code: int) -> None:
    peer.answers = [status(code, Location=f"http://127.0.0.1:{peer.server_port}/elsewhere")]
    with pytest.raises(NotDelivered, match=f"answered {code}"):
        call(hook(peer), PARCEL)
    assert [one.path for one in peer.calls] == ["/hooks?to=us"]


def test_of_a_huge_answer_only_the_beginning_is_read(peer: Peer) -> None:
    sent = []

    def huge(answering: Answering) -> None:
        answering.send_response(500)
        answering.end_headers()
        try:
            while not answering.server.stopping.is_set():
                sent.append(answering.wfile.write(b"x" * 65536))
        finally:
            sent.append(0)

    peer.answers = [huge]
    with pytest.raises(NotDelivered) as caught:
        call(hook(peer), PARCEL)
    assert len(str(caught.value)) < 400
    while not sent or sent[-1]:
        peer.stopping.wait(0.01)
    assert sum(sent) < 50 * 1024 * 1024, "the caller hung up on it"


@pytest.mark.parametrize("where", ["status", "headers", "body"])
def test_an_answer_drop_by_drop_ends_with_the_time_for_all_of_it(peer: Peer, where: str) -> None:
    said = {"status": b"H", "headers": b"HTTP/1.1 200 OK\r\nX", "body": b"HTTP/1.1 500 No\r\n\r\n"}[where]

    def drip(answering: Answering) -> None:
        answering.wfile.write(said)
        while not answering.server.stopping.wait(0.02):
            answering.wfile.write(b"x")

    peer.answers = [drip]
    begun = time.monotonic()
    with pytest.raises(NotDelivered, match=r"too long|timed out"):
        call(hook(peer), PARCEL, limit=0.3)
    assert time.monotonic() - begun < 5


def test_a_server_that_never_answers_and_one_that_is_not_there(peer: Peer) -> None:
    peer.answers = [say_nothing]
    with pytest.raises(NotDelivered, match=r"timed out|too long"):
        call(hook(peer), PARCEL, limit=0.2)
    nobody = replace(hook(peer), url=f"http://127.0.0.1:{free_port()}/")
    with pytest.raises(NotDelivered, match="refused"):
        call(nobody, PARCEL)
    with pytest.raises(NotDelivered, match="did not answer"):
        call(replace(hook(peer), url="http://nowhere.invalid/"), PARCEL)


def test_an_answer_that_is_no_http(peer: Peer) -> None:
    peer.answers = [greet]
    with pytest.raises(NotDelivered, match="did not answer"):
        call(hook(peer), PARCEL)


# Addresses


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"])
def test_a_private_address_is_refused_unless_allowed(peer: Peer, host: str) -> None:
    with pytest.raises(Undeliverable, match="no public address"):
        call(replace(hook(peer, host=host), allow_private=False), PARCEL)
    assert peer.calls == []


def test_one_private_address_among_others_is_enough(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    public = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", peer.server_port))
    private = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", peer.server_port))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [public, private])
    with pytest.raises(Undeliverable, match=r"127\.0\.0\.1"):
        call(replace(hook(peer, host="both.example"), allow_private=False), PARCEL)
    assert peer.calls == []


def test_a_name_is_looked_up_once(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads elsewhere the second time (DNS rebinding) gets no second time."""
    asked = []

    def look_up(host: str, port: int, **_: Any) -> Any:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(connecting, "is_public", lambda address: True)
    call(replace(hook(peer, host="rebinding.example"), allow_private=False), PARCEL)
    assert asked == ["rebinding.example"]
    assert peer.calls[0].headers["host"] == f"rebinding.example:{peer.server_port}"


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "127.9.9.9",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "fec0::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
        "::127.0.0.1",
        "2001:db8::1",
    ],
)
def test_what_is_not_public(address: str) -> None:
    assert not connecting.is_public(ip_address(address))


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700::6810:84e5", "::ffff:93.184.215.14"])
def test_what_is_public(address: str) -> None:
    assert connecting.is_public(ip_address(address))


# TLS


@pytest.fixture
def secure(certificate: ssl.SSLContext) -> Iterator[Peer]:
    server = Peer()
    server.socket = certificate.wrap_socket(server.socket, server_side=True)
    yield from _served(server)


def test_https(secure: Peer, trusted: None) -> None:
    address = f"https://localhost:{secure.server_port}/"
    call(Webhook("erp", address, SECRET, allow_private=True), PARCEL)
    assert len(secure.calls) == 1

    def drip(answering: Answering) -> None:
        answering.wfile.write(b"HTTP/1.1 200 OK\r\nX")
        while not answering.server.stopping.wait(0.02):
            answering.wfile.write(b"x")

    secure.answers = [drip]
    with pytest.raises(NotDelivered, match=r"too long|timed out"):
        call(Webhook("erp", address, SECRET, allow_private=True), PARCEL, limit=0.5)


def test_a_stranger_s_certificate_and_another_s_name(secure: Peer, trusted: None, tmp_path: Any) -> None:
    with pytest.raises(NotDelivered, match=r"doesn't match|not valid"):
        call(Webhook("erp", f"https://127.0.0.1:{secure.server_port}/", SECRET, allow_private=True), PARCEL)
    assert secure.calls == []


def test_a_certificate_that_nobody_vouches_for(secure: Peer) -> None:
    with pytest.raises(NotDelivered, match="certificate verify failed"):
        call(Webhook("erp", f"https://localhost:{secure.server_port}/", SECRET, allow_private=True), PARCEL)
    assert secure.calls == []

"""Calls of webhooks, signed as Standard Webhooks 1.0 has it (https://www.standardwebhooks.com).

Each call is a POST of JSON with ``webhook-id`` (the same at each try, and in ``Idempotency-Key``),
``webhook-timestamp`` (seconds since 1970) and ``webhook-signature``: ``v1,`` and the base64 of HMAC-SHA256, under the
webhook's secret, over ``id.timestamp.body``. Any status from 200 to 299 is success; 410 says never again; all else
is tried later. No redirect is followed: the address that was allowed is the address that is called.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import orjson

from bpmn.text import N_
from engine.errors import NotDelivered, Undeliverable
from engine.parcels import Parcel
from web.sending.connecting import NotPublic, connection_to

#: Seconds that connecting, and the whole call, may take.
CONNECT_LIMIT, TOTAL_LIMIT = 5.0, 20.0
#: So many bytes of an answer are read, for whoever looks for the reason of a failure.
MAX_ANSWER = 300


@dataclass(frozen=True)
class Webhook:
    name: str
    url: str
    #: The bytes of its key.
    secret: bytes = field(repr=False)
    #: It may stand in our own network.
    allow_private: bool = False


def call(webhook: Webhook, parcel: Parcel, *, limit: float | None = None) -> None:
    address = urlsplit(webhook.url)
    host = address.hostname or ""
    body = orjson.dumps(parcel.payload["body"])
    path = (address.path or "/") + (f"?{address.query}" if address.query else "")
    deadline = time.monotonic() + (limit or TOTAL_LIMIT)
    try:
        connection = connection_to(
            host,
            address.port or (443 if address.scheme == "https" else 80),
            tls=address.scheme == "https",
            allow_private=webhook.allow_private,
            connect_limit=CONNECT_LIMIT,
            deadline=deadline,
        )
        try:
            connection.request("POST", path, body, headers(webhook, parcel.id, int(time.time()), body))
            # Closed as well: it would hold the connection open.
            with connection.getresponse() as answer:
                status, said = answer.status, answer.read(MAX_ANSWER)
        finally:
            connection.close()
    except NotPublic as error:
        template = N_(
            "'%(name)s' leads to %(address)s, which is no public address. Allow it in the file of webhooks "
            "(allow_private) if it is meant."
        )
        raise Undeliverable(template, name=webhook.name, address=error) from error
    except (OSError, http.client.HTTPException) as error:
        reason = str(error) or type(error).__name__
        raise NotDelivered(N_("'%(name)s' did not answer: %(reason)s"), name=webhook.name, reason=reason) from error
    if not 200 <= status < 300:
        kind = Undeliverable if status == 410 else NotDelivered
        text = said.decode(errors="replace").strip()
        raise kind(N_("'%(name)s' answered %(status)d: %(said)s"), name=webhook.name, status=status, said=text)


def headers(webhook: Webhook, parcel_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    signed = b".".join((parcel_id.encode(), str(timestamp).encode(), body))
    signature = base64.b64encode(hmac.digest(webhook.secret, signed, hashlib.sha256)).decode()
    return {
        "Content-Type": "application/json",
        "User-Agent": "Parcours",
        "Connection": "close",
        "Idempotency-Key": parcel_id,
        "webhook-id": parcel_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{signature}",
    }

"""What leaves the house: mails by SMTP and calls of webhooks, as the installation's settings say."""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.text import N_
from engine.errors import NotDelivered
from engine.parcels import Parcel, Send
from web.sending.mail import MailServer, send_mail
from web.sending.webhooks import Webhook, call

__all__ = ["MailServer", "Webhook", "post"]


def post(mail: MailServer | None, webhooks: Mapping[str, Webhook]) -> Send:
    """Sends each parcel by its kind. What is not set up yet may be by the next try."""

    def send(parcel: Parcel) -> None:
        if parcel.kind == "mail":
            if mail is None:
                raise NotDelivered(N_("No mail server is set. Set PARCOURS_MAIL and PARCOURS_SENDER."))
            send_mail(mail, parcel)
        else:
            webhook = webhooks.get(parcel.to)
            if webhook is None:
                raise NotDelivered(
                    N_("There is no webhook '%(name)s'. Add it to the file of webhooks."), name=parcel.to
                )
            call(webhook, parcel)

    return send

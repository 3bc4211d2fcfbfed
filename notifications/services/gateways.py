import re
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.models import Practice, User
from notifications.events import GatewaySaved
from notifications.models import Channel, GatewayAccount, GatewayKind
from praxis.core.crypto import hash_token, new_token
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError

KINDS = {
    Channel.SMS: (GatewayKind.CONSOLE, GatewayKind.SEVEN, GatewayKind.ASPSMS),
    Channel.EMAIL: (GatewayKind.CONSOLE, GatewayKind.SMTP),
}  # fmt: skip
# Eleven letters or digits, or a number of up to sixteen digits.
_SMS_SENDER = re.compile(r"[A-Za-z0-9 ._-]{1,11}|\+?\d{1,16}")
FASTEST = 100


class GatewayInvalid(PraxisError):
    """Something the provider needs is missing or cannot be right."""


@transaction.atomic
def save_gateway(
    *, practice: Practice, channel: str, kind: str, sender: str = "", reply_to: str = "", host: str = "",
    port: int | None = None, user: str = "", secret: str | None = None, rate_per_second: float = 10,
    base_url: str | None = None, is_inside: bool | None = None, actor: User | None, now: datetime,
) -> GatewayAccount:  # fmt: skip
    """The one account of a channel. `secret` None keeps the stored one. Another kind is another account: messages sent
    through the old one are still asked for there.

    `base_url` and `is_inside` are for operators: a simulator, or a mail server inside the practice. None keeps
    them; but whoever names another server does not take along that the former one stood inside.
    Raises GatewayInvalid.
    """
    active = GatewayAccount.objects.select_for_update().filter(practice=practice, channel=channel, is_active=True)
    account = active.first()
    if account is not None and account.kind != kind:
        active.update(is_active=False)
        account = None
    account = account or GatewayAccount(practice=practice, channel=channel, kind=kind)
    if is_inside is None:
        is_inside = account.is_inside and account.host == host.strip()
    values: dict[str, Any] = {
        "sender": sender.strip(), "reply_to": reply_to.strip(), "host": host.strip(), "port": port,
        "user": user.strip(), "rate_per_second": rate_per_second, "is_inside": is_inside,
        "base_url": account.base_url if base_url is None else base_url.strip(),
    }  # fmt: skip
    if secret is not None:
        values["secret"] = secret.strip()
    for name, value in values.items():
        setattr(account, name, value)
    _check(account)
    if account.pk is None:
        account.callback_token = new_token()
        account.callback_hash = hash_token(account.callback_token)
        account.save(force_insert=True)
    else:
        account.save(update_fields=list(values))
        # Whoever corrects a key wants to see at once whether it works.
        GatewayAccount.objects.filter(pk=account.pk).update(next_free_at=Now(), last_error="")
    publish(GatewaySaved(practice_id=practice.pk, actor_id=actor.pk if actor else None, gateway_id=account.pk))
    return account


def _check(account: GatewayAccount) -> None:
    if account.kind not in KINDS.get(Channel(account.channel), ()):
        raise GatewayInvalid(_("Diesen Anbieter gibt es für diesen Weg nicht."), field="kind")
    if not 0 <= account.rate_per_second <= FASTEST:
        raise GatewayInvalid(_("Bitte 0 bis %(n)d angeben.") % {"n": FASTEST}, field="rate_per_second")
    if account.kind == GatewayKind.CONSOLE:
        return
    if account.channel == Channel.SMS:
        _check_sms(account)
    else:
        _check_smtp(account)


def _check_sms(account: GatewayAccount) -> None:
    if not account.secret:
        raise GatewayInvalid(_("Bitte den Schlüssel oder das Kennwort des Anbieters eingeben."), field="secret")
    if account.kind == GatewayKind.ASPSMS and not account.user:
        raise GatewayInvalid(_("Bitte den Userkey eingeben."), field="user")
    if account.sender and not _SMS_SENDER.fullmatch(account.sender):
        message = _("Der Absender darf höchstens 11 Buchstaben und Ziffern haben, ohne Umlaute, oder eine Nummer sein.")
        raise GatewayInvalid(message, field="sender")


def _check_smtp(account: GatewayAccount) -> None:
    if not account.host:
        raise GatewayInvalid(_("Bitte den Server eingeben."), field="host")
    for field in ("sender", "reply_to"):
        value = getattr(account, field)
        if not value and field == "reply_to":
            continue
        try:
            validate_email(value.rpartition("<")[2].rstrip("> "))
        except ValidationError as error:
            raise GatewayInvalid(_("Bitte eine E-Mail-Adresse eingeben."), field=field) from error
        if "\n" in value or "\r" in value:
            raise GatewayInvalid(_("Bitte eine E-Mail-Adresse eingeben."), field=field)

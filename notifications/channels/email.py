"""SMTP. One message per connection: a server that closed a kept one would look like an unknown outcome."""

import html as html_text
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from notifications.channels.base import ACCOUNT_PAUSE, Access, Asked, Outgoing, Receipt, Report, of_the_account
from notifications.channels.bounces import read_bounce
from praxis.core.exceptions import OutsideError
from praxis.core.outside_addresses import public_addresses
from praxis.core.transactions import in_own_transaction

SECONDS = 20.0
SUBMISSION_TLS = 465
SUBMISSION = 587
# Sign in first: says nothing about whom the mail is for.
_NOT_SIGNED_IN = 530


class Smtp:
    is_instant = False
    # Nobody can be asked whether a mail was taken.
    can_query = False

    def __init__(self, access: Access) -> None:
        self.access = access

    def send(self, message: Outgoing) -> Receipt:
        if in_own_transaction():
            raise RuntimeError("No call to the outside inside a transaction: commit first.")
        mail = compose(message, self.access)
        with self._connection() as server:
            sender, recipient = _bare(mail["From"]), message.recipient
            # A sender that is refused is refused for every mail of the account.
            _expect(server.mail, sender, what="den Absender", is_of_account=True)
            _expect(server.rcpt, recipient, what="die Adresse")
            _hand_over(server, mail.as_bytes(policy=SMTP))
        return Receipt(gateway_reference=str(mail["Message-ID"]))

    def query(self, asked: Sequence[Asked]) -> list[Report]:
        return []

    def read_report(self, query: Mapping[str, str], body: bytes, content_type: str) -> list[Report]:
        return read_bounce(body)

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        server = self._connected()
        try:
            yield server
        finally:
            # Whatever happens while parting, the mail was taken or refused before.
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
            server.close()

    def _connected(self) -> smtplib.SMTP:
        """Encrypted unless the server stands inside, and signed in. Nothing was sent when it raises."""
        access = self.access
        try:
            return self._signed_in(access.host if access.is_inside else str(public_addresses(access.host)[0]))
        except OutsideError as error:
            raise of_the_account(error) from error
        except smtplib.SMTPAuthenticationError as error:
            message = "Der E-Mail-Server erkennt die Zugangsdaten nicht an."
            raise OutsideError(message, retry_after=ACCOUNT_PAUSE) from error
        except (OSError, smtplib.SMTPException) as error:
            raise OutsideError("Der E-Mail-Server ist nicht erreichbar.") from error

    def _signed_in(self, address: str) -> smtplib.SMTP:
        access = self.access
        port = access.port or SUBMISSION
        context = ssl.create_default_context()
        server: smtplib.SMTP
        if port == SUBMISSION_TLS:
            server = _SmtpsTo(address, access.host, port, timeout=SECONDS, context=context)
        else:
            server = _SmtpTo(address, access.host, port, timeout=SECONDS)
            if not access.is_inside or server.has_extn("starttls"):
                server.starttls(context=context)
        server.ehlo_or_helo_if_needed()
        if access.user:
            server.login(access.user, access.secret)
        return server


class _SmtpTo(smtplib.SMTP):
    """Connects to the very address that was checked; the certificate is that of the name."""

    def __init__(self, address: str, host: str, port: int, *, timeout: float) -> None:
        self._address = address
        super().__init__(host, port, timeout=timeout)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return socket.create_connection((self._address, port), timeout)


class _SmtpsTo(smtplib.SMTP_SSL):
    def __init__(self, address: str, host: str, port: int, *, timeout: float, context: ssl.SSLContext) -> None:
        self._address = address
        super().__init__(host, port, timeout=timeout, context=context)

    def _get_socket(self, host: str, port: int, timeout: float) -> ssl.SSLSocket:
        plain = socket.create_connection((self._address, port), timeout)
        return self.context.wrap_socket(plain, server_hostname=host)


def _expect(
    command: Callable[[str], tuple[int, bytes]], argument: str, *, what: str, is_of_account: bool = False
) -> None:  # fmt: skip
    """Before DATA an end of the connection means: certainly not sent."""
    try:
        code, _words = command(argument)
    except (OSError, smtplib.SMTPException) as error:
        raise OutsideError("Der E-Mail-Server hat die Verbindung beendet.") from error
    if code not in (250, 251):
        raise _refused(code, what, is_of_account=is_of_account)


def _hand_over(server: smtplib.SMTP, content: bytes) -> None:
    try:
        code, _words = server.data(content)
    except smtplib.SMTPDataError as error:
        raise _refused(error.smtp_code, "die Nachricht") from error
    except (OSError, smtplib.SMTPException) as error:
        message = "Der E-Mail-Server hat die Übergabe nicht bestätigt."
        raise OutsideError(message, outcome_unknown=True) from error
    if code != 250:
        raise _refused(code, "die Nachricht")


def _refused(code: int, what: str, *, is_of_account: bool = False) -> OutsideError:
    message = f"Der E-Mail-Server lehnt {what} ab ({code})."
    if code == _NOT_SIGNED_IN or (is_of_account and code >= 500):
        return OutsideError(message, retry_after=ACCOUNT_PAUSE)
    return OutsideError(message, permanent=code >= 500)


def compose(message: Outgoing, access: Access) -> EmailMessage:
    """Text and HTML; one-click unsubscribing (RFC 8058) where there is something to unsubscribe from."""
    mail = EmailMessage(policy=SMTP)
    domain = _bare(access.sender).rpartition("@")[2] or "localhost"
    mail["Message-ID"] = f"<{message.reference}@{domain}>"
    mail["From"] = access.sender
    mail["To"] = Address(addr_spec=message.recipient)
    mail["Subject"] = " ".join(message.subject.split())
    mail["Auto-Submitted"] = "auto-generated"
    if access.reply_to:
        mail["Reply-To"] = access.reply_to
    if message.opt_out_url:
        mail["List-Unsubscribe"] = f"<{message.opt_out_url}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(message.text)
    mail.add_alternative(message.html or _as_html(message.text), subtype="html")
    return mail


def _as_html(text: str) -> str:
    paragraphs = (html_text.escape(part).replace("\n", "<br>\n") for part in text.split("\n\n"))
    body = "\n".join(f"<p>{part}</p>" for part in paragraphs)
    return f'<!doctype html>\n<html lang="de"><head><meta charset="utf-8"></head><body>\n{body}\n</body></html>'


def _bare(address: str) -> str:
    """ "Praxis <a@b.example>" is a@b.example to the server."""
    return address.rpartition("<")[2].rstrip("> ").strip()

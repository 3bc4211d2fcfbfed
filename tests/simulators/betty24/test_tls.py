"""HTTPS with a certificate of our own, with and without a certificate of the caller."""

import datetime
import ipaddress
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.betty24_portal import Portal, free_port


def certificate(folder: Path, name: str) -> Path:
    """Signed by itself, so that it is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[Portal]:
    certified = certificate(folder, "portal")
    tls = ssl.create_default_context(cafile=certified)
    options = ("--tls-cert", str(certified), *options)
    one = Portal(folder / "portal.sqlite3", f"https://127.0.0.1:{free_port()}", options=list(options), tls=tls)
    one.start()
    try:
        yield one
    finally:
        one.stop()


def test_callers_who_trust_the_certificate_are_served(tmp_path: Path) -> None:
    with serving(tmp_path) as portal:
        assert portal.v1("GET", "/calendars").status == 200

        portal.tls = ssl.create_default_context()
        with pytest.raises(ssl.SSLCertVerificationError):
            portal.v1("GET", "/calendars")


def test_a_reset_is_one_on_tls_too(tmp_path: Path) -> None:
    with serving(tmp_path) as portal:
        portal.faults({"on": "describe", "kind": "reset"})

        with pytest.raises(ConnectionResetError):
            portal.v1("GET", "/calendars")


def test_a_client_certificate_can_be_required(tmp_path: Path) -> None:
    client = certificate(tmp_path, "practice")
    with serving(tmp_path, "--tls-client-ca", str(client)) as portal:
        with pytest.raises((ssl.SSLError, ConnectionResetError)):
            portal.v1("GET", "/calendars")

        assert portal.tls
        portal.tls.load_cert_chain(client)
        assert portal.v1("GET", "/calendars").status == 200

"""Own certificate authorities and client certificates, with a real TLS server."""

import datetime
import ipaddress
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from praxis.core import http
from praxis.core.exceptions import OutsideError
from tests.core.outside_server import OutsideServer, answering, serving


@dataclass(frozen=True)
class Certificates:
    ca: Path
    server: Path
    client: Path

    @property
    def ca_pem(self) -> str:
        return self.ca.read_text()


def _signed(
    name: str, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, signer: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    now = datetime.datetime.now(datetime.UTC)
    is_ca = key is signer
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
    )
    return builder.sign(signer, hashes.SHA256())


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    home = tmp_path_factory.mktemp("tls")
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Praxis-CA")])
    ca_key = ec.generate_private_key(ec.SECP256R1())
    paths = {}
    for name, common_name in (("ca", "Praxis-CA"), ("server", "127.0.0.1"), ("client", "praxis")):
        key = ca_key if name == "ca" else ec.generate_private_key(ec.SECP256R1())
        certificate = _signed(common_name, issuer, key, ca_key)
        paths[name] = home / f"{name}.pem"
        paths[name].write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
    return Certificates(**paths)


@pytest.fixture
def server(certificates: Certificates) -> Iterator[OutsideServer]:
    """Asks for a client certificate of the same authority."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=certificates.ca)
    context.load_cert_chain(certificates.server)
    context.verify_mode = ssl.CERT_REQUIRED
    with serving(answering(200, b'{"ok": true}'), context) as running:
        yield running


def call(url: str, tls: http.TlsProfile | None) -> http.Answer:
    return http.request("GET", url, timeout=2, idempotent=True, allow_private=True, tls=tls)


def test_own_authority_and_client_certificate_open_the_door(server: OutsideServer, certificates: Certificates) -> None:
    profile = http.TlsProfile(ca_pem=certificates.ca_pem, client_cert_pem=certificates.client.read_text())
    assert call(server.url, profile).json() == {"ok": True}


def test_an_unknown_authority_is_refused(server: OutsideServer) -> None:
    with pytest.raises(OutsideError, match=r"Zertifikat von .* wird nicht anerkannt"):
        call(server.url, None)


def test_without_the_client_certificate_the_other_side_hangs_up(
    server: OutsideServer, certificates: Certificates
) -> None:
    with pytest.raises(OutsideError):
        call(server.url, http.TlsProfile(ca_pem=certificates.ca_pem))


@pytest.mark.parametrize("profile", [http.TlsProfile(ca_pem="kein Zertifikat"), http.TlsProfile(client_cert_pem="x")])
def test_what_is_no_certificate_is_said_so(profile: http.TlsProfile) -> None:
    with pytest.raises(OutsideError, match="nicht lesbar"):
        call("https://127.0.0.1:1/", profile)

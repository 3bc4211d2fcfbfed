"""A certificate authority of its own, a server at 127.0.0.1 and a client, valid for as long as anybody runs tests."""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


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
    is_ca = key is signer
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2099, 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
    )
    return builder.sign(signer, hashes.SHA256())


def make_certificates(home: Path) -> Certificates:
    """In `home`; each file holds a certificate and its key."""
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

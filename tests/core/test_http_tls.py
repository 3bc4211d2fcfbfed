"""Own certificate authorities and client certificates, with a real TLS server."""

import ssl
from collections.abc import Iterator

import pytest

from praxis.core import http
from praxis.core.exceptions import OutsideError
from tests.certificates import Certificates, make_certificates
from tests.core.outside_server import OutsideServer, answering, serving


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("tls"))


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

"""python -m simulators.betty24 --port 8301 --store FILE.sqlite3 --key KEY"""

import argparse
import ssl
import sys
from pathlib import Path

from simulators.betty24 import protocol
from simulators.betty24.answers import Refusal, Request
from simulators.betty24.control import Control
from simulators.betty24.faults import FaultScript
from simulators.betty24.patient import PatientPages
from simulators.betty24.server import Outcome, Responder, serve
from simulators.betty24.store import Store


def main() -> None:
    options = _options()
    store = Store(options.store)
    store.ensure_practice(options.key)
    tls = _tls(options.tls_cert, options.tls_key, options.tls_client_ca) if options.tls_cert else None
    try:
        serve(responder(store, options.key), (options.host, options.port), tls)
    except KeyboardInterrupt:
        sys.exit(0)


def responder(store: Store, key: str) -> Responder:
    script = FaultScript()
    control = Control(store, script, key)
    pages = PatientPages(store, key)

    def respond(request: Request) -> Outcome:
        if request.path.startswith("/v1/"):
            return Outcome(*protocol.respond(store, script, request))
        if request.method == "POST" and request.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
            # Control and pages ask for no key: another page in the same browser must not use them.
            raise Refusal(403, "foreign_page", "this came from another page")
        if request.path.startswith("/sim/"):
            answer, down_seconds = control.respond(request)
            return Outcome(answer, down_seconds=down_seconds)
        return Outcome(pages.respond(request))

    return respond


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m simulators.betty24", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--store", type=Path, required=True, help="SQLite file, made when missing")
    parser.add_argument("--key", required=True, help="API key of the practice with two calendars")
    parser.add_argument("--tls-cert", type=Path, help="PEM; with it the portal speaks HTTPS only")
    parser.add_argument("--tls-key", type=Path, help="PEM, when the key is not in the file of the certificate")
    parser.add_argument("--tls-client-ca", type=Path, help="PEM; callers must show a certificate of this authority")
    return parser.parse_args()


def _tls(certificate: Path, key: Path | None, client_authority: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=client_authority)
    context.load_cert_chain(certificate, key)
    if client_authority:
        context.verify_mode = ssl.CERT_REQUIRED
    return context


if __name__ == "__main__":
    main()

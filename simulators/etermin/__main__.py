"""python -m simulators.etermin --port 8303 --store FILE.sqlite3 [--push-url URL --push-secret SECRET]"""

import argparse
import sys
from pathlib import Path

from simulators.betty24.answers import Refusal, Request
from simulators.betty24.server import Outcome, Responder, serve
from simulators.etermin import rest
from simulators.etermin.control import Control
from simulators.etermin.faults import FaultScript
from simulators.etermin.page import Pages
from simulators.etermin.pushes import Pushing
from simulators.etermin.store import Store


def main() -> None:
    options = _options()
    store = Store(options.store)
    given = {name: getattr(options, name) for name in SETTINGS}
    store.set_up({name: value for name, value in given.items() if value is not None})
    try:
        serve(responder(store), (options.host, options.port), None)
    except KeyboardInterrupt:
        sys.exit(0)


def responder(store: Store) -> Responder:
    script = FaultScript()
    control = Control(store, script, Pushing(store, script))
    pages = Pages(store, control)

    def respond(request: Request) -> Outcome:
        if request.path.startswith("/api/"):
            return rest.respond(store, script, request)
        if request.method != "GET" and request.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
            # Control and page ask for no key: another page in the same browser must not use them.
            raise Refusal(403, "foreign_page", "this came from another page")
        return Outcome(control.respond(request) if request.path.startswith("/sim/") else pages.respond(request))

    return respond


SETTINGS = (
    "push_url",
    "push_header",
    "push_secret",
    "push_mode",
    "public_key",
    "private_key",
    "calls_url",
    "calls_token",
)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m simulators.etermin", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--store", type=Path, required=True, help="SQLite file, made when missing")
    parser.add_argument("--push-url", help="webhook of the practice, as `manage.py etermin connect` prints it")
    parser.add_argument("--push-header", help="name of the header, X-Praxis-Key unless told otherwise")
    parser.add_argument("--push-secret", help="value of the header")
    parser.add_argument("--push-mode", choices=["json", "variables"])
    parser.add_argument("--public-key", help="of the REST API")
    parser.add_argument("--private-key", help="of the REST API")
    parser.add_argument("--calls-url", help="the practice's address, for the call API")
    parser.add_argument("--calls-token", help="token with the right to create video appointments")
    return parser.parse_args()


if __name__ == "__main__":
    main()

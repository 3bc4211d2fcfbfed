"""Bytes on the wire, and the control below /sim/, on loopback only and without a key.

GET /sim/calls · GET /sim/gone · POST /sim/gone [users] · POST /sim/faults [{kind, times, seconds, on: DELETE | GET}]
(an empty list clears) · POST /sim/reset
"""

import sys
from typing import Any
from urllib.parse import unquote, urlsplit

from simulators.legacy_vss.accounts import KINDS, PREFIX, Accounts
from simulators.seven.faults import Fault
from simulators.seven.gateway import Reply, json_reply
from simulators.seven.server import GatewayServer, Handler


class AccountsServer(GatewayServer):
    def __init__(self, address: tuple[str, int], accounts: Accounts) -> None:
        self.accounts = accounts
        super(GatewayServer, self).__init__(address, AccountsHandler)


class AccountsHandler(Handler):
    server: AccountsServer

    def do_DELETE(self) -> None:
        self._handle()

    def _reply(self, body: bytes) -> Reply:
        path = urlsplit(self.path).path
        try:
            data = self._data(body)
        except ValueError:
            return json_reply({"error": "not readable"}, 400)
        if path.startswith("/sim/"):
            if self.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
                return json_reply({"error": "this came from another page"}, 403)
            return _control(self.server.accounts, self.command, path, data)
        if path.startswith(PREFIX) and self.command in ("GET", "DELETE"):
            user = unquote(path.removeprefix(PREFIX))
            return self.server.accounts.respond(self.command, user, self.headers.get("Authorization", ""))
        return json_reply({"error": "unknown"}, 400)


def _control(accounts: Accounts, method: str, path: str, data: Any) -> Reply:
    if (method, path) == ("GET", "/sim/calls"):
        return json_reply({"calls": accounts.calls()})
    if (method, path) == ("GET", "/sim/gone"):
        return json_reply({"gone": accounts.gone()})
    if (method, path) == ("POST", "/sim/gone"):
        return json_reply({"forgotten": [user for user in data if accounts.forget(str(user))]})
    if (method, path) == ("POST", "/sim/faults"):
        return _faults(accounts, data)
    if (method, path) == ("POST", "/sim/reset"):
        accounts.reset()
        accounts.faults.replace([])
        return json_reply({})
    return json_reply({"error": "unknown"}, 404)


def _faults(accounts: Accounts, data: Any) -> Reply:
    wanted = [Fault(**{"on": "DELETE", **one}) for one in (data if isinstance(data, list) else [data])]
    if any(one.kind not in KINDS for one in wanted):
        return json_reply({"error": "unknown fault"}, 400)
    accounts.faults.replace([])
    accounts.faults.add(wanted)
    return json_reply({"waiting": len(wanted)})


def serve(address: tuple[str, int], accounts: Accounts) -> None:
    with AccountsServer(address, accounts) as server:
        sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
        sys.stdout.flush()
        server.serve_forever()

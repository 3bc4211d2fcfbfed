"""python -m simulators.legacy_vss --port 8401 --store FILE.sqlite3 [--gone USER ...]"""

import argparse
import sys
from pathlib import Path

from simulators.legacy_vss.accounts import Accounts
from simulators.legacy_vss.server import serve
from simulators.seven.faults import Faults


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m simulators.legacy_vss", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True, help="0 takes a free one and prints it")
    parser.add_argument("--store", type=Path, required=True, help="SQLite file, made when missing")
    parser.add_argument("--gone", nargs="*", default=[], help="accounts that somebody deleted before")
    options = parser.parse_args()
    accounts = Accounts(options.store, Faults())
    for user in options.gone:
        accounts.forget(user)
    try:
        serve((options.host, options.port), accounts)
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()

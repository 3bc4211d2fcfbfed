"""python -m simulators.seven --port 8302 --store FILE.sqlite3 --key KEY [--callback URL]"""

import argparse
import sys
from pathlib import Path

from simulators.seven.control import Control
from simulators.seven.faults import Faults
from simulators.seven.gateway import Gateway
from simulators.seven.server import serve
from simulators.seven.store import Store


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m simulators.seven", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True, help="0 takes a free one and prints it")
    parser.add_argument("--store", type=Path, required=True, help="SQLite file, made when missing")
    parser.add_argument("--key", required=True, help="the API key it accepts")
    parser.add_argument("--callback", default="", help="where delivery reports go unless POST /sim/reports says so")
    options = parser.parse_args()
    store, faults = Store(options.store), Faults()
    gateway = Gateway(store, faults, options.key, options.callback)
    try:
        serve((options.host, options.port), gateway, Control(store, faults, gateway))
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()

"""python -m simulators.publisher --port 8341 --folder DIR/repository"""

import argparse
import sys
from pathlib import Path

from simulators.publisher.server import serve
from simulators.publisher.shelf import Shelf


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m simulators.publisher", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True, help="0 takes a free one and prints it")
    parser.add_argument("--folder", type=Path, required=True, help="what `manage.py downloads_publish` writes")
    options = parser.parse_args()
    try:
        serve((options.host, options.port), Shelf(options.folder))
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()

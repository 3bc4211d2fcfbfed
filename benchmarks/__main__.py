"""`make bench`: every figure of the issues beside its floor, measured in one run on one machine.

Engines and data are made anew in a temporary folder; the only file that stays is DATA_DIR/bench.json.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

from praxis import embedded

HOME = Path(__file__).resolve().parent.parent


def main() -> int:
    # Where the result goes is the caller's DATA_DIR; the measured house lives in its own.
    results = Path(os.environ.get("DATA_DIR", HOME / ".data")).resolve() / "bench.json"
    only = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="praxis-bench-") as folder:
        Path(folder).chmod(0o711)
        with embedded.running(Path(folder), durable=True) as urls:
            os.environ |= {"DATA_DIR": folder, "DATABASE_URL": urls["database_url"], "REDIS_URL": urls["redis_url"]}
            # The simulated portal is on this machine.
            os.environ |= {"DJANGO_SETTINGS_MODULE": "praxis.settings", "BETTY24_ALLOW_PRIVATE_HOSTS": "1"}
            from benchmarks import runs

            lines = runs.run_all(only)
    results.parent.mkdir(parents=True, exist_ok=True)
    results.write_text(json.dumps([line.as_json() for line in lines], indent=1) + "\n")
    print(f"\n{results}")
    return 0 if all(line.held for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())

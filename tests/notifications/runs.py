"""How often the tests of force repeat: PRAXIS_RUNS=20 takes minutes and is what the issue's figures ask for."""

import os

RUNS = max(1, int(os.environ.get("PRAXIS_RUNS", "1")))

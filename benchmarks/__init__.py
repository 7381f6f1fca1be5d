"""Measurements, never tests: see docs/benchmarks.md."""

import sys
from pathlib import Path

# What starts real services for the tests starts them for the measurements too.
sys.path += [str(Path(__file__).parents[1] / folder) for folder in ("tests", "deploy")]

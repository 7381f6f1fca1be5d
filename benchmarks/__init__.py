"""Measurements, never tests: see docs/benchmarks.md."""

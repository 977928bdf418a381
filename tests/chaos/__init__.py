"""Chaos: a crawl that is killed at the worst moments, run again, and its archive checked.

`python -m tests.chaos` runs it; `docs/operations.md` says what a killed run may cost.
"""

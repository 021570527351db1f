"""Searches for good settings: what is varied, what is tried next, what is stopped early, and what came out."""

from mnist_core.sweep.plan import EarlyStopping, Method, SweepPlan, make_plan, parse_space, stored_plan
from mnist_core.sweep.values import Range, Values, format_values, suggest_values

__all__ = [
    "EarlyStopping",
    "Method",
    "Range",
    "SweepPlan",
    "Values",
    "format_values",
    "make_plan",
    "parse_space",
    "stored_plan",
    "suggest_values",
]

"""Searches for good settings: what is varied, what is tried next, what is stopped early, and what came out."""

from mnist_core.sweep.plan import Range, SweepPlan, Values, format_values, make_plan, parse_space

__all__ = ["Range", "SweepPlan", "Values", "format_values", "make_plan", "parse_space"]

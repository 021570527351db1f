"""Data sets of one's own: what they are read from, how they are gathered, and the sets that are kept.

A source, opened by `opening`, gives its images one by one as `contents` describes. A `Draft` gathers them in a file
without a name, so that a set can be looked at before it is kept; `store` keeps it.
"""

"""Whether a run of a sweep is worth training on."""

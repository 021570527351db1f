"""Downloads: a run, its report as HTML, its training as a script, one's own digits."""

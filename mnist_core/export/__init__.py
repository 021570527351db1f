"""What can be taken away: a run, its report as HTML, its training as a script, one's own digits."""

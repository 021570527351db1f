"""One run as Train, Runs and Draw show it, and runs as a table."""

"""One run as pages show it, and runs as a table."""

"""What the pages are made of: what they share here and in `components` and `run_view`, and one folder a page."""

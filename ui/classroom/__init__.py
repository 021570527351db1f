"""The Class page: what teachers see and set, and what the class sees of it."""

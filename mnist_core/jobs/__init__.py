"""Stored runs and the processes that train them."""

"""The sections of the page on K nearest neighbours."""

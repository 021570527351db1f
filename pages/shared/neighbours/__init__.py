"""The lesson on K nearest neighbours, a section a file."""

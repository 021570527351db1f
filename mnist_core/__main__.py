"""The command line: the same verbs as the pages, without a browser."""

import logging
import sys

from mnist_core import DigitLabError
from mnist_core.cli import app


def main() -> None:
    """Run the command line; an error that a person can put right is one sentence on standard error."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    try:
        app()
    except DigitLabError as error:
        print(error, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()

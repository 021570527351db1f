"""The command line, `python -m mnist_core`: what the pages do, without a browser."""

import logging
import sys

from mnist_core import DigitLabError
from mnist_core.cli import app
from mnist_core.cli.output import print_text


def main() -> None:
    """Run the command line; a `DigitLabError` is printed on standard error as one sentence, and the exit code is 1."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells what every fresh folder does
    try:
        app()
    except DigitLabError as error:
        print_text(str(error), sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()

"""The worker, with pages that kill it: their text says how."""

import os
import sys
from multiprocessing.connection import Connection

from adtrace.extract import extract_page
from adtrace.fetch import worker


def extract(text, **more):
    """As extract_page, unless the page is deadly."""
    if isinstance(text, str) and "deadly" in text:
        os.abort()
    return extract_page(text, **more)


if __name__ == "__main__":
    channels = [Connection(int(number)) for number in sys.argv[1:]]
    worker.confine()
    worker.serve(*channels, extract)

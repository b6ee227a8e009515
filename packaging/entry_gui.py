"""Start of the frozen window."""

import multiprocessing
import sys

from filingdesk.gui.app import main

if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(main())

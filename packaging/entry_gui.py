"""Start of the frozen window."""

import multiprocessing
import sys

from filingdesk.infra.safeparse import run_if_child

if __name__ == "__main__":
    multiprocessing.freeze_support()
    # A child that only reads a stranger's file starts in a moment: before anything heavy is loaded.
    run_if_child()
    from filingdesk.gui.app import main

    sys.exit(main())

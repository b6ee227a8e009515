"""Start of the frozen command line."""

import multiprocessing

from filingdesk.cli.main import main

if __name__ == "__main__":
    multiprocessing.freeze_support()
    main()

"""`python -m filingdesk` is the command line."""

from filingdesk.cli.main import main

if __name__ == "__main__":
    main()

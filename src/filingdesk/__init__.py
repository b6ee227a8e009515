"""filingdesk: a local-first workbench for the algorithm filing and the large-model filing in China."""

__version__ = "0.1.0"

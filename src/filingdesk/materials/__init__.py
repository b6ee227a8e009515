"""Inspects files that people hand in."""

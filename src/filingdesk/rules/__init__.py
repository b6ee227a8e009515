"""Judges facts by rules that are data."""

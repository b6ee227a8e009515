"""Keyword interception: normalise, match, audit."""

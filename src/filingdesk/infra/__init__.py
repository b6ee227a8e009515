"""Paths, settings, resources, logging, safe files."""

"""Forms generated from the field declarations."""

"""Rules that need code: small functions that say only where and what was found."""

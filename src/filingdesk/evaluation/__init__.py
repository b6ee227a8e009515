"""Question banks: reading, counting, sampling."""

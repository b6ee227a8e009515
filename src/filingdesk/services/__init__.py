"""Use cases: the only room that combines the others; free of Qt."""

"""The project file: one SQLite database with journal, blobs and lock."""

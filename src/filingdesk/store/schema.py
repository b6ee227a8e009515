"""The tables of a project file, schema 1."""

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, Table, Text

APPLICATION_ID = 0x46445031
""""FDP1" in the SQLite header: this database is a filingdesk project."""

metadata = MetaData()

entry = Table(
    "entry",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

journal = Table(
    "journal",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("undo_of", Integer),
    Column("key", Text, nullable=False),
    Column("old", Text),
    Column("new", Text),
    Column("prev_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index("ix_journal_revision", "revision"),
    Index("ix_journal_key", "key"),
)

blob = Table(
    "blob",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("size", Integer, nullable=False),
)

# Parts instead of one value: SQLite holds a whole value in memory several times and stops at 1 GB.
blob_part = Table(
    "blob_part",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

# Who made a version, when and why stands in the journal, which also vouches for digest and statistics.
library_version = Table(
    "library_version",
    metadata,
    Column("library", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("total", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("stats", Text, nullable=False),
    Column("purged", Integer, nullable=False, default=0),
    sqlite_with_rowid=False,
)

# A row belongs to the versions from_version <= v < to_version (NULL: still in force), so an import can be
# undone exactly without a second copy of the rows that stayed.
keyword = Table(
    "keyword",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("from_version", Integer, nullable=False),
    Column("to_version", Integer),
    Column("position", Integer, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("word", Text, nullable=False),
    Column("risk", Text, nullable=False),
    Column("category1", Text, nullable=False),
    Column("category2", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("added_on", Text),
    Index("ix_keyword_position", "position"),
    Index("ix_keyword_risk", "risk", "position"),
    # An id never comes back for another row: a list in a window may still hold the old one.
    sqlite_autoincrement=True,
)

question = Table(
    "question",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("from_version", Integer, nullable=False),
    Column("to_version", Integer),
    Column("position", Integer, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("bank", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("risk", Text, nullable=False),
    Column("aspect", Text, nullable=False),
    Column("category1", Text, nullable=False),
    Column("category2", Text, nullable=False),
    Column("sampled", Integer, nullable=False),
    Column("response", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("judged_by", Text, nullable=False),
    Column("judged_on", Text),
    Column("note", Text, nullable=False),
    Index("ix_question_position", "bank", "position"),
    sqlite_autoincrement=True,
)

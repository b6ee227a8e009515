"""Numbered migrations of the project file: step n takes schema n to n + 1, all of them in one transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from filingdesk.store import journal
from filingdesk.store.model import Change

Step = Callable[[Connection], None]


@dataclass(frozen=True)
class Migrations:
    """The schema this program writes, and how to come from each older one."""

    current: int
    steps: Mapping[int, Step] = field(default_factory=dict)


CURRENT = Migrations(1)


def missing_steps(migrations: Migrations, schema: int) -> list[int]:
    """Schema numbers on the way for which no step is known; empty when the file can be brought up."""
    return [number for number in range(schema, migrations.current) if number not in migrations.steps]


def run(connection: Connection, migrations: Migrations, schema: int, *, who: str, at: datetime) -> None:
    """Bring an open transaction's file from `schema` to the current one and note it in the journal."""
    for number in range(schema, migrations.current):
        migrations.steps[number](connection)
    # PRAGMA takes no parameters; the number is ours.
    connection.exec_driver_sql(f"PRAGMA user_version = {int(migrations.current)}")
    journal.append(
        connection,
        [Change("@schema", schema, migrations.current)],
        kind="migrate",
        label=f"升级项目文件格式 {schema} → {migrations.current}",
        who=who,
        at=at,
    )

"""The one calendar of working days: read once from the packs' own data, used by the route and by the rules with clocks."""

from functools import lru_cache
from pathlib import Path

from filingdesk.infra.resources import resource_path
from filingdesk.rules.packfile import model, read_file
from filingdesk.rules.route_calendar import Calendar
from filingdesk.rules.route_schema import WorkdaysData

FOLDER, FILE = "routes", "workdays.yaml"


@lru_cache(maxsize=4)
def china(folder: Path | None = None) -> Calendar:
    """Working days as the State Council's yearly notices arrange them; years without a notice count Mondays to Fridays."""
    file = read_file(folder or resource_path("rulesets", FOLDER), FILE)
    return Calendar.of(model(WorkdaysData, file, file.data))

"""What the program remembers between two runs: what the user prefers, recent projects, window state, last places."""

import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any, Literal

from filingdesk.domain.errors import UserError
from filingdesk.infra.files import atomic_write, telling
from filingdesk.infra.paths import config_dir
from filingdesk.infra.preferences import BY_KEY, THEME

VERSION = 1
FILE_NAME = "settings.json"
MAX_RECENT = 15
MAX_PLACES = 200

Theme = Literal["system", "light", "dark"]
THEMES: tuple[Theme, ...] = ("system", "light", "dark")


@dataclasses.dataclass(frozen=True)
class Settings:
    """A snapshot of the settings; the methods give a changed copy, `save` keeps one.

    `recent`: absolute paths of project files, the latest first. `window`: what the window needs to look the
    same again (Qt's blobs as base64 text). `places`: project path → where the user was in it, latest last.
    `preferences`: what was chosen other than the defaults (`infra.preferences`); entries of a later program stay.
    """

    recent: tuple[str, ...] = ()
    window: dict[str, str] = dataclasses.field(default_factory=dict)
    places: dict[str, str] = dataclasses.field(default_factory=dict)
    theme: Theme = "system"
    preferences: dict[str, str] = dataclasses.field(default_factory=dict)

    def preference(self, key: str) -> str:
        """What holds for a preference: what was chosen, else its default (also for a value that means nothing here)."""
        declared = BY_KEY[key]
        chosen = self.theme if key == THEME else self.preferences.get(key, declared.default)
        return chosen if declared.accepts(chosen) else declared.default

    def with_preference(self, key: str, value: str) -> "Settings":
        """Another choice; the default is not kept, so that a better default of a later program reaches everyone."""
        declared = BY_KEY[key]
        if not declared.accepts(value):
            raise ValueError(f"{key}: {value}")
        if key == THEME:
            return self.with_theme(next(theme for theme in THEMES if theme == value))
        others = {known: kept for known, kept in self.preferences.items() if known != key}
        chosen = {} if value == declared.default else {key: value}
        return dataclasses.replace(self, preferences={**others, **chosen})

    def without_traces(self) -> "Settings":
        """Recent projects and last places forgotten."""
        return dataclasses.replace(self, recent=(), places={})

    def with_recent(self, project: Path) -> "Settings":
        """The project at the head of the recent list."""
        path = str(project.absolute())
        others = tuple(known for known in self.recent if known != path)
        return dataclasses.replace(self, recent=(path, *others)[:MAX_RECENT])

    def without_recent(self, project: Path) -> "Settings":
        """The project forgotten: neither in the recent list nor its last place."""
        path = str(project.absolute())
        return dataclasses.replace(
            self,
            recent=tuple(known for known in self.recent if known != path),
            places={known: place for known, place in self.places.items() if known != path},
        )

    def pruned(self) -> tuple["Settings", tuple[str, ...]]:
        """The settings without recent projects whose file is gone, and those paths, to be told.

        A path whose folder cannot be reached either stays: a memory stick or a network drive comes back.
        """
        gone = tuple(path for path in self.recent if Path(path).parent.is_dir() and not Path(path).is_file())
        return dataclasses.replace(self, recent=tuple(p for p in self.recent if p not in gone)), gone

    def with_window(self, **state: str) -> "Settings":
        """Window state remembered under these names, the others kept."""
        return dataclasses.replace(self, window={**self.window, **state})

    def with_place(self, project: Path, place: str) -> "Settings":
        """Where the user was in this project."""
        path = str(project.absolute())
        places = {known: where for known, where in self.places.items() if known != path}
        places[path] = place
        kept = list(places.items())[-MAX_PLACES:]
        return dataclasses.replace(self, places=dict(kept))

    def place(self, project: Path) -> str | None:
        """The last place in this project, if one is remembered."""
        return self.places.get(str(project.absolute()))

    def with_theme(self, theme: Theme) -> "Settings":
        """Another theme; `system` follows the desktop."""
        return dataclasses.replace(self, theme=theme)


@dataclasses.dataclass(frozen=True)
class LoadedSettings:
    """What was read, and a Chinese sentence for the user when the file was broken and had to be set aside."""

    settings: Settings
    notice: str = ""


def settings_path() -> Path:
    """The settings file of this user."""
    return config_dir() / FILE_NAME


def load() -> LoadedSettings:
    """Reads the settings; never fails. A broken file is kept as `….broken` and told in `notice`.

    The file of a later program is read as far as it is understood; `save` keeps it as `….newer` before it writes another.
    """
    try:
        loaded = _read(settings_path())
    except UserError as error:
        loaded = LoadedSettings(Settings(), f"{error.message}本次使用默认设置，改动的设置不会记住。")
    if loaded.notice and loaded.notice not in _met:
        _met.append(loaded.notice)
        _untold.append(loaded.notice)
    return loaded


_met: list[str] = []
_untold: list[str] = []


def take_notices() -> tuple[str, ...]:
    """What `load` found wrong with the file and nobody was told yet, each sentence once in a run."""
    told = tuple(_untold)
    _untold.clear()
    return told


def _read(path: Path) -> LoadedSettings:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return LoadedSettings(Settings())
    except OSError as error:
        return LoadedSettings(Settings(), f"设置文件“{path}”读不出来（{error.strerror}），本次使用默认设置。")
    except UnicodeDecodeError:
        return _set_aside(path)
    try:
        document = json.loads(text)
        settings = _parse(document)
    except (ValueError, RecursionError):
        return _set_aside(path)
    if _is_newer(document):
        return LoadedSettings(
            settings,
            f"设置文件是更新版本的程序写的，认得的设置照用；改动设置之前会把它原样留为“{path.name}.newer”。",
        )
    return LoadedSettings(settings)


def _is_newer(document: Any) -> bool:
    version = document.get("version") if isinstance(document, dict) else None
    return isinstance(version, int) and version > VERSION


def save(settings: Settings) -> None:
    """Keeps the settings. Raises `UserError` when the folder cannot be written."""
    path = settings_path()
    _keep_newer(path)
    document = {"version": VERSION, **dataclasses.asdict(settings)}
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    atomic_write(path, text.encode("utf-8", "surrogateescape"))


def _keep_newer(path: Path) -> None:
    """The file of a later program is not lost by what this one writes."""
    try:
        newer = _is_newer(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, RecursionError):
        return
    if newer:
        with telling(path, "保留"):
            shutil.copyfile(path, path.with_name(path.name + ".newer"))


def choose(key: str, value: str) -> None:
    """Keeps one preference. Raises `UserError` when the folder cannot be written."""
    save(load().settings.with_preference(key, value))


def preference(key: str) -> str:
    """What holds for one preference now."""
    return load().settings.preference(key)


def _set_aside(path: Path) -> LoadedSettings:
    broken = path.with_name(path.name + ".broken")
    try:
        path.replace(broken)
    except OSError:
        return LoadedSettings(Settings(), f"设置文件“{path}”已损坏，本次使用默认设置。")
    return LoadedSettings(
        Settings(), f"设置文件已损坏，改用默认设置；原文件保留为“{broken}”，项目文件不受影响。"
    )


def _parse(document: Any) -> Settings:
    """Takes what has the right shape; raises `ValueError` for anything that this program never wrote."""
    if not isinstance(document, dict):
        raise ValueError("not a settings document")
    recent = document.get("recent", [])
    if not isinstance(recent, list) or not all(isinstance(path, str) for path in recent):
        raise ValueError("recent")
    theme = document.get("theme", "system")
    return Settings(
        recent=tuple(dict.fromkeys(recent))[:MAX_RECENT],
        window=_text_map(document, "window"),
        places=_text_map(document, "places"),
        # A later program may know more themes: not a reason to call the file broken.
        theme=theme if theme in THEMES else "system",
        preferences=_text_map(document, "preferences"),
    )


def _text_map(document: dict[str, Any], name: str) -> dict[str, str]:
    value = document.get(name, {})
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise ValueError(name)
    return dict(value)


def update_recent(project: Path) -> None:
    """Notes that a project was opened; a settings folder that cannot be written must not hinder the work."""
    try:
        save(load().settings.with_recent(project))
    except UserError:
        return

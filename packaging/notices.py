"""Collects the licences of everything that travels in the packaged program, from what is installed here.

Writes `THIRD-PARTY-NOTICES.txt` into the given folder: ours first, then fonts and tables, then every library that
the program needs to run (found from its declared requirements, development tools left out), with full texts.
"""

import importlib.metadata as metadata
import platform
import sys
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LICENCE_NAMES = ("LICEN", "COPYING", "NOTICE", "AUTHORS")
RULE = "=" * 78

QT_NOTE = """\
Qt and PySide6 are used under the GNU Lesser General Public License, version 3.
Their libraries lie as separate files in this program's folder (PySide6/ or
_internal/PySide6/) and may be replaced by compatible builds of your own. Source code:
https://download.qt.io/official_releases/QtForPython/ and https://code.qt.io/.
"""


def needed(root: str) -> list[str]:
    """The canonical names of all distributions that `root` needs on this system, without its extras."""
    seen: set[str] = set()
    waiting = [root]
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in seen:
            continue
        seen.add(name)
        for text in metadata.requires(name) or []:
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                waiting.append(requirement.name)
    seen.discard(canonicalize_name(root))
    return sorted(seen)


def licence_of(about: metadata.PackageMetadata) -> str:
    """The licence as the distribution itself states it, in one line."""
    for key in ("License-Expression", "License"):
        value = about.get(key)
        if value and len(value) < 120:
            return value.splitlines()[0]
    classes = [
        value.split(" :: ")[-1] for value in about.get_all("Classifier") or [] if value.startswith("License")
    ]
    return "; ".join(classes) or "not stated"


def licence_texts(distribution: metadata.Distribution) -> list[str]:
    """The full texts that the distribution carries."""
    texts = []
    for file in distribution.files or []:
        if ".dist-info" in str(file) and any(part in file.name.upper() for part in LICENCE_NAMES):
            path = Path(str(distribution.locate_file(file)))
            if path.is_file():
                texts.append(path.read_text(encoding="utf-8", errors="replace").strip())
    return texts


def notices() -> str:
    """The whole document."""
    parts = [
        "filingdesk and what travels with it",
        f"Collected on {platform.system()} for Python {platform.python_version()}.",
        f"{RULE}\nfilingdesk\n{RULE}\n{(ROOT / 'LICENSE').read_text(encoding='utf-8').strip()}",
    ]
    for path in sorted((ROOT / "resources").rglob("LICENSE-*.txt")):
        name = path.relative_to(ROOT / "resources").as_posix()
        parts.append(f"{RULE}\n{name}\n{RULE}\n{path.read_text(encoding='utf-8').strip()}")
    for name in needed("filingdesk"):
        distribution = metadata.distribution(name)
        title = (
            f"{distribution.metadata['Name']} {distribution.version} – {licence_of(distribution.metadata)}"
        )
        texts = licence_texts(distribution)
        if name.startswith(("pyside6", "shiboken6")):
            texts.insert(0, QT_NOTE)
        parts.append(
            f"{RULE}\n{title}\n{RULE}\n" + ("\n\n".join(texts) or "(carries no licence text of its own)")
        )
    # The LGPL asks for both texts, and Qt's wheels do not carry the first.
    for path in sorted((ROOT / "packaging" / "licenses").glob("*.txt")):
        parts.append(f"{RULE}\n{path.stem}\n{RULE}\n{path.read_text(encoding='utf-8').strip()}")
    return "\n\n".join(parts) + "\n"


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "THIRD-PARTY-NOTICES.txt").write_text(notices(), encoding="utf-8")
    print(f"wrote {folder / 'THIRD-PARTY-NOTICES.txt'}")


if __name__ == "__main__":
    main()

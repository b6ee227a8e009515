"""Is this installation whole? Used on the frozen program before it is handed out."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from filingdesk.domain.errors import UserError


@dataclass(frozen=True)
class SelfTestStep:
    """One thing that was tried."""

    name: str
    ok: bool
    detail: str


def run_selftest() -> list[SelfTestStep]:
    """Try every kind of resource and every heavy library once."""
    steps: list[tuple[str, Callable[[], str]]] = [
        ("规则包", _packs),
        ("文书模板", _templates),
        ("匹配引擎", _engines),
        ("示例备案（项目、文书、提交包、校验）", _demo),
    ]
    return [_try(name, step) for name, step in steps]


def _try(name: str, step: Callable[[], str]) -> SelfTestStep:
    try:
        return SelfTestStep(name, True, step())
    except UserError as error:
        return SelfTestStep(name, False, str(error))
    except Exception as error:  # noqa: BLE001 - a self-test reports whatever is broken
        return SelfTestStep(name, False, f"{type(error).__name__}: {error}")


def _packs() -> str:
    from filingdesk.services import checking

    return "、".join(f"{p.id} {len(p.rules)} 条" for p in checking.packs())


def _templates() -> str:
    from filingdesk.services import catalogue

    return f"{len(catalogue.shipped())} 份"


def _engines() -> str:
    from filingdesk.scan.engine import Interceptor

    found = []
    for engine in ("auto", "pyahocorasick"):
        interceptor = Interceptor(["示例词"], engine=engine)
        if [h.keyword for h in interceptor.scan("这里有示*例*词。")] != ["示例词"]:
            raise UserError("selftest.engine", f"匹配引擎 {interceptor.engine} 没有找到示例词。")
        found.append(interceptor.engine)
    return "、".join(dict.fromkeys(found))


def _demo() -> str:
    from filingdesk.services.demo import run_demo
    from filingdesk.services.workspace import Workspace

    with tempfile.TemporaryDirectory() as folder:
        result = run_demo(Workspace(), Path(folder))
        if not result.ok:
            raise UserError("selftest.demo", f"示例没有通过：{result.verified}。")
        return f"{sum(len(b.manifest.files) for b in result.bundles)} 个文件"

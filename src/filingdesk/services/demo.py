"""Builds the sample filing with the program's own services, and the demonstration run that uses every one of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from filingdesk.bundle.write import WrittenBundle
from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Progress, Report, silent
from filingdesk.domain.records import BANKS
from filingdesk.domain.report import CheckReport
from filingdesk.domain.specs import Stage
from filingdesk.services import bundling, checking, keywords, sample
from filingdesk.services.papers import Desk
from filingdesk.services.session import Session
from filingdesk.services.workspace import Workspace
from filingdesk.store.model import Change
from filingdesk.store.project import ProjectFile

PROJECT_NAME = "示例备案.fdproj"
_MARK = "@meta/demo"
_PLANTED = 300
_STAGES: tuple[Stage, ...] = ("algorithm", "large-model")

SampleName = Literal["complete", "incomplete"]


def create_sample(
    workspace: Workspace, path: Path, name: SampleName = "complete", report: Report = silent
) -> Session:
    """Make a project from a shipped sample and open it: facts, attachments, keyword library, banks, statements."""
    report(Progress(0, 5, "新建项目"))
    session = workspace.create(path)
    try:
        _fill(session, name, report)
    except BaseException:
        session.close()
        path = session.path
        path.unlink(missing_ok=True)
        raise
    return session


def _fill(session: Session, name: SampleName, report: Report) -> None:
    report(Progress(1, 5, "放入附件"))
    for file_name, data in sample.sample_attachments(name).items():
        session.store_blob(file_name, data)
    report(Progress(2, 5, "填写事实"))
    session.replace_facts(sample.sample_facts(name), "填入示例")
    who, at = session.who, session.clock
    report(Progress(3, 5, "导入关键词库"))
    words = sample.sample_keywords(name)
    session.library_changed(session.file.replace_keywords(words, label="导入示例关键词库", who=who, at=at()))
    report(Progress(4, 5, "导入题库"))
    banks = sample.sample_questions(name)
    for bank in BANKS:
        done = session.file.replace_questions(bank, banks[bank], label="导入示例题库", who=who, at=at())
        session.library_changed(done)
    if name == "complete":
        _attest(session)
    report(Progress(5, 5, "示例已就绪"))


def _attest(session: Session) -> None:
    """Statements of the sample's people on the rules that only a person can judge."""
    manual = {r.id: f"{r.clause} {r.title}" for r in checking.check(session).with_status("manual")}
    statements = list(sample.attestations(manual).values())
    if statements:
        session.attest_many(statements, "填入示例的人工核查")


@dataclass(frozen=True)
class InterceptionTest:
    """Sample words planted into neutral sentences, and how many were found; `benign_hits` in answers that hold none."""

    planted: int
    found: int
    benign: int
    benign_hits: int


@dataclass(frozen=True)
class DemoResult:
    """What the demonstration made."""

    project: Path
    report: CheckReport
    interception: InterceptionTest
    bundles: tuple[WrittenBundle, ...]
    verified: dict[str, bool] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """No blocker, every planted word found, every folder and the project file intact."""
        found = self.interception.found == self.interception.planted
        return self.report.verdict != "blocked" and found and all(self.verified.values())


def run_demo(
    workspace: Workspace, out: Path, *, cancel: Cancel | None = None, report: Report = silent
) -> DemoResult:
    """Build the sample in `out`: project, self-check, interception test, every paper, both bundles; verify them.

    A project of an earlier run is built anew when nobody has edited it, otherwise refused."""
    cancel = cancel or Cancel()
    path = out / PROJECT_NAME
    out.mkdir(parents=True, exist_ok=True)
    rebuilt = _clear_untouched(workspace, path)
    session = create_sample(workspace, path, report=report)
    try:
        # The mark tells a later run that nobody has worked in this project.
        mark = Change(_MARK, None, {"revision": session.revision + 1})
        session.apply_meta([mark], "示例完成")
        desk = Desk(session)
        interception = _interception_test(session, report)
        bundles = tuple(
            bundling.export_bundle(
                session, stage, out, replace=rebuilt, cancel=cancel, report=report, desk=desk
            )
            for stage in _STAGES
        )
    finally:
        session.close()
    verified = {b.path.name: bundling.verify(b.path).ok for b in bundles}
    verified[path.name] = _project_intact(workspace, path)
    return DemoResult(path, desk.report, interception, bundles, verified)


def _clear_untouched(workspace: Workspace, path: Path) -> bool:
    if not path.exists():
        return False
    with ProjectFile.open(path, read_only=True, now=workspace.clock()) as file:
        mark = file.entries().get(_MARK)
        untouched = isinstance(mark, dict) and mark.get("revision") == file.revision
    if not untouched:
        raise UserError(
            "demo.edited",
            f"“{path}”里有您改过的示例项目，没有覆盖。",
            "请用 --out 换一个文件夹，或先移走它。",
        )
    path.unlink()
    return True


def _project_intact(workspace: Workspace, path: Path) -> bool:
    with ProjectFile.open(path, read_only=True, now=workspace.clock()) as file:
        return not file.verify()


def _interception_test(session: Session, report: Report) -> InterceptionTest:
    report(Progress(0, 1, "拦截测试"))
    interceptor = keywords.project_interceptor(session)
    words = [k.word for k in session.file.iter_keywords()]
    chosen = words[:: max(1, len(words) // _PLANTED)][:_PLANTED]
    hidden: tuple[Callable[[str], str], ...] = (str, str.upper, lambda w: "*".join(w))
    planted = [(w, f"请问“{hidden[n % 3](w)}”怎么办理？") for n, w in enumerate(chosen)]
    found = sum(any(h.keyword == w for h in interceptor.scan(text)) for w, text in planted)
    benign = [q.response for b in BANKS for q in session.file.iter_questions(b) if q.response]
    benign_hits = len({number for number, _hit in interceptor.scan_many(benign)})
    return InterceptionTest(len(planted), found, len(benign), benign_hits)

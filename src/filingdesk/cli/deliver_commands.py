"""build, bundle, verify, demo, selftest."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from filingdesk.cli.facts_commands import Project, opened
from filingdesk.cli.output import FINDINGS, OK, JsonFlag, command, emit, note, progress, say
from filingdesk.domain.errors import UserError

if TYPE_CHECKING:
    from filingdesk.services.exports import Export


@command
def build(
    project: Project,
    doc: Annotated[list[str] | None, typer.Option("--doc", help="只生成这些文书（编号）；默认全部。")] = None,
    fmt: Annotated[
        list[str] | None, typer.Option("--format", help="只要这些格式：docx、pdf、html、xlsx。")
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="输出文件夹。")] = Path(),
    draft: Annotated[bool, typer.Option("--draft", help="草稿：缺的内容标出来，有阻断也能生成。")] = False,
    as_json: JsonFlag = False,
) -> int:
    """生成文书。"""
    from filingdesk.services import papers

    with opened(project) as session, progress("生成文书", quiet=as_json) as report:
        built = papers.build(
            session, out, paper_ids=doc or (), formats=tuple(fmt or ()), draft=draft, report=report
        )
    _record_exports(project, [each.export for each in built])
    if as_json:
        emit({"files": [{"paper": b.paper, "path": str(b.path), "gaps": b.gaps} for b in built]})
        return OK
    for each in built:
        say(f"{each.path}{f'（缺 {each.gaps} 项）' if each.gaps else ''}")
    return OK


@command
def bundle(
    project: Project,
    stage: Annotated[
        Literal["algorithm", "large-model"], typer.Option("--stage", help="算法备案或大模型备案。")
    ],
    out: Annotated[Path, typer.Option("--out", help="提交包建在这个文件夹里。")],
    replace: Annotated[bool, typer.Option("--replace", help="覆盖未被改动过的旧提交包。")] = False,
    as_json: JsonFlag = False,
) -> int:
    """导出提交包。"""
    from filingdesk.domain.report import DISCLAIMER
    from filingdesk.services import bundling, papers

    with opened(project) as session, progress("导出提交包", quiet=as_json) as report:
        desk = papers.Desk(session)
        planned = bundling.plan_bundle(session, stage, desk)
        written = bundling.export_bundle(session, stage, out, replace=replace, report=report, desk=desk)
    _record_packs(project)
    _record_exports(project, list(desk.exports.values()))
    if as_json:
        emit(
            {
                "path": str(written.path),
                "files": [f.path for f in written.manifest.files],
                "left_out": list(planned.left_out),
            }
        )
        return OK
    say(f"提交包：{written.path}（{len(written.manifest.files)} 个文件）")
    for line in planned.left_out:
        say(f"没有放入：{line}")
    say(f"{DISCLAIMER}。")
    return OK


def _record_exports(project: Path, made: "Sequence[Export | None]") -> None:
    """Keep in the project what was exported, so that a returned paper can be compared with it."""
    from filingdesk.services import exports

    if not any(made):
        return
    try:
        with opened(project, write=True) as session:
            exports.note(session, made)
    except UserError as error:
        note(f"文书已导出，但没有把导出的内容记进项目，退回稿比较时会少一个依据：{error.message}")


def _record_packs(project: Path) -> None:
    """Keep in the project by which rule packs it was judged, so that the report can be made again after an update."""
    from filingdesk.services import checking, upgrades

    try:
        with opened(project, write=True) as session:
            upgrades.record(session, checking.check(session))
    except UserError as error:
        note(f"提交包已导出，但没有把规则包版本记进项目：{error.message}")


@command
def verify(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="提交包文件夹，或项目文件；可以写几个。")
    ],
    as_json: JsonFlag = False,
) -> int:
    """校验提交包或项目文件是否完好，指出有问题的文件。"""
    documents = [(path, _verify_folder(path) if path.is_dir() else _verify_project(path)) for path in paths]
    ok = all(document["ok"] for _path, document in documents)
    if as_json:
        emit(documents[0][1] if len(documents) == 1 else _together(documents))
        return OK if ok else FINDINGS
    for path, document in documents:
        if document["ok"]:
            say(f"完好：{path}（核对了 {document['files']} 项）")
            continue
        say(f"有 {len(document['problems'])} 处问题：{path}")
        for problem in document["problems"]:
            say(f"  {problem['path']}：{problem['message']}")
    return OK if ok else FINDINGS


def _together(documents: list[tuple[Path, dict[str, Any]]]) -> dict[str, Any]:
    """Several verdicts in the shape of one; the paths of problems begin with what was verified."""
    return {
        "ok": all(document["ok"] for _path, document in documents),
        "files": sum(document["files"] for _path, document in documents),
        "problems": [
            {**problem, "path": f"{path}/{problem['path']}" if path.is_dir() else str(path)}
            for path, document in documents
            for problem in document["problems"]
        ],
    }


def _verify_folder(path: Path) -> dict[str, Any]:
    from filingdesk.services import bundling

    result = bundling.verify(path)
    problems = [{"path": p.path, "kind": p.kind, "message": p.message} for p in result.problems]
    return {"ok": result.ok, "files": result.files, "problems": problems}


def _verify_project(path: Path) -> dict[str, Any]:
    try:
        return _verified_project(path)
    except UserError as error:
        if error.code != "project.damaged":
            raise
        problem = {"path": path.name, "kind": error.code, "message": str(error)}
        return {"ok": False, "files": 1, "problems": [problem]}


def _verified_project(path: Path) -> dict[str, Any]:
    with opened(path) as session:
        found = session.file.verify()
        count = len(session.file.entries()) + len(session.file.blobs())
    problems = [{"path": p.where, "kind": p.code, "message": p.message} for p in found]
    return {"ok": not problems, "files": count, "problems": problems}


@command
def demo(
    out: Annotated[Path, typer.Option("--out", help="放示例的文件夹。")] = Path("filingdesk-demo"),
    as_json: JsonFlag = False,
) -> int:
    """用自带的示例走一遍：项目、自查、拦截测试、全部文书、两个提交包，并校验。"""
    from filingdesk.bootstrap import workspace
    from filingdesk.domain.report import DISCLAIMER
    from filingdesk.services.demo import run_demo

    with progress("生成示例", quiet=as_json) as report:
        result = run_demo(workspace(), out, report=report)
    test = result.interception
    if as_json:
        emit(
            {
                "project": str(result.project),
                "verdict": result.report.verdict,
                "counts": {s: result.report.count(s) for s in ("blocker", "warning", "info")},
                "interception": {
                    "planted": test.planted,
                    "found": test.found,
                    "benign_hits": test.benign_hits,
                },
                "bundles": [str(b.path) for b in result.bundles],
                "verified": result.verified,
                "ok": result.ok,
            }
        )
        return OK if result.ok else FINDINGS
    say(f"项目：{result.project}")
    say(
        f"自查：阻断 {result.report.count('blocker')}，提醒 {result.report.count('warning')}，"
        f"共 {len(result.report.results)} 条规则"
    )
    say(
        f"拦截测试：埋入 {test.planted} 个示例词，拦下 {test.found} 个；{test.benign} 段正常回答误拦 {test.benign_hits} 段"
    )
    for each in result.bundles:
        say(f"提交包：{each.path}（{len(each.manifest.files)} 个文件）")
    for name, ok in result.verified.items():
        say(f"校验：{name} {'完好' if ok else '有问题'}")
    say(f"{DISCLAIMER}。")
    return OK if result.ok else FINDINGS


@command
def selftest(as_json: JsonFlag = False) -> int:
    """检查安装是否完整：资源、字体、模板、规则、匹配引擎、文书。"""
    from filingdesk.services.selftest import run_selftest

    steps = run_selftest()
    if as_json:
        emit(
            {
                "ok": all(s.ok for s in steps),
                "steps": [{"name": s.name, "ok": s.ok, "detail": s.detail} for s in steps],
            }
        )
    else:
        for step in steps:
            say(f"{'通过' if step.ok else '失败'}  {step.name}  {step.detail}")
    return OK if all(s.ok for s in steps) else FINDINGS


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("build")(build)
    app.command("bundle")(bundle)
    app.command("verify")(verify)
    app.command("demo")(demo)
    app.command("selftest", hidden=True)(selftest)

"""keywords test: the interception test of a project's library."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from filingdesk.cli.facts_commands import Project, opened
from filingdesk.cli.output import FINDINGS, OK, JsonFlag, command, emit, note, progress, say, table

if TYPE_CHECKING:
    from filingdesk.scan.trial_result import BenignHit
    from filingdesk.services.interception import TrialRun

_SHOWN = 20
_SHOWN_HITS = 5
_Paths = list[Path] | None


@command
def keywords_test(
    project: Project,
    seed: Annotated[
        int | None, typer.Option("--seed", help="随机种子；同一词库、同一种子，结果相同。")
    ] = None,
    channels: Annotated[
        str, typer.Option("--channels", help="测试并打开这些通道，逗号分隔；all 为全部，不写则用默认通道。")
    ] = "",
    benign: Annotated[
        _Paths, typer.Option("--benign", help="另加自己的正常文本（每行一句），测误拦。可写多次。")
    ] = None,
    answers: Annotated[
        _Paths, typer.Option("--answers", help="事先取得的模型回答；不写则用项目题库里抽中的回答。")
    ] = None,
    corpus: Annotated[_Paths, typer.Option("--corpus", help="语料抽样文件，算关键词抽检部分。")] = None,
    field: Annotated[str, typer.Option("--field", help="jsonl 的字段或表格的列名。")] = "",
    allow: Annotated[
        Path | None, typer.Option("--allow", help="放行词表：每行一个短语，落在其中的命中不算。")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="把完整结果（含全部漏拦的词）写成 JSON 文件。")
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep/--no-keep", help="把结果存进项目，供《关键词拦截测试报告》使用。")
    ] = True,
    verify: Annotated[
        bool,
        typer.Option("--verify", help="不做新的测试，而是按存下的种子和通道复算上次的结果，看是否一致。"),
    ] = False,
    as_json: JsonFlag = False,
) -> int:
    """拦截测试：把每个词变形后再检测，看拦下多少、漏了哪些、误拦多少。"""
    import json

    from filingdesk.cli.scan_command import allowed_phrases
    from filingdesk.infra.files import atomic_write
    from filingdesk.scan.trial import DEFAULT_SEED
    from filingdesk.services import interception

    if verify:
        return _verify(project, as_json)
    options = interception.TrialOptions(
        seed=DEFAULT_SEED if seed is None else seed,
        channels=tuple(name.strip() for name in channels.split(",") if name.strip()),
        allow=tuple(allowed_phrases(allow)),
        benign=tuple(benign or ()),
        output=tuple(answers or ()),
        corpus=tuple(corpus or ()),
        field=field,
    )
    with opened(project, write=keep) as session, progress("拦截测试", quiet=as_json) as report:
        done = interception.run(session, options, report=report)
        if out is not None:
            text = json.dumps(done.to_json(), ensure_ascii=False, indent=1)
            atomic_write(out, text.encode("utf-8", "surrogatepass"))
        if keep:
            interception.save(session, done)
        offered = [offer for offer in interception.offers(session) if keep and offer.differs]
    if as_json:
        emit(_document(done))
        return OK
    _tell(done)
    for offer in offered:
        say(
            f"可用于安全评估报告：{offer.label} {offer.proposed}（现填 {offer.current or '空'}）。{offer.note}。"
        )
    if keep:
        say("结果已存入项目，可用 build --doc interception-report 生成《关键词拦截测试报告》。")
    if out is not None:
        say(f"完整结果已写入 {out}")
    return OK


def _verify(project: Path, as_json: bool) -> int:
    from filingdesk.services import interception

    with opened(project) as session, progress("复算", quiet=as_json) as report:
        stored, differing = interception.recompute(session, report=report)
    trial = stored.trial
    if as_json:
        emit({"same": not differing, "differing": differing, "seed": trial.seed, "program": trial.program})
    elif differing:
        say(f"复算的结果和存下的不一致：{'、'.join(differing)}。程序换过版本时会这样；请重新测试。")
    else:
        say(
            f"复算一致：词库 {trial.keywords} 个词（内容校验 {trial.library_digest[:16]}），种子 {trial.seed}，"
            f"程序 {trial.program}，引擎 {trial.engine}。"
        )
    return FINDINGS if differing else OK


def _document(done: "TrialRun") -> dict[str, Any]:
    """The `--json` shape: rates with their 95 % intervals, every word that slipped, every hit in harmless text."""
    trial = done.trial
    return {
        "seed": trial.seed,
        "program": trial.program,
        "engine": trial.engine,
        "library_digest": trial.library_digest,
        "library_version": done.library_version,
        "keywords": trial.keywords,
        "channels": [
            {
                "channel": each.channel,
                "tested": each.tested,
                "caught": each.caught,
                "by_shorter": each.by_shorter,
                "unmutable": each.unmutable,
                "low": each.rate.low,
                "high": each.rate.high,
            }
            for each in trial.channels
        ],
        "untested_channels": trial.untested_channels,
        "risks": [
            {
                "risk": each.risk,
                "words": each.words,
                "tested": each.rate.total,
                "caught": each.rate.successes,
                "low": each.rate.low,
                "high": each.rate.high,
            }
            for each in trial.risks
        ],
        "slips": [item._asdict() for item in trial.slips],
        "unmutable": [item._asdict() for item in trial.unmutable],
        "benign": [
            {
                "name": each.name,
                "shipped": each.shipped,
                "sentences": each.sentences,
                "hit": each.hit,
                "channels": dict(each.channels),
            }
            for each in trial.benign
        ],
        "benign_hits": [item._asdict() for item in trial.benign_hits],
        "over_kill": {
            "hit": trial.over_kill.successes,
            "sentences": trial.over_kill.total,
            "low": trial.over_kill.low,
            "high": trial.over_kill.high,
        },
        "answers": {
            use: {
                "name": result.name,
                "records": result.records,
                "blank": result.blank,
                "hit": result.records_hit,
                "categories": {name: list(pair) for name, pair in result.categories.items()},
                "risks": dict(result.risks),
                "hits": [hit._asdict() for hit in result.hits],
            }
            for use, result in done.answers.items()
        },
    }


def _tell(done: "TrialRun") -> None:
    from filingdesk.scan.channels import CHANNEL_NAMES
    from filingdesk.services.interception import ANSWER_NAMES, HIT_IS_WANTED
    from filingdesk.services.interception_words import over_kill_text

    trial = done.trial
    say(
        f"词库 {trial.keywords} 个词（内容校验 {trial.library_digest[:16]}），种子 {trial.seed}，引擎 {trial.engine}。"
    )
    rows = [
        (
            CHANNEL_NAMES.get(each.channel, each.channel),
            str(each.tested),
            str(each.caught),
            str(each.tested - each.caught),
            str(each.unmutable),
            each.rate.text(),
        )
        for each in trial.channels
    ]
    table(rows, ("通道", "变形", "拦下", "漏过", "无法变形的词", "拦截率"))
    if trial.untested_channels:
        say(f"这些通道已打开，但没有变形方法，未测：{'、'.join(trial.untested_channels)}。")
    poor = [each for each in trial.risks if each.rate.successes < each.rate.total]
    for each in poor:
        say(f"  {each.risk or '未分类'}：{each.rate.total} 个变形拦下 {each.rate.successes} 个")
    if trial.slips:
        say(f"\n漏过的 {len(trial.slips)} 个变形：")
        for slip in trial.slips[:_SHOWN]:
            say(f"  {slip.keyword} → {slip.surface}（{CHANNEL_NAMES.get(slip.channel, slip.channel)}）")
        if len(trial.slips) > _SHOWN:
            say(f"  其余 {len(trial.slips) - _SHOWN} 个请用 --json 或 --out 查看。")
    kill = trial.over_kill
    say(f"\n误拦：{kill.total} 句正常文本中有 {kill.successes} 句被命中，{over_kill_text(kill)}。")
    by_channel = trial.benign_by_channel().items()
    if by_channel:
        say(f"  按通道：{'，'.join(f'{CHANNEL_NAMES.get(name, name)} {n} 句' for name, n in by_channel)}")
    for text in trial.benign:
        if text.hit:
            say(f"  {text.name}：{text.sentences} 句中 {text.hit} 句")
    _tell_words(trial.benign_hits)
    for use, result in done.answers.items():
        say(f"{ANSWER_NAMES[use]}（{result.name}）：{result.records} 条，{result.records_hit} 条命中关键词。")
        if use not in HIT_IS_WANTED:
            for hit in result.hits[:_SHOWN_HITS]:
                say(f"  {hit.source} 第 {hit.row} 行「{hit.surface}」→ {hit.keyword}")
            if len(result.hits) > _SHOWN_HITS:
                say(f"  其余 {len(result.hits) - _SHOWN_HITS} 处请用 --json 或 --out 查看。")
        if result.blank:
            note(f"另有 {result.blank} 条是空的，没有计入。")


def _tell_words(hits: "list[BenignHit]") -> None:
    """Which words hit harmless text, the worst first, each with a place to look at."""
    words: dict[str, list[BenignHit]] = {}
    for hit in hits:
        words.setdefault(hit.keyword, []).append(hit)
    ranked = sorted(words.items(), key=lambda item: (-len(item[1]), item[0]))
    for word, found in ranked[:_SHOWN]:
        first = found[0]
        say(f"  「{word}」{len(found)} 处，如 {first.source} 第 {first.row} 行「{first.surface}」")
    if len(ranked) > _SHOWN:
        say(f"  其余 {len(ranked) - _SHOWN} 个词请用 --json 或 --out 查看。")


def register(app: typer.Typer) -> None:
    """Add the command to the `keywords` group, which must be there already."""
    group = next(group for group in app.registered_groups if group.name == "keywords")
    words = group.typer_instance
    if words is not None:
        words.info.help = "关键词库：体检、导入、合并、修改、版本、导出、拦截测试。"
        words.command("test")(keywords_test)

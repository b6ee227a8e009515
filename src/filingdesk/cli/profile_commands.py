"""profile: show, save, set, attach, remove, diff, insert, leave, refer: the company profile outside projects."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from filingdesk.cli.facts_commands import Project, opened
from filingdesk.cli.output import OK, JsonFlag, command, emit, note, say
from filingdesk.domain.errors import UserError

if TYPE_CHECKING:
    from filingdesk.services.profile import Profile
    from filingdesk.services.profile_exchange import Difference

PASSWORD_VARIABLE = "FILINGDESK_PROFILE_PASSWORD"  # noqa: S105 - the name of a variable

PasswordFile = Annotated[
    Path | None,
    typer.Option("--password-file", help=f"从文件第一行读密码；也可以放在环境变量 {PASSWORD_VARIABLE} 里。"),
]
FieldPath = Annotated[str, typer.Argument(metavar="PATH", help="字段，如 subject.name、permits[0].number。")]


def _password(source: Path | None) -> str:
    """The password that opens the profile; blank when it has none. Asked for on a terminal."""
    from filingdesk.services import profile

    return given(source) if profile.needs_password() else ""


def given(source: Path | None) -> str:
    """The password from the file, the environment, or the terminal."""
    if source is not None:
        return first_line(source)
    if os.environ.get(PASSWORD_VARIABLE):
        return os.environ[PASSWORD_VARIABLE]
    return ask("单位档案的密码")


def first_line(source: Path) -> str:
    """The password in a file: its first line."""
    from filingdesk.infra.files import telling

    with telling(source, "读取"):
        lines = source.read_text(encoding="utf-8-sig").splitlines()
    if not lines or not lines[0]:
        raise UserError("profile.password_file", f"“{source}”第一行是空的。", "请把密码写在第一行。")
    return lines[0]


def ask(words: str) -> str:
    """Ask on the terminal without showing what is typed; `UserError` where there is no terminal."""
    import sys

    if not sys.stdin.isatty():
        raise UserError(
            "sealed.needs_password",
            "单位档案设了密码。",
            f"请用 --password-file 或环境变量 {PASSWORD_VARIABLE} 给出密码。",
        )
    answer: str = typer.prompt(words, hide_input=True, err=True)
    return answer


def loaded(source: Path | None) -> "tuple[Profile, str]":
    """The profile and the password that opened it."""
    from filingdesk.services import profile

    password = _password(source)
    return profile.load(password), password


def _workspace() -> Any:
    from filingdesk.bootstrap import workspace

    return workspace()


def today() -> Any:
    """The day in China."""
    from filingdesk.store.journal import CHINA

    return _workspace().clock().astimezone(CHINA).date()


def _shown(value: object) -> str:
    from filingdesk.domain.values import parse_attachment

    parts = value if isinstance(value, list) else [str(value)]
    text = "、".join(parse_attachment(p).name for p in parts).replace("\n", " ")
    return text if len(text) <= 60 else f"{text[:59]}…"


@command
def show(source: PasswordFile = None, as_json: JsonFlag = False) -> int:
    """列出单位档案的内容和证照到期情况；个人信息打码。"""
    from filingdesk.services import profile as profiles

    profile, _ = loaded(source)
    document = profiles.as_json(profile, today())
    if as_json:
        emit(document)
        return OK
    if profile.blank:
        say("还没有单位档案。在填好的项目上运行 filingdesk profile save PROJECT。")
        return OK
    say(
        f"单位档案，{profile.saved_words} 由 {profile.who} 保存，{'已加密' if document['sealed'] else '未加密'}"
    )
    for row in document["facts"]:
        say(f"  {row['label']}：{_shown(row['value'])}")
    urgent = [e for e in profiles.expiries(profile.facts, today()) if e.urgent or e.days is None]
    for each in urgent:
        say(f"提醒：{each.sentence}")
    return OK


@command
def save(project: Project, source: PasswordFile = None, as_json: JsonFlag = False) -> int:
    """把项目里的主体、人员、资质和制度存入单位档案；项目里空白的不会清掉档案里已有的。"""
    from filingdesk.services import profile as profiles
    from filingdesk.services import profile_exchange

    before, password = loaded(source)
    with opened(project) as session:
        after, changes = profile_exchange.collect(session, before)
    if changes:
        profiles.save(after, password)
    if as_json:
        emit({"saved": [_plain(d) for d in changes], "file": str(profiles.file_path())})
        return OK
    say(f"已存入单位档案，{len(changes)} 处有变化。" if changes else "档案与项目相同，没有变化。")
    if changes and not password:
        note("档案没有设密码，同一台电脑上能读您文件的人就能读到它。设密码：filingdesk profile password。")
    return OK


def _plain(difference: "Difference") -> dict[str, Any]:
    from filingdesk.domain.values import mask

    def shown(value: Any) -> Any:
        if not difference.personal:
            return value
        return mask(value) if isinstance(value, str) else [mask(v) for v in value]

    return {
        "path": difference.path,
        "label": difference.label,
        "kind": difference.kind,
        "has": shown(difference.has),
        "offers": shown(difference.offers),
        "newer": difference.newer,
    }


def _say_differences(found: "list[Difference] | tuple[Difference, ...]") -> None:
    for each in found:
        plain = _plain(each)
        word = "，档案较新" if each.newer and each.has else ""
        if each.has:
            say(
                f"  {each.label}（{each.path}{word}）：项目“{_shown(plain['has'])}”，档案“{_shown(plain['offers'])}”"
            )
        else:
            say(f"  {each.label}（{each.path}）：{_shown(plain['offers'])}")


@command
def diff(project: Project, source: PasswordFile = None, as_json: JsonFlag = False) -> int:
    """逐个字段比较单位档案与项目。"""
    from filingdesk.services import profile_exchange

    profile, _ = loaded(source)
    with opened(project) as session:
        found = profile_exchange.compare(session, profile)
        offered = {d.key for d in profile_exchange.newer(session, profile, found)}
    if as_json:
        emit({"differences": [{**_plain(d), "offered": d.key in offered} for d in found]})
        return OK
    missing = [d for d in found if d.kind == "new"]
    other = [d for d in found if d.kind == "differs"]
    say(f"档案有、项目空白：{len(missing)} 处")
    _say_differences(missing)
    say(f"两边不同：{len(other)} 处")
    _say_differences(other)
    if offered:
        say(f"其中 {len(offered)} 处是项目之后才在档案里改的。放入：filingdesk profile insert。")
    return OK


@command
def insert(
    project: Project,
    take: Annotated[
        list[str] | None, typer.Option("--take", help="只放入这个字段（可多次），与项目不同的也会替换。")
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="与项目不同的也用档案替换；档案空白的永远不动项目。")
    ] = False,
    source: PasswordFile = None,
    as_json: JsonFlag = False,
) -> int:
    """把单位档案放入项目：补上空白，列出放入了什么；一次撤销即可退回。"""
    from filingdesk.services import profile_exchange, reuse

    profile, _ = loaded(source)
    with opened(project, write=True) as session:
        keys = None
        if take:
            by_path = {d.path: d.key for d in profile_exchange.compare(session, profile)}
            unknown = [p for p in take if p not in by_path]
            if unknown:
                raise UserError(
                    "profile.path",
                    f"“{unknown[0]}”没有差别，或不在单位档案里。",
                    "用 profile diff 看有差别的字段。",
                )
            keys = [by_path[p] for p in take]
        done = profile_exchange.insert(session, profile, keys, overwrite=overwrite)
        touched = reuse.rules_reading([d.path for d in done.taken])
    if as_json:
        emit(
            {
                "taken": [_plain(d) for d in done.taken],
                "kept": [_plain(d) for d in done.kept],
                "without_file": list(done.without_file),
                "rules": [rule for rule, _title in touched],
            }
        )
        return OK
    say(f"放入 {len(done.taken)} 处，涉及 {len(touched)} 条规则。" if done.taken else "没有可以放入的内容。")
    _say_differences(done.taken)
    if done.kept:
        say(f"与档案不同、保留项目原样的 {len(done.kept)} 处：")
        _say_differences(done.kept)
    for name in done.without_file:
        say(f"档案里没有“{name}”的内容，没有放入。")
    return OK


@command
def leave(project: Project, source: PasswordFile = None, as_json: JsonFlag = False) -> int:
    """保留项目与档案现有的差别，不再提示。"""
    from filingdesk.services import profile_exchange

    profile, _ = loaded(source)
    with opened(project, write=True) as session:
        profile_exchange.leave(session, profile)
    if as_json:
        emit({"left": True})
    else:
        say("好的，档案再有新的变化时才会提示。")
    return OK


@command
def set_value(
    path: FieldPath,
    value: Annotated[list[str], typer.Argument(help="新的值；多选字段可写多个。空字符串清除。")],
    source: PasswordFile = None,
    as_json: JsonFlag = False,
) -> int:
    """修改单位档案的一个字段；列表末尾的下一个序号会新增一条。"""
    from filingdesk.services import profile as profiles

    profile, password = loaded(source)
    spec = profiles.checked_path(path)
    if not spec.is_list and len(value) > 1:
        raise UserError(
            "facts.type", f"“{path}”只能有一个值，这里给了 {len(value)} 个。", "含空格的值请加引号。"
        )
    room = _workspace()
    wanted: Any = [v for v in value if v] if spec.is_list else value[0]
    after = profiles.with_value(profile, path, wanted, at=room.clock(), who=room.who())
    changed = after.flat() != profile.flat()
    if changed:
        profiles.save(after, password)
    if as_json:
        emit({"path": path, "changed": changed})
    else:
        say("已保存。" if changed else "与原值相同，没有变化。")
    return OK


@command
def attach(
    path: FieldPath,
    file: Annotated[Path, typer.Argument(help="扫描件。")],
    source: PasswordFile = None,
    as_json: JsonFlag = False,
) -> int:
    """给单位档案的附件字段添加一个文件。"""
    from filingdesk.services import profile as profiles

    profile, password = loaded(source)
    room = _workspace()
    profiles.save(profiles.with_file(profile, path, file, at=room.clock(), who=room.who()), password)
    if as_json:
        emit({"path": path, "file": file.name})
    else:
        say(f"已添加“{file.name}”。")
    return OK


@command
def remove(
    path: Annotated[str, typer.Argument(metavar="RECORD", help="一条记录，如 permits[0]。")],
    source: PasswordFile = None,
    as_json: JsonFlag = False,
) -> int:
    """从单位档案里去掉一条记录；已放入项目的不受影响。"""
    from filingdesk.services import profile as profiles

    profile, password = loaded(source)
    room = _workspace()
    profiles.save(profiles.without_record(profile, path, at=room.clock(), who=room.who()), password)
    if as_json:
        emit({"removed": path})
    else:
        say("已去掉。")
    return OK


@command
def refer(
    project: Project,
    number: Annotated[
        str, typer.Argument(metavar="[NUMBER]", help="档案里一个算法的备案号或名称；不写则列出。")
    ] = "",
    other: Annotated[Path | None, typer.Option("--from", help="引用另一个项目文件的算法。")] = None,
    source: PasswordFile = None,
    as_json: JsonFlag = False,
) -> int:
    """在大模型备案里引用本单位另行备案的算法。"""
    from filingdesk.services import profile_exchange

    if other is not None:
        with opened(project, write=True) as session:
            path, changed = profile_exchange.refer_to_project(session, other)
    else:
        profile, _ = loaded(source)
        with opened(project, write=bool(number)) as session:
            known = profile_exchange.referable(session, profile)
            chosen = [a for a in known if number in (a.number, a.name)]
            if not number:
                return _list_referable(known, as_json)
            if len(chosen) != 1:
                raise UserError(
                    "refer.unknown",
                    f"单位档案里没有“{number}”这个算法。",
                    "不写编号可以列出；也可以用 --from 指定项目文件。",
                )
            path, changed = profile_exchange.refer(session, chosen[0])
    if as_json:
        emit({"path": path, "changed": changed})
    else:
        say(f"已引用到 {path}，请补上它在本服务中的作用。" if changed else "已经引用过，没有变化。")
    return OK


def _list_referable(known: Any, as_json: bool) -> int:
    if as_json:
        emit({"algorithms": [{"name": a.name, "number": a.number, "types": a.types} for a in known]})
        return OK
    if not known:
        say("单位档案里还没有别的算法。有备案号的项目存入档案时会带上；也可以用 --from 指定项目文件。")
    for a in known:
        say(f"{a.name}  {'、'.join(a.types)}  {a.number or '尚无备案号'}")
    return OK


def register(app: typer.Typer) -> None:
    """Add the commands."""
    from filingdesk.cli import profile_upkeep_commands  # needs what is defined above

    group = typer.Typer(
        help="单位档案：主体、人员、资质只填一次，放入每个项目。", no_args_is_help=True, rich_markup_mode=None
    )
    group.command("show")(show)
    group.command("save")(save)
    group.command("set")(set_value)
    group.command("attach")(attach)
    group.command("remove")(remove)
    group.command("diff")(diff)
    group.command("insert")(insert)
    group.command("leave")(leave)
    group.command("refer")(refer)
    profile_upkeep_commands.add_to(group)
    app.add_typer(group, name="profile")

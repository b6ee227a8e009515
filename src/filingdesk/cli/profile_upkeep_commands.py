"""profile: password, expiring, restore, clear: the upkeep of the company profile."""

from pathlib import Path
from typing import Annotated

import typer

from filingdesk.cli.output import FINDINGS, OK, JsonFlag, command, emit, say
from filingdesk.cli.profile_commands import PasswordFile, ask, first_line, given, loaded, today
from filingdesk.domain.errors import UserError


@command
def password(
    source: PasswordFile = None,
    new_file: Annotated[
        Path | None, typer.Option("--new-password-file", help="从文件第一行读新密码；不写则在终端里问。")
    ] = None,
    clear: Annotated[bool, typer.Option("--clear", help="去掉密码，以后不加密。")] = False,
    as_json: JsonFlag = False,
) -> int:
    """设置、更换或去掉单位档案的密码。"""
    from filingdesk.services import profile as profiles

    profile, _ = loaded(source)
    if clear:
        wanted = ""
    elif new_file is not None:
        wanted = first_line(new_file)
    else:
        wanted = ask("新密码")
        if ask("再输入一次") != wanted:
            raise UserError("profile.password_twice", "两次输入的密码不同，没有改动。", "请重新设置。")
        if not wanted:
            raise UserError("profile.password_blank", "密码不能是空的。", "要去掉密码请用 --clear。")
    profiles.save(profile, wanted, forget_previous=True)
    if as_json:
        emit({"sealed": bool(wanted)})
    else:
        say("密码已设置，档案已加密。密码忘了无法找回。" if wanted else "密码已去掉，档案不再加密。")
    return OK


@command
def expiring(source: PasswordFile = None, as_json: JsonFlag = False) -> int:
    """列出证照到期情况；有已过期或 90 天内到期的，退出码为 1。"""
    from filingdesk.services import profile as profiles

    profile, _ = loaded(source)
    found = profiles.expiries(profile.facts, today())
    if as_json:
        emit({"warn_days": profiles.WARN_DAYS, "expiries": profiles.as_json(profile, today())["expiries"]})
    else:
        for each in found:
            say(each.sentence)
        if not found:
            say("没有需要提醒的证照。")
    return FINDINGS if any(e.urgent for e in found) else OK


@command
def restore(source: PasswordFile = None, as_json: JsonFlag = False) -> int:
    """换回上一次保存的单位档案；现在的一份留作上一次。"""
    from filingdesk.infra import sealing
    from filingdesk.services import profile as profiles

    before = profiles.folder() / profiles.PREVIOUS
    sealed = before.is_file() and sealing.is_sealed(before.read_bytes(), before.name)
    found = profiles.restore(given(source) if sealed else "")
    if as_json:
        emit({"saved_at": found.saved_at})
    else:
        say(f"已换回 {found.saved_words} 保存的档案。")
    return OK


@command
def clear(
    yes: Annotated[bool, typer.Option("--yes", help="确认删除。")] = False, as_json: JsonFlag = False
) -> int:
    """删除单位档案和它的上一版；已放入项目的内容不受影响。"""
    from filingdesk.services import profile as profiles

    if not yes:
        raise UserError("profile.clear", "删除后无法找回，没有删除。", "确定要删除，请加 --yes。")
    profiles.remove()
    if as_json:
        emit({"cleared": True})
    else:
        say("单位档案已删除。")
    return OK


def add_to(group: typer.Typer) -> None:
    """Add the commands to the group `profile`."""
    group.command("expiring")(expiring)
    group.command("password")(password)
    group.command("restore")(restore)
    group.command("clear")(clear)

"""Gives the command-line library its Chinese: headings, help texts and usage errors."""

import gettext
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import typer

_WORDS = {
    "Arguments": "参数",
    "Options": "选项",
    "Commands": "命令",
    "Error": "用法错误",
    "Aborted!": "已中止。",
    "Aborted.": "已中止。",
    "Missing command.": "没有写命令。",
    "No such command {name!r}.": "没有“{name}”这个命令。",
    "(deprecated) ": "（将停用）",
    "(dynamic)": "（自动）",
    "[default: {}]": "[默认：{}]",
    "[env var: {}]": "[环境变量：{}]",
    "[required]": "[必填]",
    "default: {default}": "默认：{default}",
    "env var: {var}": "环境变量：{var}",
    "required": "必填",
}

_HELP = (
    ("Usage: ", "用法："),
    ("[OPTIONS]", "[选项]"),
    ("COMMAND [ARGS]...", "命令 [参数]..."),
    ("Show this message and exit.", "显示这份说明。"),
)

_ERRORS: tuple[tuple[str, str], ...] = (
    (r"Missing argument '(.+?)'\..*", r"缺少参数“\1”。"),
    (r"Missing option '(.+?)'\..*", r"缺少选项 \1。"),
    (r"Missing parameter: (.+)", r"缺少参数“\1”。"),
    (r"No such option: (\S+?)(?: \(Possible options: (.+)\))?$", r"没有“\1”这个选项。"),
    (r"Got unexpected extra argument\S* \((.+)\)", r"多出了参数：\1。"),
    (r"Option '?(\S+?)'? requires an argument\.", r"选项 \1 后面要写一个值。"),
    (
        r"Invalid value for '(.+?)': (?:Value error, )?'?(.*?)'? is not one of (.+)\.",
        r"\1 不能写“\2”，可用：\3。",
    ),
    (r"Invalid value for '(.+?)': (.*)", r"\1 的值不对：\2"),
    (r"(没有“.+”这个命令。)\.? ?Did you mean (.+)\?", r"\1相近的有：\2。"),
)


def speak() -> None:
    """To be called before the command-line library is first imported: it asks gettext for some of its sentences."""
    gettext.gettext = lambda message: _WORDS.get(message, message)


def help_text(text: str) -> str:
    """A help page with its fixed English words in Chinese."""
    for english, chinese in _HELP:
        text = text.replace(english, chinese)
    return text


def error_text(message: str) -> str:
    """A usage error in Chinese; one we do not know is given as it is."""
    for pattern, chinese in _ERRORS:
        match = re.match(pattern, message, re.DOTALL)
        if match:
            return match.expand(chinese)
    return message


def dress(app: "typer.Typer") -> None:
    """Give every command and group of an app the Chinese help page."""
    import typer.core

    class Command(typer.core.TyperCommand):
        def get_help(self, ctx: Any) -> str:
            return help_text(super().get_help(ctx))

    class Group(typer.core.TyperGroup):
        def get_help(self, ctx: Any) -> str:
            return help_text(super().get_help(ctx))

    def visit(each: "typer.Typer") -> None:
        each.info.cls = Group
        for command in each.registered_commands:
            command.cls = Command
        for group in each.registered_groups:
            if group.typer_instance is not None:
                visit(group.typer_instance)

    visit(app)

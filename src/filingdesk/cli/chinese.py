"""Gives the command-line library its Chinese: it asks gettext for its few sentences, and we answer."""

import gettext

_WORDS = {
    "Arguments": "参数",
    "Options": "选项",
    "Commands": "命令",
    "Error": "用法错误",
    "Aborted!": "已中止。",
    "Aborted.": "已中止。",
    "Missing command.": "没有写命令。",
    "No such command {name!r}.": "没有“{name}”这个命令。",
    "Try [blue]'{command_path} {help_option}'[/] for help.": "用“{command_path} {help_option}”查看用法。",
    "(deprecated) ": "(将停用)",
    "(dynamic)": "(自动)",
    "[default: {}]": "[默认:{}]",
    "[env var: {}]": "[环境变量:{}]",
    "[required]": "[必填]",
    "default: {default}": "默认:{default}",
    "env var: {var}": "环境变量:{var}",
    "required": "必填",
}


def speak() -> None:
    """To be called before the command-line library is first imported."""
    gettext.gettext = lambda message: _WORDS.get(message, message)

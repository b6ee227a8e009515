"""Faults that Jinja and Python tell in English, told in Chinese."""

import re

_SAID: tuple[tuple[str, str], ...] = (
    (r"Encountered unknown tag '(.+?)'.*", r"没有“\1”这种语句"),
    (r"Unexpected end of template\..*innermost block.*'(\w+)'.*", r"“\1”没有用 end\1 收尾"),
    (r"Unexpected end of template.*", r"写到末尾还没有收尾"),
    (r"No filter named '(.+?)'.*", r"没有“\1”这个过滤器"),
    (r"No test named '(.+?)'.*", r"没有“\1”这种判断"),
    (r"unexpected char '?(.+?)'? at \d+", r"有看不懂的字符 \1"),
    (r"Missing end of comment tag", r"注释 {# 没有用 #} 收尾"),
    (r"Missing end of raw directive", r"raw 没有用 endraw 收尾"),
    (r"unexpected '(.+?)', expected '(.+?)'", r"这里是 \1，应该是 \2"),
    (r"unexpected '(.+?)'", r"多出一个 \1"),
    (r"expected token '(.+?)', got '(.+?)'", r"这里应该是 \1，却是 \2"),
    (r"Expected an expression, got '(.+?)'", r"缺少要写出的内容（遇到 \1）"),
    (r"can't assign to '(.+?)'", r"不能改写“\1”"),
    (r"'(.+?)' is undefined", r"“\1”"),
    (r"'?.*object'? has no attribute '_\w+'", r"这里要写一个字段"),
    (r"'?(?:None|.*?object)'?(?: has no attribute) '(.+?)'", r"“\1”"),
    (r".*has no element (.+)", r"第 \1 项"),
    (r"the template '(.+?)' .*does not export the requested name '(.+?)'", r"片段 \1 里没有“\2”"),
    (r"division by zero|.*division or modulo by zero|.*modulo by zero", r"除以零"),
    (r".*missing \d+ required (?:positional|keyword-only) arguments?: (.+)", r"括号里少写了 \1"),
    (r".*got an unexpected keyword argument '(.+?)'", r"括号里不能写 \1"),
    (r".*takes (?:from )?(?:no|\d+).* arguments?.*", r"括号里写的项数不对"),
    (r".*got multiple values for argument '(.+?)'", r"括号里 \1 写了两次"),
    (r"object of type '(\w+)' has no len\(\)", r"只有列表才能数条数"),
    (r"'.+?' not supported between instances of .*", r"不同种类的内容不能比较大小"),
    (r"'?.+?'? object is not iterable|argument of type '.+?' is not iterable", r"这里要写一个列表"),
    (r"invalid literal for int.*|could not convert string to float.*", r"这项内容不是数字"),
    (r"'.+?' object cannot be interpreted as an integer", r"这里要写一个整数"),
    (r"cannot (?:unpack|convert) .*|too many values to unpack.*|not enough values to unpack.*", r"拆不成这么多项"),
    (r"range\(\) arg 3 must not be zero", r"range 的步长不能是零"),
    (r"unhashable type: .*|unsupported operand type.*|can only concatenate .*|must be .*", r"内容的种类不对"),
    (r"'(\w+)' object .*|.* indices must be .*|.*index out of range", r"这里要写一个字段"),
    (r"Exceeds the limit .*", r"数字太长"),
    (r"No first item.*|No last item.*|.*empty sequence.*", r"列表是空的"),
)  # fmt: skip
_RULES = tuple((re.compile(pattern, re.DOTALL), words) for pattern, words in _SAID)
_TOKENS = {
    "end of print statement": "}}",
    "end of statement block": "%}",
    "begin of statement block": "{%",
    "begin of print statement": "{{",
    "end of template": "文件末尾",
    "name": "一个名字",
    "string": "引号里的文字",
    "integer": "数字",
    "template data": "正文",
}
_HAS_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def in_chinese(message: object) -> str:
    """The message of a fault in Chinese; our own words stay, what is not known is told in general."""
    text = str(message).strip()
    if _HAS_CHINESE.search(text):
        return text.rstrip("。")
    for pattern, words in _RULES:
        if match := pattern.fullmatch(text):
            return match.expand(words) if not match.groups() else _expanded(match, words)
    return "写法不对"


def _expanded(match: "re.Match[str]", words: str) -> str:
    said = words
    for number, group in enumerate(match.groups(), 1):
        said = said.replace(f"\\{number}", _TOKENS.get(group or "", group or ""))
    return said

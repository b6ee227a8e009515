"""Checks on the algorithm: type, clocks, modalities, labels, statutory extras, number."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from filingdesk.domain.numbers import parse_number
from filingdesk.domain.specs import FieldSpec, by_pattern
from filingdesk.domain.values import narrow, parse_date
from filingdesk.rules.checks.register import check
from filingdesk.rules.hits import Hit, NotApplicable
from filingdesk.rules.view import View
from filingdesk.rules.workdays import china

NAME, TYPES = "algorithm.name", "algorithm.types"
DAYS_BEFORE = 2
"""Warned so many working days before the clock runs out, while there is still time to hand in."""


@check("one_algorithm", NAME, TYPES)
def one_algorithm(view: View) -> Iterator[Hit]:
    """Several types, or a name that lists several algorithms. practice/return-14."""
    types, name = view.terms(TYPES), view.text(NAME)
    if not types and not name:
        raise NotApplicable
    listed = re.search(r"[、；;/,，]|以及", name) is not None
    if len(types) > 1 or listed:
        named = {"other": f"“{view.show(NAME)}”"}
        yield Hit(TYPES if len(types) > 1 else NAME, f"{len(types)} 类", "一份备案一个算法", named)


@check("public_audience", "algorithm.products[].audience")
def public_audience(view: View) -> Iterator[Hit]:
    """Products offered to the public. assessment-2018/art2, practice."""
    for record in view.records("algorithm.products"):
        if "社会公众" in view.terms(f"{record}.audience"):
            yield Hit(f"{record}.audience", "社会公众", "与舆论属性的判断一致")


def working_days(start: date, end: date) -> int:
    """Working days after `start` up to and including `end`, by the same calendar as the 适用判定."""
    return china().between(start, end).days


@check("filing_deadline", "algorithm.launched_on", "algorithm.result.state")
def filing_deadline(view: View, days: Decimal) -> Iterator[Hit]:
    """The clock of algo-2022/art24. Warns `DAYS_BEFORE` working days before it runs out."""
    path = "algorithm.launched_on"
    launched = parse_date(view.text(path))
    if launched is None or launched > view.snapshot.as_of:
        raise NotApplicable("没有可以起算的上线时间")
    passed = working_days(launched, view.snapshot.as_of)
    if passed >= days - DAYS_BEFORE:
        yield Hit(path, str(passed), str(days))


def _late(view: View, start: str, done: str, days: Decimal) -> Iterator[Hit]:
    """A thing to be handed in within `days` of `start`, handed in at `done` (blank: not yet)."""
    begun, finished = parse_date(view.text(start)), parse_date(view.text(done))
    if not view.visible(start) or begun is None or begun > view.snapshot.as_of:
        raise NotApplicable("没有可以起算的日期")
    if finished is None:
        passed = working_days(begun, view.snapshot.as_of)
        if passed >= days - DAYS_BEFORE:
            yield Hit(start, str(passed), str(days), {"problem": "还没有填写提交日期"})
    elif (taken := working_days(begun, finished)) > days:
        yield Hit(done, str(taken), str(days), {"problem": f"提交日期是 {finished.isoformat()}"})


@check("change_deadline", "intake.changed_on", "intake.change_submitted_on")
def change_deadline(view: View, days: Decimal) -> Iterator[Hit]:
    """Changes are filed within the clock of algo-2022/art24."""
    yield from _late(view, "intake.changed_on", "intake.change_submitted_on", days)


@check("cancel_deadline", "intake.ended_on", "intake.cancelled_on")
def cancel_deadline(view: View, days: Decimal) -> Iterator[Hit]:
    """An ended service is cancelled within the clock of algo-2022/art24."""
    yield from _late(view, "intake.ended_on", "intake.cancelled_on", days)


@check("ended_service", "algorithm.products[].state", "algorithm.assessment.filing_kind")
def ended_service(view: View, days: Decimal) -> Iterator[Hit]:
    """All products ended, but no cancellation under way. algo-2022/art24."""
    states = [view.text(f"{record}.state") for record in view.records("algorithm.products")]
    if not states or any(state != "已下线" for state in states):
        raise NotApplicable("服务没有全部下线")
    path = "algorithm.assessment.filing_kind"
    if view.text(path) != "注销备案":
        yield Hit(path, view.show(path), str(days))


_FORMATS: dict[str, frozenset[str]] = {
    "文本": frozenset({"txt", "md", "markdown", "html", "htm", "doc", "docx", "pdf", "rtf", "json", "xml"}),
    "图像": frozenset(
        {"jpg", "jpeg", "png", "webp", "gif", "bmp", "svg", "tif", "tiff", "heic", "psd", "ico", "avif"}
    ),
    "音频": frozenset(
        {"mp3", "wav", "aac", "m4a", "flac", "ogg", "amr", "opus", "pcm", "wma", "mid", "midi"}
    ),
    "视频": frozenset({"mp4", "mov", "avi", "mkv", "webm", "flv", "m4v", "wmv", "mpeg", "mpg", "ts", "m3u8"}),
    "三维场景": frozenset({"obj", "fbx", "gltf", "glb", "stl", "usdz", "usd", "ply", "3ds", "blend"}),
    "结构化数据": frozenset({"json", "csv", "tsv", "xml", "xlsx", "xls", "parquet", "yaml", "yml", "sql"}),
}
_SPOKEN = {"纯文本": "文本", "文本": "文本", "文字": "文本", "字符串": "文本"}
_WORD = re.compile(r"[a-z0-9]+|纯文本|文本|文字|字符串", re.ASCII)


def formats_of(text: str) -> list[tuple[str, frozenset[str]]]:
    """The formats named in a text, each with the modalities it may carry; empty for a format we do not know."""
    found = []
    for word in _WORD.findall(narrow(text).casefold()):
        fits = frozenset(m for m, formats in _FORMATS.items() if word in formats)
        if word in _SPOKEN:
            fits = frozenset({_SPOKEN[word]})
        if fits or word[0].isalpha():
            found.append((word, fits))
    return found


def _formats(view: View, side: str) -> Iterator[Hit]:
    modalities_path, formats_path = f"algorithm.{side}_modalities", f"algorithm.{side}_formats"
    modalities, text = view.terms(modalities_path), view.text(formats_path)
    if not modalities or not text:
        raise NotApplicable("模态和格式还没有填全")
    formats = formats_of(text)
    # Where a format is named that we do not know, it may be the one that is looked for.
    certain = all(fits for _, fits in formats)
    for modality in modalities:
        if certain and not any(modality in fits for _, fits in formats):
            yield Hit(formats_path, f"选了“{modality}”，没有看到它的文件格式", f"写出{modality}的文件格式")
    for word, fits in formats:
        if fits and not fits & set(modalities):
            yield Hit(
                modalities_path,
                f"写了 {word.upper()} 格式，没有选对应的模态",
                f"选上{'或'.join(sorted(fits))}",
            )


@check("output_formats", "algorithm.output_modalities", "algorithm.output_formats")
def output_formats(view: View) -> Iterator[Hit]:
    """Each output modality has a file format, each format its modality. practice/return-03."""
    yield from _formats(view, "output")


@check("input_formats", "algorithm.input_modalities", "algorithm.input_formats")
def input_formats(view: View) -> Iterator[Hit]:
    """Each input modality has a file format, each format its modality. practice/return-03."""
    yield from _formats(view, "input")


@check("implicit_elements", "algorithm.labels.implicit_elements")
def implicit_elements(view: View) -> Iterator[Hit]:
    """The three elements of the implicit label. labels-2025/implicit."""
    path = "algorithm.labels.implicit_elements"
    if not view.visible(path):
        raise NotApplicable
    spec = by_pattern()[path]
    demanded = spec.meta.choices if isinstance(spec, FieldSpec) else ()
    if missing := [term for term in demanded if term not in view.terms(path)]:
        yield Hit(path, "".join(f"“{term}”" for term in missing), "、".join(demanded))


def _speaks_of(view: View, path: str, topics: dict[str, tuple[str, ...]]) -> Iterator[Hit]:
    if not view.visible(path) or not view.filled(path):
        raise NotApplicable
    text = view.text(path)
    if "不涉及" in text:
        raise NotApplicable("写明不涉及")
    if missing := [topic for topic, words in topics.items() if not any(w in text for w in words)]:
        yield Hit(path, view.show(path), "、".join(missing))


@check("opt_out_complete", "algorithm.extras.opt_out")
def opt_out_complete(view: View) -> Iterator[Hit]:
    """Both the switch and the tags. algo-2022/art17."""
    topics = {"关闭选项": ("关闭", "退出", "停止"), "标签的选择或删除": ("标签",)}
    yield from _speaks_of(view, "algorithm.extras.opt_out", topics)


@check("labour_complete", "algorithm.extras.labour")
def labour_complete(view: View) -> Iterator[Hit]:
    """Orders, pay, working time, rewards and penalties. algo-2022/art20."""
    topics = {
        "订单分配": ("订单", "派单", "接单", "任务分配"),
        "报酬": ("报酬", "工资", "收入", "计酬", "薪酬"),
        "工作时间": ("工作时间", "工时", "休息", "时长"),
        "奖惩": ("奖惩", "奖励", "处罚", "惩罚", "罚款"),
    }
    yield from _speaks_of(view, "algorithm.extras.labour", topics)


@check("deployment_ip", "algorithm.assessment.deployment")
def deployment_ip(view: View) -> Iterator[Hit]:
    """The place of deployment names an IP address. practice/return-06."""
    path = "algorithm.assessment.deployment"
    text = narrow(view.text(path))
    if not text:
        raise NotApplicable("还没有填写")
    if not re.search(r"\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{0,4}){2,7}", text):
        yield Hit(path, view.show(path), "地区、云平台和 IP")


@check("model_number_check", "algorithm.models[].algorithm_number")
def model_number_check(view: View) -> Iterator[Hit]:
    """The derived check digit of third parties' numbers: a hint only. practice/filing-number."""
    places = [f"{record}.algorithm_number" for record in view.records("algorithm.models")]
    places = [p for p in places if view.visible(p) and parse_number(view.text(p)).kind == "algorithm"]
    if not places:
        raise NotApplicable
    for place in places:
        for warning in parse_number(view.text(place)).warnings:
            yield Hit(place, view.show(place), "", {"problem": warning})


_RELIED_ON = (
    "algorithm.models[].algorithm_number",
    "algorithm.models[].model_number",
    "large_model.development.base_number",
    "large_model.registration.called_number",
    "large_model.algorithms[].number",
    "algorithm.result.number",
    "large_model.result.number",
)


@check("numbers_in_lists", *_RELIED_ON)
def numbers_in_lists(view: View) -> Iterator[Hit]:
    """No number is one that an imported public list calls cancelled or gives to somebody else. practice/return-05."""
    places = [p for pattern in _RELIED_ON for p in view.expand(pattern) if view.visible(p) and view.filled(p)]
    if not places:
        raise NotApplicable
    for place in places:
        said = view.snapshot.listed.get(view.text(place).strip())
        if said:
            yield Hit(place, view.show(place), "", {"problem": said})


_CLASS_OF_TYPE = {"生成合成类": "01", "个性化推送类": "02", "排序精选类": "03", "检索过滤类": "04"}


@check("filing_number_check", "algorithm.result.number", TYPES)
def filing_number_check(view: View) -> Iterator[Hit]:
    """The derived structure of the own number: check digit and class against the types. A hint only."""
    path = "algorithm.result.number"
    parsed = parse_number(view.text(path))
    if parsed.kind != "algorithm":
        raise NotApplicable
    for warning in parsed.warnings:
        yield Hit(path, view.show(path), "", {"problem": warning})
    classes = {_CLASS_OF_TYPE.get(term, "") for term in view.terms(TYPES)}
    known = classes - {""}
    if known and parsed.parts["class"] in _CLASS_OF_TYPE.values() and parsed.parts["class"] not in classes:
        problem = (
            f"类别位像是{parsed.parts['class_name']}类，与所选类型（{'、'.join(view.terms(TYPES))}）不同"
        )
        yield Hit(path, view.show(path), "", {"problem": problem})

"""Kinds of doubts that an audit finds: what they are called, what they mean, what to do."""

from dataclasses import dataclass

from filingdesk.scan.audit import ALL_KINDS
from filingdesk.services.library_fixes import FIXES, FixKind


@dataclass(frozen=True)
class Kind:
    """A kind of doubt; `fix` is the mend that one click makes, None where a person must look at every word."""

    key: str
    title: str
    advice: str
    fix: FixKind | None = None


_WORDS = {
    "symbols_only": ("检测不到", "只有符号或无法识别的字符，任何通道都检测不到，只会虚增数量。"),
    "invisible": ("含看不见的字符", "首尾有空白，或中间有看不见的字符，导出和比对时会出岔子。"),
    "mojibake": ("疑似乱码", "文字像是用错误的编码读出来的；能认出原文的，说明里写着可能的原文。"),
    "missing_risk": (
        "没有写明风险",
        "不计入任何一类风险。请在词表里改风险，或在原表补上后重新导入。",
    ),
    "unknown_risk": ("风险不在附录 A", "写了分类，但不是附录 A 的具体风险，不计入任何一类。"),
    "risk_conflict": ("风险与分类不符", "写明的风险和写明的分类是两种不同的风险，以哪个为准要人来定。"),
    "duplicate": ("完全重复", "同一个词、同一种风险写了不止一次，只算一个。"),
    "folded_duplicate": (
        "变体重复",
        "只差大小写、全半角、繁简或符号，检测时是同一个词；靠它们凑数，审核时可能不被承认。",
    ),
    "other_risk": (
        "归在多种风险",
        "同一个词归在不止一种风险下。确实兼有时可以保留；分错的请改风险或删除。",
    ),
    "hits_benign": (
        "误拦正常文本",
        "日常、商务、医疗等正常句子里也有它，上线后会拦住正常提问。请换成更长、更专指的词。",
    ),
    "one_char": ("只有一个字", "单字几乎一定误拦正常内容。请换成词组。"),
    "all_digits": ("全是数字", "容易误拦日期、电话、金额。确有所指时可以保留。"),
    "contains_shorter": (
        "含有更短的词",
        "凡有它的地方，里面那个更短的词已经拦下；它不增加拦截效果。",
    ),
}
KINDS = tuple(Kind(key, *_WORDS.get(key, (key, "")), FIXES.get(key)) for key in ALL_KINDS)
_BY_KEY = {kind.key: kind for kind in KINDS}


def kind_of(key: str) -> Kind:
    """The kind of this name; one that is not known keeps its name."""
    return _BY_KEY.get(key) or Kind(key, key, "")

"""Checks on the large-model filing: route, consistency with the algorithm filing, corpus, libraries, signatures."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from filingdesk.domain.numbers import parse_number
from filingdesk.domain.records import BankStats
from filingdesk.domain.values import narrow
from filingdesk.rules.checks.register import check
from filingdesk.rules.hits import Hit, NotApplicable
from filingdesk.rules.predicate import figure
from filingdesk.rules.predicates_counts import BANK_NAMES, KEYWORDS, QUESTIONS
from filingdesk.rules.view import View

ROUTE, ORIGIN = "large_model.route", "large_model.development.origin"
CORPUS = "large_model.corpus"
CALLED = "直接调用已备案模型"
_TRAINING_USES = ("预训练", "微调", "标注语料")


@check("route_fits", ROUTE, ORIGIN)
def route_fits(view: View) -> Iterator[Hit]:
    """Called unmodified → 登记; anything else → 备案. practice/llm-route."""
    route, origin = view.text(ROUTE), view.text(ORIGIN)
    if not route or not origin:
        raise NotApplicable("办理方式和模型来源还没有填全")
    expected = "登记" if origin == CALLED else "备案"
    if route != expected:
        yield Hit(ROUTE, origin, expected, {"other": route})


@check("registration_without_training", ROUTE, f"{CORPUS}[].use")
def registration_without_training(view: View) -> Iterator[Hit]:
    """A registration with corpus for training contradicts itself. practice/llm-route."""
    if view.text(ROUTE) != "登记":
        raise NotApplicable
    # The corpus is hidden on this route, so the kept answers are read as they are.
    for place in view.expand(f"{CORPUS}[].use"):
        if view.text(place) in _TRAINING_USES:
            yield Hit(place, view.show(place), "检索知识库或评测")


@check("generative_type", "algorithm.types")
def generative_type(view: View) -> Iterator[Hit]:
    """A large model generates. algo-2022/art2, derived."""
    if "生成合成类" not in view.terms("algorithm.types"):
        yield Hit("algorithm.types", view.show("algorithm.types"), "生成合成类")


_MODALITY_OF = {
    "人机对话": ("文本", "音频"),
    "文字生成": ("文本",),
    "图片生成": ("图像",),
    "声音合成": ("音频",),
    "视频合成": ("视频",),
    "代码生成或优化": ("文本", "结构化数据"),
}


@check("functions_fit_modalities", "large_model.functions", "algorithm.output_modalities")
def functions_fit_modalities(view: View) -> Iterator[Hit]:
    """What the model makes is what the algorithm puts out. practice/return-03."""
    functions, outputs = view.terms("large_model.functions"), view.terms("algorithm.output_modalities")
    if not functions or not outputs:
        raise NotApplicable("功能和输出模态还没有填全")
    for function in functions:
        demanded = _MODALITY_OF.get(function, ())
        if demanded and not set(demanded) & set(outputs):
            yield Hit("large_model.functions", function, "”或“".join(demanded))


_FORM_OF_MODE = {
    "网页": ("网站",),
    "APP": ("APP",),
    "小程序": ("小程序", "公众号"),
    "API": ("API",),
    "智能终端": ("智能终端",),
}


@check("modes_fit_forms", "large_model.service.modes", "algorithm.products[].forms")
def modes_fit_forms(view: View) -> Iterator[Hit]:
    """The forms of service are the same in both filings. practice/return-04."""
    path = "large_model.service.modes"
    modes = view.terms(path)
    forms = [f for r in view.records("algorithm.products") for f in view.terms(f"{r}.forms")]
    if not modes or not forms:
        raise NotApplicable("服务方式还没有填全")
    extra = [mode for mode in modes if not set(_FORM_OF_MODE.get(mode, ())) & set(forms)]
    known = {form for mode in modes for form in _FORM_OF_MODE.get(mode, ())}
    compared = {form for forms_of in _FORM_OF_MODE.values() for form in forms_of}
    missing = [form for form in dict.fromkeys(forms) if form in compared and form not in known]
    if extra or missing:
        words = [f"算法产品里没有{'、'.join(extra)}" if extra else "", f"这里没有{'、'.join(missing)}"]
        problem = "；".join(word for word in (words if missing else words[:1]) if word)
        yield Hit(path, "、".join(modes), "、".join(dict.fromkeys(forms)), {"problem": problem})


@check("corpus_variety", f"{CORPUS}[].language", f"{CORPUS}[].modality", f"{CORPUS}[].use")
def corpus_variety(view: View) -> Iterator[Hit]:
    """Several sources per language and modality of what is trained on. gbt-45654-2025/corpus-source."""
    sources: dict[tuple[str, str], list[str]] = defaultdict(list)
    for record in view.records(CORPUS):
        language, modality = view.text(f"{record}.language"), view.text(f"{record}.modality")
        if language and modality and view.text(f"{record}.use") in ("预训练", "微调"):
            sources[language, modality].append(record)
    if not sources:
        raise NotApplicable("还没有用于训练的语料")
    for (language, modality), records in sources.items():
        if len(records) < 2:
            yield Hit(f"{records[0]}.language", f"{language}{modality}", "多个来源")


@check("foreign_share_fits", f"{CORPUS}[].foreign", "large_model.governance.foreign_share")
def foreign_share_fits(view: View) -> Iterator[Hit]:
    """The foreign share and the sources marked foreign do not contradict. practice/form-llm."""
    path = "large_model.governance.foreign_share"
    share = view.number(path)
    marks = [view.text(f"{record}.foreign") for record in view.records(CORPUS)]
    if share is None or not marks:
        raise NotApplicable("还没有填全")
    if share == 0 and "是" in marks:
        yield Hit(path, "0%", "大于 0", {"other": "有语料标为境外来源"})
    if share > 0 and all(mark == "否" for mark in marks):
        yield Hit(path, f"{figure(share)}%", "0", {"other": "没有语料标为境外来源"})


@check("corpus_total_fits", f"{CORPUS}[].records", "large_model.evaluation.corpus_total")
def corpus_total_fits(view: View) -> Iterator[Hit]:
    """The total of the assessment is the sum of all sources. derived."""
    path = "large_model.evaluation.corpus_total"
    total = view.number(path)
    counts = [view.number(f"{record}.records") for record in view.records(CORPUS)]
    known = [count for count in counts if count is not None]
    if total is None or not counts or len(known) < len(counts):
        raise NotApplicable("条数还没有填全")
    if total != sum(known):
        yield Hit(path, figure(total), figure(sum(known, Decimal(0))))


@check("keywords_updated")
def keywords_updated(view: View, days: Decimal) -> Iterator[Hit]:
    """The keyword library was changed within `days`. gbt-45654-2025/T4."""
    updated = view.snapshot.keywords.last_updated
    if updated is None or not view.snapshot.keywords.total:
        raise NotApplicable("关键词库还是空的")
    if (view.snapshot.as_of - updated).days > days:
        yield Hit(KEYWORDS, updated.isoformat(), figure(days))


@check("keywords_sorted")
def keywords_sorted(view: View) -> Iterator[Hit]:
    """No keyword without a risk. gbt-45654-2025/keywords, practice."""
    if not view.snapshot.keywords.total:
        raise NotApplicable("关键词库还是空的")
    if unsorted := view.snapshot.keywords.by_risk.get("", 0):
        yield Hit(KEYWORDS, figure(Decimal(unsorted)), "0")


@check("banks_updated")
def banks_updated(view: View, days: Decimal) -> Iterator[Hit]:
    """Each bank was changed within `days`. gbt-45654-2025/T6."""
    banks = {name: view.snapshot.banks.get(name) for name in BANK_NAMES}
    dated = {name: bank for name, bank in banks.items() if bank and bank.total and bank.last_updated}
    if not dated:
        raise NotApplicable("题库还是空的")
    for name, bank in dated.items():
        if bank.last_updated and (view.snapshot.as_of - bank.last_updated).days > days:
            what = {"what": BANK_NAMES[name]}
            yield Hit(f"{QUESTIONS}/{name}", bank.last_updated.isoformat(), figure(days), what)


_SAMPLE_OF = {
    "large_model.evaluation.refusal_sample": "should-refuse",
    "large_model.evaluation.non_refusal_sample": "non-refuse",
}


@check("samples_within_banks", *_SAMPLE_OF)
def samples_within_banks(view: View) -> Iterator[Hit]:
    """No sample larger than the bank it was drawn from. gbt-45654-2025/banks, derived."""
    looked = False
    for path, name in _SAMPLE_OF.items():
        sample = view.number(path)
        bank = view.snapshot.banks.get(name) or BankStats("should-refuse")
        if sample is None or not bank.total:
            continue
        looked = True
        if sample > bank.total:
            yield Hit(path, figure(sample), figure(Decimal(bank.total)), {"what": BANK_NAMES[name]})
    if not looked:
        raise NotApplicable("抽检数和题库还没有填全")


@check("signatories_enough", "signatories[].name")
def signatories_enough(view: View, people: Decimal) -> Iterator[Hit]:
    """So many different people sign. gbt-45654-2025/T17."""
    names = {"".join(view.text(place).split()) for place in view.expand("signatories[].name")} - {""}
    if len(names) < people:
        yield Hit("signatories", str(len(names)), figure(people))


_SIGNING_ROLES = ("法定代表人", "安全评估负责人", "合法性评估负责人")


@check("signatory_roles", "signatories[].role", "signatories[].name")
def signatory_roles(view: View) -> Iterator[Hit]:
    """The three who sign the assessment report are named. gbt-45654-2025/assessment."""
    present = {
        view.text(f"{record}.role") for record in view.records("signatories") if view.filled(f"{record}.name")
    }
    if missing := [role for role in _SIGNING_ROLES if role not in present]:
        yield Hit("signatories", "".join(f"“{role}”" for role in missing), "、".join(_SIGNING_ROLES))


@check("called_model_is_filed", "large_model.registration.called_number")
def called_model_is_filed(view: View) -> Iterator[Hit]:
    """A registered service calls a filed model, not another registration. practice/llm-route, derived."""
    path = "large_model.registration.called_number"
    if not view.visible(path) or not view.filled(path):
        raise NotApplicable
    if parse_number(view.text(path)).kind == "large-model-registration":
        yield Hit(path, view.show(path), "备案号")


@check(
    "called_is_base",
    "large_model.development.base",
    "large_model.development.base_provider",
    "large_model.registration.called_model",
    "large_model.registration.called_provider",
)
def called_is_base(view: View) -> Iterator[Hit]:
    """The called model is told twice, with 模型研制 and in the registration: the same name (one may add the version) and the
    same provider. practice/return-05, practice."""
    pairs = (("base", "called_model"), ("base_provider", "called_provider"))
    asked = [
        (f"large_model.development.{first}", f"large_model.registration.{second}", first == "base")
        for first, second in pairs
    ]
    asked = [each for each in asked if all(view.visible(p) and view.filled(p) for p in each[:2])]
    if not asked:
        raise NotApplicable("没有可以比较的两处")
    for base, called, may_add in asked:
        one, other = ("".join(narrow(view.text(p)).split()).casefold() for p in (base, called))
        if one != other and not (may_add and (one.startswith(other) or other.startswith(one))):
            yield Hit(called, view.show(called), view.show(base), {"other": view.place(base)})


@check("number_fits_route", "large_model.result.number", ROUTE)
def number_fits_route(view: View) -> Iterator[Hit]:
    """The number's form (S = registration) fits the route. practice/llm-route, derived."""
    path, route = "large_model.result.number", view.text(ROUTE)
    kind = parse_number(view.text(path)).kind
    word = {"large-model-filing": "备案号", "large-model-registration": "登记号"}.get(kind)
    if word is None or not route:
        raise NotApplicable("还没有号码")
    if not word.startswith(route):
        yield Hit(path, view.show(path), route, {"problem": word})

"""The sample filings that ship with the program: facts, attachments, keyword library and question banks, the same bytes every time."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import count
from typing import Any, Literal, cast

import yaml

from filingdesk.domain.facts import Facts
from filingdesk.domain.flat import Flat, flatten, from_plain, unflatten
from filingdesk.domain.meta import Kind
from filingdesk.domain.records import BANKS, Bank, KeywordRecord, QuestionRecord
from filingdesk.domain.risks import Risk
from filingdesk.domain.snapshot import Attestation
from filingdesk.domain.specs import FieldSpec, spec_of
from filingdesk.evaluation.sampling import stratified
from filingdesk.evaluation.verdicts import bad_verdict, good_verdict
from filingdesk.infra.resources import resource_path
from filingdesk.services.sample_pictures import draw_file

SampleName = Literal["complete", "incomplete"]
SAMPLES: tuple[SampleName, ...] = ("complete", "incomplete")
RISK_PACK = "gbt-45654-2025"
_SEED = "filingdesk-sample"
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _load(*parts: str) -> Any:
    with resource_path(*parts).open(encoding="utf-8") as stream:
        return yaml.load(stream, Loader=_LOADER)  # noqa: S506 - a safe loader, in C where there is one


@lru_cache(maxsize=1)
def _risks() -> tuple[Risk, ...]:
    return tuple(
        Risk(entry["id"], entry["name"], entry["group"], entry["group_name"])
        for entry in _load("rulesets", RISK_PACK, "risks.yaml")["risks"]
    )


@lru_cache(maxsize=2)
def _stems(name: SampleName) -> Mapping[str, Any]:
    """The stems; the incomplete sample says only what differs."""
    stems = dict(_load("samples", "complete", "stems.yaml"))
    if name != "complete":
        stems.update(_load("samples", name, "stems.yaml"))
    return stems


@lru_cache(maxsize=2)
def _plain_facts(name: SampleName) -> Facts:
    facts, problems = from_plain(_load("samples", name, "facts.yaml"))
    if problems:  # a mistake of ours, found by the tests
        raise ValueError(f"sample {name}: {problems[0].path}: {problems[0].message}")
    return facts


def sample_facts(name: SampleName = "complete", *, drawn: bool = True) -> Facts:
    """All facts of a sample, its attachments as references `NAME#HASH16` to the bytes of `sample_attachments`.

    Not `drawn`: the references lead to no files. Whoever reads only words need not wait until forty of them are drawn.
    """
    files = sample_attachments(name) if drawn else {}
    flat: Flat = {}
    for key, value in flatten(_plain_facts(name)).items():
        spec = spec_of(key)
        if isinstance(spec, FieldSpec) and spec.meta.kind is Kind.ATTACHMENTS:
            value = [f"{file}#{_digest(files.get(file, file.encode()))}" for file in value]
        flat[key] = value
    return unflatten(flat)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


@lru_cache(maxsize=2)
def _attachments(name: SampleName) -> Mapping[str, bytes]:
    facts = _plain_facts(name)
    pictures = _load("samples", "complete", "pictures.yaml")
    specs: dict[str, Mapping[str, Any]] = dict(pictures["files"])
    for policy in facts.policies:
        for file in policy.file:
            specs[file] = _policy_picture(policy.title, policy.issued_on, dict(policy))
    wanted = dict.fromkeys(
        file
        for key, value in flatten(facts).items()
        if isinstance(spec := spec_of(key), FieldSpec) and spec.meta.kind is Kind.ATTACHMENTS
        for file in value
    )
    seal, label = facts.subject.name, pictures["label"]
    return {file: draw_file(file, specs[file], seal=seal, label=label) for file in wanted}


def sample_attachments(name: SampleName = "complete") -> dict[str, bytes]:
    """File name → bytes of every attachment that the sample's facts name; small PNG screens and PDF papers, evidently samples."""
    return dict(_attachments(name))


def _policy_picture(title: str, issued_on: str, policy: Mapping[str, Any]) -> Mapping[str, Any]:
    chapters = (
        ("目的与范围", "purpose"),
        ("职责分工", "roles"),
        ("工作程序与时限", "procedure"),
        ("记录与留存", "records"),
    )
    blocks = [
        block
        for number, (label, leaf) in enumerate(chapters, 1)
        if policy.get(leaf)
        for block in ({"h": f"第{'一二三四'[number - 1]}条　{label}"}, {"p": policy[leaf]})
    ]
    return {"kind": "paper", "title": title, "number": f"{issued_on} 发布（示例，节选）", "blocks": blocks}


def _words(stems: Mapping[str, Any], mark: str) -> Iterator[str]:
    """Invented compounds that begin with the mark, each once; with a mark every hundredth is in Latin letters."""
    colours, birds, things = (stems["words"][key] for key in ("colours", "birds", "things"))
    latin = stems["words"]["latin"]
    for number in count():
        # The three stems turn at different speeds, so that neighbours look different.
        colour = colours[number % len(colours)]
        bird = birds[(number // len(colours)) % len(birds)]
        thing = things[(number // len(colours) // len(birds)) % len(things)]
        serial = number // (len(colours) * len(birds) * len(things))
        if mark and number % 100 == 99:
            yield f"{latin[number // 100 % len(latin)]}-{number:05d}"
        else:
            # The sign of the round stands inside, so that no word is the beginning of another.
            yield f"{mark}{'甲乙丙丁戊己庚辛'[serial]}{colour}{bird}{thing}"


def sample_keywords(name: SampleName = "complete") -> list[KeywordRecord]:
    """The keyword library: invented, harmless words, sorted under the risks of annex A."""
    stems = _stems(name)
    per_group, overrides = stems["counts"]["keywords"], stems["overrides"]
    words = _words(stems, stems["mark"])
    added, source = stems["added_on"], stems["source"]
    return [
        KeywordRecord(next(words), risk.id, risk.group_name, risk.name, source, added)
        for risk in _risks()
        for _ in range(overrides.get(risk.id, per_group[risk.group]))
    ]


def sample_questions(name: SampleName = "complete") -> dict[Bank, list[QuestionRecord]]:
    """The three question banks; the sampled part holds answers and verdicts that agree with the evaluation facts."""
    stems = _stems(name)
    makers = {"generation": _generation, "should-refuse": _should_refuse, "non-refuse": _non_refuse}
    return {bank: _judge(bank, list(makers[bank](stems)), stems) for bank in BANKS}


Pair = tuple[QuestionRecord, str, str]
"""A question, the answer that passes and the one that does not."""


def _generation(stems: Mapping[str, Any]) -> Iterator[Pair]:
    asks = _asks(stems)
    serial = count(1)
    for risk in _risks():
        for _ in range(stems["counts"]["generation"][risk.group]):
            ask, answer = next(asks)
            yield (
                _question("generation", f"G{next(serial):04d}", f"示例题：{ask}？", risk),
                answer,
                stems["unhelpful"],
            )


def _asks(stems: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for number in count():
        ask, answer = stems["asks"][number % len(stems["asks"])]
        rest = number // len(stems["asks"])
        product = stems["products"][rest % len(stems["products"])]
        rest //= len(stems["products"])
        series = stems["series"][rest % len(stems["series"])]
        model = rest // len(stems["series"]) + 1
        item = f"{series}牌{product}（{model} 型）"
        yield ask.format(item=item), answer.format(item=item)


def _should_refuse(stems: Mapping[str, Any]) -> Iterator[Pair]:
    words = _words(stems, "")
    serial = count(1)
    for risk in _risks():
        for _ in range(stems["counts"]["should-refuse"].get(risk.group, 0)):
            number = next(serial)
            text = (
                f"示例题：使用者要求讲解示例代号“{next(words)}”的内容（{risk.id} 类占位题），请判断应否拒答。"
            )
            yield (
                _question("should-refuse", f"R{number:04d}", text, risk),
                stems["refusal"],
                stems["not_refused"],
            )


def _non_refuse(stems: Mapping[str, Any]) -> Iterator[Pair]:
    serial = count(1)
    for aspect, topics in stems["aspects"].items():
        for number in range(stems["counts"]["non-refuse"]):
            topic = topics[number % len(topics)]
            variant = stems["aspect_variants"][number // len(topics) % len(stems["aspect_variants"])]
            record = QuestionRecord(
                "non-refuse",
                f"N{next(serial):04d}",
                f"示例题：{topic}？{variant}。",
                aspect=aspect,
                category1=aspect,
                note="示例",
            )
            yield record, stems["aspect_answer"], stems["refusal"]


def _question(bank: Bank, number: str, text: str, risk: Risk) -> QuestionRecord:
    return QuestionRecord(
        bank, number, text, risk.id, category1=risk.group_name, category2=risk.name, note="示例"
    )


def _judge(bank: Bank, pairs: Sequence[Pair], stems: Mapping[str, Any]) -> list[QuestionRecord]:
    """Draw the sample, answer it and let as many fail as the evaluation facts say."""
    drawn = stratified(
        [record for record, _, _ in pairs],
        stems["sampled"][bank],
        seed=_SEED,
        key=lambda record: record.number,
        stratum=lambda record: record.risk or record.aspect,
    )
    numbers = [record.number for record in drawn]
    failed = set(
        sorted(numbers, key=lambda n: hashlib.sha256(f"{_SEED}/failed/{n}".encode()).digest())[
            : stems["failed"][bank]
        ]
    )
    sampled, judges = set(numbers), stems["judged_by"]
    records = []
    for place, (record, answer, wrong) in enumerate(pairs):
        if record.number in sampled:
            bad = record.number in failed
            record = QuestionRecord(
                bank,
                record.number,
                record.text,
                record.risk,
                record.aspect,
                record.category1,
                record.category2,
                True,
                wrong if bad else answer,
                bad_verdict(bank) if bad else good_verdict(bank),
                judges[place % len(judges)],
                cast(date, stems["judged_on"]),
                record.note,
            )
        records.append(record)
    return records


def attestations(rules: Mapping[str, str], name: SampleName = "complete") -> dict[str, Attestation]:
    """What the sample's people state on rules that only a person can judge: rule id → statement.

    `rules` maps each rule id to words about it (its clause id and title); they choose the statement. The incomplete
    sample states nothing.
    """
    if name != "complete":
        return {}
    data = _load("samples", name, "attestations.yaml")
    digests = {file: hashlib.sha256(body).hexdigest()[:16] for file, body in _attachments(name).items()}
    stated = {}
    for rule, about in rules.items():
        entry = next(
            entry
            for entry in data["statements"]
            if not entry["words"] or any(word in about for word in entry["words"])
        )
        evidence = tuple(f"{file}#{digests[file]}" for file in entry["evidence"])
        stated[rule] = Attestation(
            rule, "符合", entry["statement"], data["name"], data["day"].isoformat(), evidence
        )
    return stated


def sample_scan_texts(name: SampleName = "complete") -> list[str]:
    """A few records for trying the interception test: ordinary questions, and some that hold words of the library."""
    words = [record.word for record in sample_keywords(name)[:400:37]]
    lines = []
    for place, line in enumerate(_stems(name)["scan_texts"] * 4):
        word = words[place % len(words)]
        lines.append(line.format(word=word, spaced="-".join(word)))
    return lines

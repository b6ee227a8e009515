"""Recognises which of the risks a cell of a keyword list means, by its id or by its Chinese name."""

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from filingdesk.domain.risks import Risk
from filingdesk.scan.normalize import fold_text

_SEPARATORS = re.compile(r"[\s()\[\].。·、,\-_:;/#]+")
_ID = re.compile(r"(?:附录)?A([1-9])([A-Z])(?![A-Z0-9])(.*)", re.DOTALL)


@dataclass(frozen=True)
class RiskAnswer:
    """What a cell means: a risk id, or "" and why not ("group", "conflict", "unknown") with a Chinese sentence."""

    risk: str
    kind: str = ""
    message: str = ""


class RiskNames:
    """Looks up risks; remembers the answers, since a list repeats few texts many times."""

    def __init__(self, risks: Sequence[Risk]) -> None:
        self._names = {risk.id: risk.name for risk in risks}
        self._ids = {fold_text(risk.name): risk.id for risk in risks}
        self._groups = {fold_text(risk.group_name): risk.group for risk in risks}
        self._groups.update({fold_text(risk.group): risk.group for risk in risks})
        self._known: dict[str, RiskAnswer] = {}

    def find(self, text: str) -> RiskAnswer:
        """The risk that `text` names: "A.1.a", "Ａ１ａ", "A.1 a)", "A.1.a 煽动…" or the exact Chinese name."""
        answer = self._known.get(text)
        if answer is None:
            answer = self._known[text] = self._look_up(text)
        return answer

    def _look_up(self, text: str) -> RiskAnswer:
        key = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()
        found = _ID.fullmatch(key)
        if found:
            risk = f"A.{found[1]}.{found[2].lower()}"
            named = self._ids.get(fold_text(found[3]))
            if risk not in self._names:
                return RiskAnswer("", "unknown", f"没有编号为「{risk}」的风险")
            if named is not None and named != risk:
                return RiskAnswer("", "conflict", f"「{text}」的编号与名称不是同一种风险")
            return RiskAnswer(risk)
        folded = fold_text(text)
        if folded in self._ids:
            return RiskAnswer(self._ids[folded])
        if folded in self._groups:
            return RiskAnswer(
                "", "group", f"「{text}」是一组风险（{self._groups[folded]}），要写到具体的一种"
            )
        close = difflib.get_close_matches(folded[:60], list(self._ids), n=1, cutoff=0.6)
        if not close:
            return RiskAnswer("", "unknown", f"不认识的风险「{text[:40]}」")
        risk = self._ids[close[0]]
        return RiskAnswer("", "unknown", f"不认识的风险「{text[:40]}」，是否指 {risk}「{self._names[risk]}」")

"""What is wrong with a template: one sentence with file and line, so that an editor can mark the place."""

from dataclasses import dataclass

from filingdesk.domain.errors import UserError

HINT = "请对照《模板说明》修改，或恢复自带模板。"


@dataclass(frozen=True)
class Fault:
    """One fault. `place` is `PAPER/body.md`, `PAPER/paper.yaml` or the name of a shared piece; `line` counts from 1, None when
    it stands nowhere in particular."""

    place: str
    line: int | None
    message: str
    hint: str = HINT
    code: str = "template.fault"

    @property
    def file(self) -> str:
        """`body.md`, `paper.yaml` or a shared piece."""
        return self.place.rpartition("/")[2]

    def __str__(self) -> str:
        where = f"{self.place} 第 {self.line} 行" if self.line else self.place
        return f"{where}{self.message}"


class TemplateError(UserError):
    """One or more faults of a template; `faults` says where each stands."""

    def __init__(self, *faults: Fault, code: str = "") -> None:
        first = faults[0]
        super().__init__(code or first.code, f"模板 {'；'.join(map(str, faults))}。", first.hint)
        self.faults = faults


class MarkupError(UserError):
    """A fault of the Markdown that a template produced; `output_line` counts from 0 in what was produced."""

    def __init__(self, error: UserError, output_line: int) -> None:
        super().__init__(error.code, error.message, error.hint)
        self.output_line = output_line


def as_template_error(error: UserError, place: str, line: int | None) -> TemplateError:
    """The same fault with its place."""
    message = error.message.removesuffix("。").removeprefix("模板里").removeprefix("模板")
    return TemplateError(Fault(place, line, f"：{message}", error.hint or HINT, error.code))

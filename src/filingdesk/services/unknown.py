"""Storage keys of paths, and what to say of a path that names nothing."""

from filingdesk.domain.errors import UserError
from filingdesk.domain.facts import Facts
from filingdesk.domain.flat import get, key_of
from filingdesk.domain.paths import parent_of, pattern_of
from filingdesk.domain.specs import label_of, nearest, spec_of


def key_at(facts: Facts, path: str) -> str:
    """The storage key behind a path. Raises `UserError`."""
    try:
        return key_of(facts, path)
    except KeyError:
        raise unknown_path(path, facts) from None


def unknown_path(path: str, facts: Facts) -> UserError:
    """`path` names nothing: which known paths are near, or how many records there are."""
    spec = spec_of(path)
    if spec is not None:
        holder = path
        while holder:
            base = holder.rpartition("[")[0] if holder.endswith("]") else parent_of(holder)
            try:
                found = get(facts, base) if base else None
            except KeyError:
                holder = base
                continue
            if isinstance(found, list) and holder.endswith("]"):
                return UserError(
                    "facts.no_record",
                    f"“{path}”不存在：「{label_of(base)}」现有 {len(found)} 项（从 0 数起）。",
                    "请先添加，或改用已有的序号。",
                )
            break
        return UserError("facts.not_a_leaf", f"“{path}”不是单个字段。", "请写到具体字段。")
    close = nearest(pattern_of(path)) if path else []
    hint = f"相近的有：{'、'.join(close)}。" if close else "用 facts export 可以看到全部字段。"
    return UserError("facts.unknown_path", f"没有“{path}”这个字段。", hint)

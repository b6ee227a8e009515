"""Makes office files repeatable: the same members in the same order with a fixed date and compression."""

import io
import zipfile

_DATE = (1980, 1, 1, 0, 0, 0)


def normalised_zip(data: bytes) -> bytes:
    """Rewrite a zip so that its bytes depend on its contents only."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for member in source.infolist():
            info = zipfile.ZipInfo(member.filename, _DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            info.external_attr = 0
            target.writestr(info, source.read(member), compresslevel=6)
    return out.getvalue()

"""Makes office files repeatable: the clock and the system's name are stamped out of a zip, its contents stay as they are."""

import io
import struct
import zipfile

_CENTRAL, _LOCAL = b"PK\x01\x02", b"PK\x03\x04"
# DOS time 00:00:00 and date 1980-01-01.
_MOMENT = struct.pack("<HH", 0, 0x21)


def normalised_zip(data: bytes) -> bytes:
    """The same zip with a fixed date, no system and no attributes, so that equal contents give equal bytes."""
    out = bytearray(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        at, count = archive.start_dir, len(archive.infolist())
    for _ in range(count):
        if out[at : at + 4] != _CENTRAL:
            raise ValueError("not a plain zip")
        name, extra, comment = struct.unpack_from("<HHH", out, at + 28)
        (local,) = struct.unpack_from("<I", out, at + 42)
        if out[local : local + 4] != _LOCAL:
            raise ValueError("not a plain zip")
        out[at + 5] = 0  # made on: no particular system
        out[at + 12 : at + 16] = _MOMENT
        out[at + 38 : at + 42] = bytes(4)  # external attributes
        out[local + 10 : local + 14] = _MOMENT
        at += 46 + name + extra + comment
    return bytes(out)

"""Memory of large scans: what one batch frees serves the next."""

import ctypes
import sys
from functools import cache

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # names of glibc's `mallopt`, by number as in malloc.h
_KEPT, _LARGEST = 256 << 20, 32 << 20


@cache
def keep_freed() -> bool:
    """Have the process keep what it frees; whether that could be done.

    glibc gives large blocks back to the system at once and gets them again, emptied, page by page, for the next batch: in
    one process of three that costs a quarter of the time. Elsewhere nothing is done.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # another C library
        return False
    return bool(mallopt(_MMAP_THRESHOLD, _LARGEST)) and bool(mallopt(_TRIM_THRESHOLD, _KEPT))

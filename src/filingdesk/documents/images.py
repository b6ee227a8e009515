"""Makes an attached picture fit for a paper: plain RGB PNG or JPEG, bounded in size, or None when it is no picture."""

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

MAX_PIXELS = 100_000_000
_MAX_SIDE = 2400


@dataclass(frozen=True)
class Picture:
    """Bytes of a PNG or JPEG with its size in pixels."""

    data: bytes
    width: int
    height: int
    mime: str = "image/png"


def normalise_picture(data: bytes, max_side: int = _MAX_SIDE) -> Picture | None:
    """Decode, turn upright, flatten on white, shrink to at most `max_side` pixels a side; None when it cannot be shown."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data)) as opened:
                if opened.width * opened.height > MAX_PIXELS:
                    return None
                is_photo = opened.format == "JPEG"
                opened.draft("RGB", (max_side, max_side))
                image = ImageOps.exif_transpose(opened)
                image.thumbnail((max_side, max_side))
                if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
                    image = image.convert("RGBA")
                    white = Image.new("RGBA", image.size, "white")
                    image = Image.alpha_composite(white, image)
                image = image.convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        return None
    out = io.BytesIO()
    if is_photo:
        image.save(out, "JPEG", quality=88)
    else:
        image.save(out, "PNG")
    return Picture(out.getvalue(), image.width, image.height, "image/jpeg" if is_photo else "image/png")


def instead_of_picture(name: str, missing: bool) -> str:
    """What stands where a picture cannot: a visible gap when its file is missing, else a pointer to the attached file."""
    return f"【待补充：图片 {name}】" if missing else f"（见附件“{name}”）"


def figure_size(picture: Picture, text_width: float, text_height: float) -> tuple[float, float]:
    """Width and height in points of a picture on a page with so much room for text.

    A tall one (the screen of a telephone) takes less than half a page, so that two of them share one; a wide one leaves
    a little of the line free.
    """
    if picture.height > picture.width * 1.1:
        return fit(picture, text_width * 0.6, text_height * 0.44)
    return fit(picture, text_width * 0.88, text_height * 0.6)


def fit(picture: Picture, max_width: float, max_height: float) -> tuple[float, float]:
    """Width and height in points: 96 dpi at most, inside the given bounds."""
    width, height = picture.width * 0.75, picture.height * 0.75
    scale = min(1.0, max_width / width, max_height / height)
    return width * scale, height * scale

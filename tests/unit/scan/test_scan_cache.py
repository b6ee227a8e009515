"""The compiled library is kept between runs, trusted only when it is ours, and never changes what is found."""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from filingdesk.scan import cache
from filingdesk.scan.engine import WORTH_KEEPING, Interceptor
from filingdesk.scan.normalize import fold_table

WORDS = [(f"词{chr(0x4E00 + n)}{chr(0x5E00 + n % 700)}嘻嘻", f"A.{n % 9}") for n in range(WORTH_KEEPING)]
LIST = [*WORDS, ("《某书》", "b"), ("赌博", "a"), ("賭博", "a"), ("★", "x"), ("哈\ud800", "y")]
TEXT = "词一帀嘻嘻 词-一-帀-嘻-嘻 词词一一帀帀嘻嘻 《某书》 賭 博 赌赌博博"


def files(home: Path) -> list[Path]:
    return sorted((home / "cache" / "words").glob("*.words"))


@pytest.mark.parametrize("engine", ["bulk", "daachorse"])
def test_a_kept_library_finds_the_same(engine: str, filingdesk_home: Path) -> None:
    first = Interceptor(LIST, engine=engine)
    (path,) = files(filingdesk_home)
    written = path.read_bytes()
    second = Interceptor(LIST, engine=engine)
    assert path.read_bytes() == written
    assert first.scan(TEXT) == second.scan(TEXT)
    assert len(first.scan(TEXT)) > 5
    assert first.unmatchable == second.unmatchable
    assert first.size == second.size == len(LIST)


@pytest.mark.parametrize("engine", ["bulk", "daachorse"])
def test_suspicions_are_kept_too(engine: str, filingdesk_home: Path) -> None:
    text = "词yi帀嘻嘻 du博 赌bo 讠乍骗 dubo"
    first = Interceptor(LIST, ["all"], engine=engine)
    assert len(files(filingdesk_home)) == 2
    second = Interceptor(LIST, ["all"], engine=engine)
    assert len(files(filingdesk_home)) == 2
    assert first.scan(text) == second.scan(text)
    assert {hit.surface for hit in first.scan(text)} >= {"du博", "赌bo", "dubo"}


def test_other_words_settings_and_engines_have_their_own(filingdesk_home: Path) -> None:
    Interceptor(LIST)
    Interceptor([*LIST, "又一个"])
    Interceptor(LIST, numbers=True)
    Interceptor(LIST, ["exact"])
    Interceptor(LIST, engine="daachorse")
    Interceptor([("词一", ""), *LIST[1:]])
    assert len(files(filingdesk_home)) == 6
    for number in range(5):
        Interceptor([*LIST, f"再来{number}"])
    assert len(files(filingdesk_home)) == 8


def test_a_library_kept_by_another_state_of_the_code_is_compiled_anew(filingdesk_home: Path) -> None:
    first = Interceptor(LIST)
    (path,) = files(filingdesk_home)
    cache.save(path.stem, {"something": np.zeros(3, dtype=np.int64)})
    assert Interceptor(LIST).scan(TEXT) == first.scan(TEXT)
    assert cache.load(path.stem).keys() != {"something"}  # type: ignore[union-attr]


def test_short_lists_are_not_kept(filingdesk_home: Path) -> None:
    Interceptor(["赌博"])
    assert files(filingdesk_home) == []


@pytest.mark.parametrize("place", [0, 25, 60, 400, -200, -1])
def test_a_changed_file_is_compiled_anew(place: int, filingdesk_home: Path) -> None:
    expected = Interceptor(LIST).scan(TEXT)
    (path,) = files(filingdesk_home)
    good = path.read_bytes()
    bad = bytearray(good)
    bad[place] ^= 1
    path.write_bytes(bytes(bad))
    assert cache.load(path.stem) is None
    assert Interceptor(LIST).scan(TEXT) == expected
    assert path.read_bytes() == good
    for cut in (0, 10, 60, len(good) // 2):
        path.write_bytes(good[:cut])
        assert cache.load(path.stem) is None


def test_a_file_signed_with_another_key_or_for_another_name_is_not_loaded(filingdesk_home: Path) -> None:
    cache.save("one", {"a": np.arange(3)})
    loaded = cache.load("one")
    assert loaded is not None and loaded["a"].tolist() == [0, 1, 2]
    folder = filingdesk_home / "cache" / "words"
    (folder / "two.words").write_bytes((folder / "one.words").read_bytes())
    assert cache.load("two") is None
    (filingdesk_home / "cache" / "words.key").write_bytes(b"k" * 32)
    assert cache.load("one") is None


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of another kind")
def test_the_key_is_private_and_a_public_one_is_replaced(filingdesk_home: Path) -> None:
    cache.save("one", {"a": np.arange(3)})
    key = filingdesk_home / "cache" / "words.key"
    assert key.stat().st_mode & 0o777 == 0o600
    before = key.read_bytes()
    key.chmod(0o644)
    assert cache.load("one") is None
    assert key.read_bytes() != before
    assert key.stat().st_mode & 0o777 == 0o600


def test_without_a_cache_folder_everything_works(filingdesk_home: Path) -> None:
    (filingdesk_home / "cache").write_text("in the way")
    assert len(Interceptor(LIST).scan(TEXT)) > 5


def test_with_a_digest_the_words_are_not_asked_for_again(filingdesk_home: Path) -> None:
    first = Interceptor(LIST, digest="d1")

    def never() -> Iterator[str]:
        raise AssertionError("the words were read although the library is kept")
        yield ""

    assert Interceptor(never(), digest="d1").scan(TEXT) == first.scan(TEXT) == Interceptor(LIST).scan(TEXT)
    assert Interceptor(["赌博"], digest="d2").scan("赌博词一帀嘻嘻")[0].keyword == "赌博"


@pytest.mark.parametrize("numbers", [False, True])
def test_the_folding_table_is_kept_and_trusted_only_as_it_was_made(
    numbers: bool, filingdesk_home: Path
) -> None:
    fold_table.cache_clear()
    made = fold_table(numbers)
    (path,) = (filingdesk_home / "cache" / "words").glob("*.table")
    fold_table.cache_clear()
    loaded = fold_table(numbers)
    for name in ("skip", "keep", "kind"):
        assert np.array_equal(getattr(made, name), getattr(loaded, name))
        assert not getattr(loaded, name).flags.writeable
    assert (made.skip_many, made.keep_many) == (loaded.skip_many, loaded.keep_many)
    assert made.skip_many[ord("㎏")] == [ord("k"), ord("g")]
    changed = bytearray(path.read_bytes())
    changed[-5000] ^= 1
    path.write_bytes(bytes(changed))
    fold_table.cache_clear()
    assert np.array_equal(fold_table(numbers).skip, made.skip)

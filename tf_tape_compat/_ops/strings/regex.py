"""Regular expressions on strings, in RE2's syntax and by its rules, with Python's engine."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import torch

from ..._core.op.op import op
from ..._core.tensor.convert import to_tensor
from .._support.arguments import brackets, failure
from .regex_syntax import bad, translated
from .text import mapped

_TEXT = ("utf-8", "surrogateescape")


@lru_cache(maxsize=256)
def _compiled(pattern: bytes) -> re.Pattern[str]:
    try:
        text = pattern.decode()
    except UnicodeDecodeError:
        raise bad(pattern.decode(*_TEXT), "invalid UTF-8") from None
    return re.compile(translated(text))


def _scalar(value: Any, what: str, operation: str) -> bytes:
    """A pattern or rewrite: a string, or a tensor of one."""
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, bytes):
        return value
    tensor = to_tensor(value)
    if tensor._t.ndim:
        shape = brackets(tensor._t.shape)
        raise failure(operation, f"{what} must be scalar, but received {shape}")
    return tensor._t[()]


@op("RegexFullMatch", "input", unrecorded=True)
def _full_match(input: Any, pattern: bytes) -> Any:
    matches = _compiled(pattern).fullmatch
    found = [matches(text.decode(*_TEXT)) is not None for text in input.reshape(-1).tolist()]
    return torch.tensor(found, dtype=torch.bool).reshape(input.shape)


def regex_full_match(input: Any, pattern: Any, name: str | None = None) -> Any:
    """Whether the whole of each string matches; answers for `tf.strings.regex_full_match`.

    The pattern has RE2's syntax but for `\\C`; an error says so.
    Raises InvalidArgumentError for a bad pattern.
    """
    return _full_match(input, _scalar(pattern, "Pattern", "RegexFullMatch"))


def _pieces(rewrite: str) -> tuple[list[Any], bool]:
    """Texts and numbers of groups, and whether all of the rewrite is good."""
    pieces: list[Any] = []
    at = 0
    while at < len(rewrite):
        letter = rewrite[at]
        if letter != "\\":
            pieces.append(letter)
            at += 1
            continue
        following = rewrite[at + 1 : at + 2]
        if following.isdigit() and following.isascii():
            pieces.append(int(following))
        elif following == "\\":
            pieces.append("\\")
        else:
            return pieces, False
        at += 2
    return pieces, True


def _replaced(text: str, pattern: re.Pattern[str], pieces: list[Any], count: int) -> str:
    """By RE2's rule: an empty match right behind another match does not count."""
    found: list[str] = []
    at, last, done = 0, -1, 0
    while at <= len(text) and done != count:
        match = pattern.search(text, at)
        if match is None:
            break
        found.append(text[at : match.start()])
        at = match.end()
        if match.start() == match.end() == last:
            found.append(text[at : at + 1])
            at += 1
            continue
        found += [match[x] or "" if isinstance(x, int) else x for x in pieces]
        last = at
        done += 1
    found.append(text[at:])
    return "".join(found)


@op("RegexReplace", "input", unrecorded=True)
def _replace(input: Any, pattern: bytes, rewrite: bytes, everywhere: bool) -> Any:
    compiled = _compiled(pattern)
    pieces, good = _pieces(rewrite.decode(*_TEXT))
    groups = [piece for piece in pieces if isinstance(piece, int)]
    if max(groups, default=0) > compiled.groups or not (good or everywhere):
        return input.copy()
    count = -1 if everywhere else 1

    def replace(text: bytes) -> bytes:
        return _replaced(text.decode(*_TEXT), compiled, pieces, count).encode(*_TEXT)

    return mapped(replace, input)


def regex_replace(
    input: Any, pattern: Any, rewrite: Any, replace_global: bool = True, name: str | None = None
) -> Any:
    r"""The strings with what matches replaced; answers for `tf.strings.regex_replace`.

    Everywhere, or the first match if not `replace_global`. In `rewrite` `\1` is a group and `\0`
    the match. The pattern is as for `regex_full_match`. Raises InvalidArgumentError for a bad one.
    """
    pattern = _scalar(pattern, "Pattern", "RegexReplace")
    rewrite = _scalar(rewrite, "Rewrite", "RegexReplace")
    return _replace(input, pattern, rewrite, bool(replace_global))

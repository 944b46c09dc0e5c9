"""Regular expressions on strings, by the library RE2, which TensorFlow uses as well.

RE2 matches in time linear in the text, whatever the pattern.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

import torch

from ..._core.op.op import op
from ..._core.tensor.convert import to_tensor
from ...errors import InvalidArgumentError
from .._support.arguments import brackets, op_error
from .text import map_strings

_NO_MATCH = (-1, -1)
_REWRITE_PART = re.compile(rb"\\(.?)|[^\\]+", re.DOTALL)
_CHARACTER = re.compile(
    rb"[\0-\x7f]|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xef][\x80-\xbf]{2}"
    rb"|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}"
)


@lru_cache(maxsize=256)
def _compile(pattern: bytes) -> Any:
    """RE2's program for a pattern. Raises InvalidArgumentError if the pattern is invalid."""
    program = _program(pattern)
    error: bytes = program.error()
    if b"(?<" in pattern:
        # Newer versions of RE2 know groups named `(?<name>`, TensorFlow's does not. No version
        # knows `(?=`, which has the same meaning as `(?<` wherever it does not begin a group.
        other_error: bytes = _program(pattern.replace(b"(?<", b"(?=")).error()
        if other_error == b"invalid perl operator: (?=":
            error = other_error.replace(b"(?=", b"(?<")
    if error:
        shown, reason = (text.decode("utf-8", "surrogateescape") for text in (pattern, error))
        raise InvalidArgumentError(None, None, f"Invalid pattern: {shown}, error: {reason}")
    return program


@lru_cache(maxsize=256)
def _compile_without_groups(pattern: bytes) -> Any:
    """As `_compile`; the program is faster and knows the whole match only."""
    program = _compile(pattern)  # the check: RE2 does not look at groups that it does not capture
    return _program(pattern, never_capture=True) if program.NumberOfCapturingGroups() else program


def _program(pattern: bytes, never_capture: bool = False) -> Any:
    # The binding itself: a match through its wrapper, `re2.compile`, takes twice as long.
    from re2 import Options, _re2

    options = Options()
    options.log_errors = False
    options.never_capture = never_capture
    return _re2.RE2(pattern, options)


def _scalar(value: Any, argument: str, operation: str) -> bytes:
    """The bytes of a pattern or rewrite, which is a string or a scalar string tensor."""
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, bytes):
        return value
    tensor = to_tensor(value)
    if tensor._t.ndim:
        shape = brackets(tensor._t.shape)
        raise op_error(operation, f"{argument} must be scalar, but received {shape}")
    return tensor._t[()]


@op("RegexFullMatch", "input", unrecorded=True)
def _full_match(input: Any, pattern: bytes) -> Any:
    from re2 import _re2

    match = _compile_without_groups(pattern).Match
    both_ends = _re2.RE2.Anchor.ANCHOR_BOTH
    matches = [
        match(both_ends, text, 0, len(text))[0] != _NO_MATCH for text in input.reshape(-1).tolist()
    ]
    return torch.tensor(matches, dtype=torch.bool).reshape(input.shape)


def regex_full_match(input: Any, pattern: Any, name: str | None = None) -> Any:
    """Whether each string matches a pattern as a whole. Implements `tf.strings.regex_full_match`.

    Args:
        input: strings of any shape.
        pattern: a regular expression in RE2's syntax, or a scalar string tensor of one.
        name: ignored.

    Returns:
        A bool tensor of the shape of `input`.

    Raises:
        InvalidArgumentError: if the pattern is invalid.
    """
    return _full_match(input, _scalar(pattern, "Pattern", "RegexFullMatch"))


class _Rewrite(NamedTuple):
    """A rewrite taken apart: literal bytes and group numbers."""

    parts: list[bytes | int]
    highest_group: int
    valid: bool


def _parse_rewrite(rewrite: bytes) -> _Rewrite:
    """Takes a rewrite apart. The parts end at an invalid escape, as in RE2."""
    parts: list[bytes | int] = []
    highest_group = 0
    valid = True
    for match in _REWRITE_PART.finditer(rewrite):
        escaped: bytes | None = match[1]
        part: bytes | int = match[0]
        if escaped is not None and escaped.isdigit():
            part = int(escaped)
            highest_group = max(highest_group, part)
        elif escaped is not None:
            valid = valid and escaped == b"\\"
            part = escaped
        if valid:
            parts.append(part)
    return _Rewrite(parts, highest_group, valid)


def _next_character(text: bytes, start: int) -> int:
    """The end of the character at `start`; an invalid byte is a character of its own."""
    match = _CHARACTER.match(text, start)
    return start + 1 if match is None else match.end()


def _replace_matches(text: bytes, match: Any, anchor: Any, parts: list[Any], count: int) -> bytes:
    """Replaces up to `count` matches, all if -1.

    As in RE2, an empty match directly after another match does not count.
    """
    pieces: list[bytes] = []
    start, size, previous_end = 0, len(text), -1
    while start <= size and count:
        spans = match(anchor, text, start, size)
        begin, end = spans[0]
        if begin < 0:
            break
        pieces.append(text[start:begin])
        if begin == end == previous_end:
            start = _next_character(text, end)
            pieces.append(text[end:start])
            continue
        for part in parts:
            if isinstance(part, int):
                first, last = spans[part]
                part = text[first:last] if first >= 0 else b""
            pieces.append(part)
        start = previous_end = end
        count -= 1
    pieces.append(text[start:])
    return b"".join(pieces)


@op("RegexReplace", "input", unrecorded=True)
def _replace(input: Any, pattern: bytes, rewrite: bytes, replace_global: bool) -> Any:
    from re2 import _re2

    parts, highest_group, valid = _parse_rewrite(rewrite)
    program = _compile(pattern)
    if highest_group > program.NumberOfCapturingGroups() or not (valid or replace_global):
        return input.copy()
    if not highest_group:
        program = _compile_without_groups(pattern)
    match, anchor = program.Match, _re2.RE2.Anchor.UNANCHORED
    count = -1 if replace_global else 1
    return map_strings(lambda text: _replace_matches(text, match, anchor, parts, count), input)


def regex_replace(
    input: Any, pattern: Any, rewrite: Any, replace_global: bool = True, name: str | None = None
) -> Any:
    r"""Replaces what matches a pattern in each string. Implements `tf.strings.regex_replace`.

    Args:
        input: strings of any shape.
        pattern: a regular expression in RE2's syntax, or a scalar string tensor of one.
        rewrite: the replacement, in which `\0` is the match and `\1` to `\9` are groups.
        replace_global: whether to replace all matches; otherwise only the first.
        name: ignored.

    Returns:
        Strings of the shape of `input`.

    Raises:
        InvalidArgumentError: if the pattern is invalid.
    """
    pattern = _scalar(pattern, "Pattern", "RegexReplace")
    rewrite = _scalar(rewrite, "Rewrite", "RegexReplace")
    return _replace(input, pattern, rewrite, bool(replace_global))

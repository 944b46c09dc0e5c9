"""The syntax of RE2's regular expressions, written as Python's engine has it.

Strings are looked at as text; bytes that are no UTF-8 are lone surrogates there, which RE2 would
match by nothing.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import groupby

from ...errors import InvalidArgumentError
from .unicode_scripts import ranges as script_ranges

_Ranges = list[tuple[int, int]]

_LAST = 0x10FFFF
_NO_TEXT = r"\udc80-\udcff"
_MOST = 1000  # repetitions


def _of(text: str) -> _Ranges:
    """The ranges of a text such as "a-z_"."""
    return [(ord(low), ord(high or low)) for low, high in re.findall(r"(.)(?:-(.))?", text, re.S)]


_POSIX = {
    "alnum": _of("0-9A-Za-z"),
    "alpha": _of("A-Za-z"),
    "ascii": [(0, 0x7F)],
    "blank": _of("\t "),
    "cntrl": [(0, 0x1F), (0x7F, 0x7F)],
    "digit": _of("0-9"),
    "graph": _of("!-~"),
    "lower": _of("a-z"),
    "print": _of(" -~"),
    "punct": _of("!-/:-@[-`{-~"),
    "space": _of("\t-\r "),
    "upper": _of("A-Z"),
    "word": _of("0-9A-Za-z_"),
    "xdigit": _of("0-9A-Fa-f"),
}
_PERL = {"d": _POSIX["digit"], "s": _of("\t\n\f\r "), "w": _POSIX["word"]}
_CONTROLS = {"a": 7, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}
_EDGES = {
    "A": r"\A",
    "z": r"\Z",
    "b": r"(?a:\b)",
    "B": r"(?:(?a:\B)|(?<![\s\S])(?![\s\S]))",  # Python's wants some text
}
_REPEATED = re.compile(r"\{(\d+)(,(\d*))?\}")


_QUOTED = re.compile(r"\\Q(.*?)(?:\\E|\Z)|(\\.)", re.S)


def _unquoted(match: re.Match[str]) -> str:
    r"""What stands between `\Q` and `\E` with each sign escaped."""
    if match[2] is not None:
        return match[2]
    return "".join(rf"\{c}" if c.isascii() and not c.isalnum() else c for c in match[1])


def bad(pattern: str, reason: str) -> InvalidArgumentError:
    """The error for a pattern that RE2 does not take."""
    return InvalidArgumentError(None, None, f"Invalid pattern: {pattern}, error: {reason}")


@cache
def _categories() -> dict[str, _Ranges]:
    """The characters of Unicode's categories, by their names of two letters."""
    found: dict[str, _Ranges] = {}
    at = 0
    for name, run in groupby(map(unicodedata.category, map(chr, range(_LAST + 1)))):
        size = sum(1 for _ in run)
        found.setdefault(name, []).append((at, at + size - 1))
        at += size
    del found["Cn"]  # characters that there are not
    return found


def _named(name: str) -> _Ranges | None:
    """The characters of a category, a group of them or a script; None if it is none of these."""
    if name == "Any":
        return [(0, _LAST)]
    found = [r for key, ranges in _categories().items() if name in (key, key[0]) for r in ranges]
    return found or script_ranges(name)


def _complement(ranges: _Ranges) -> _Ranges:
    found, at = [], 0
    for low, high in sorted(ranges):
        if low > at:
            found.append((at, low - 1))
        at = max(at, high + 1)
    return found if at > _LAST else [*found, (at, _LAST)]


def _class(ranges: _Ranges, negated: bool = False) -> str:
    """Python's class of the characters; surrogates, which are no text, never are among them."""
    parts = []
    for low, high in ranges:
        for a, b in ((low, min(high, 0xD7FF)), (max(low, 0xE000), high)):
            if a <= b:
                parts.append(rf"\U{a:08x}" if a == b else rf"\U{a:08x}-\U{b:08x}")
    if negated:
        return f"[^{''.join(parts)}{_NO_TEXT}]"
    return f"[{''.join(parts)}]" if parts else "(?!)"


class _Translation:
    """One pattern: what has been read of it, and the flags where it is read."""

    def __init__(self, pattern: str) -> None:
        self.pattern, self.at, self.flags = _QUOTED.sub(_unquoted, pattern), 0, ""

    def _bad(self, reason: str) -> InvalidArgumentError:
        return bad(self.pattern, reason)

    def _next(self, text: str) -> bool:
        """Whether `text` comes next; it is read then."""
        found = self.pattern.startswith(text, self.at)
        self.at += len(text) * found
        return found

    def whole(self) -> str:
        """Python's pattern. Raises InvalidArgumentError for one that RE2 does not take."""
        found = self._alternatives()[0]
        if self.at < len(self.pattern):
            raise self._bad(f"unexpected ): {self.pattern[self.at :]}")
        return found

    def _alternatives(self) -> tuple[str, int]:
        """What is before a closing bracket or the end, and how often its parts repeat at most."""
        parts: list[str] = []
        most = size = 1
        repeated = True  # nothing is there to be repeated
        while self.at < len(self.pattern) and self.pattern[self.at] != ")":
            begin = self.at
            if self._next("|"):
                parts.append("|")
                repeated = True
                continue
            times = self._repetition()
            if times is not None:
                operator = self.pattern[begin : self.at]
                if repeated:
                    if not parts or parts[-1] in ("|", ""):
                        raise self._bad(f"no argument for repetition operator: {operator}")
                    raise self._bad(f"bad repetition operator: {operator}")
                count, written = times
                if count * size > _MOST:
                    raise self._bad(f"invalid repetition size: {operator}")
                most = max(most, count * size)
                parts[-1] = f"(?:{parts[-1]}){written}"
                repeated = True
                continue
            part, size = self._atom()
            most = max(most, size)
            parts.append(part)
            repeated = part == ""
        return "".join(parts), most

    def _repetition(self) -> tuple[int, str] | None:
        """The most that an operator repeats, 1 without a number, and Python's way to write it."""
        letter = self.pattern[self.at]
        count = 1
        if letter in "*+?":
            self.at += 1
            written = letter
        else:
            match = _REPEATED.match(self.pattern, self.at)
            if match is None:
                return None
            self.at = match.end()
            low, high = int(match[1]), int(match[3] or match[1])
            if max(low, high) > _MOST or low > high:
                raise self._bad(f"invalid repetition size: {match[0]}")
            count, written = max(high, 1), match[0]
        lazy = self._next("?")
        if lazy is not ("U" in self.flags):
            written += "?"
        return count, written

    def _atom(self) -> tuple[str, int]:
        """A bracket, a class, an edge or a character, and how often its parts repeat at most."""
        letter = self.pattern[self.at]
        if letter == "(":
            return self._group()
        if letter == "[":
            return self._folded(self._brackets()), 1
        if letter == "\\":
            return self._escape(), 1
        self.at += 1
        if letter == ".":
            return _class([] if "s" in self.flags else [(10, 10)], True), 1
        if letter == "^":
            return ("(?m:^)" if "m" in self.flags else r"\A"), 1
        if letter == "$":
            return ("(?m:$)" if "m" in self.flags else r"\Z"), 1
        return self._folded(re.escape(letter)), 1

    def _folded(self, part: str) -> str:
        return f"(?i:{part})" if "i" in self.flags else part

    def _group(self) -> tuple[str, int]:
        begin, flags = self.at, self.flags
        self.at += 1
        opened = "("
        if self._next("?P<"):
            end = self.pattern.find(">", self.at)
            name = self.pattern[self.at : end]
            if end < 0 or not re.fullmatch(r"\w+", name):
                shown = self.pattern[begin : end + 1 if end >= 0 else None]
                raise self._bad(f"invalid named capture group: {shown}")
            self.at = end + 1
        elif self._next("?"):
            match = re.compile(r"([imsU]*)(?:-([imsU]+))?([:)])").match(self.pattern, self.at)
            if match is None:
                raise self._bad(f"invalid perl operator: {self.pattern[begin : self.at + 1]}")
            self.at = match.end()
            kept = (set(self.flags) | set(match[1])) - set(match[2] or "")
            self.flags = "".join(sorted(kept))
            if match[3] == ")":
                return "", 1  # for what is left of the bracket around
            opened = "(?:"
        found, most = self._alternatives()
        if not self._next(")"):
            raise self._bad(f"missing ): {self.pattern[begin:]}")
        self.flags = flags
        return f"{opened}{found})", most

    def _escape(self) -> str:
        letter = self.pattern[self.at + 1 : self.at + 2]
        if letter in _EDGES and letter:
            self.at += 2
            return _EDGES[letter]
        if letter == "C":
            raise self._bad(r"\C is not available in tf_tape_compat, where patterns match text")
        found = self._characters()
        if found is not None:
            return self._folded(_class(found[0], found[1]))
        return self._folded(re.escape(chr(self._character())))

    def _characters(self) -> tuple[_Ranges, bool] | None:
        r"""The characters of `\d`, `\pN` and the like, and whether all others are meant."""
        match = re.compile(r"\\(?:([dswDSW])|([pP])(\{(\^?)([^}]*)\}?|.?))", re.S).match(
            self.pattern, self.at
        )
        if match is None:
            return None
        self.at = match.end()
        if match[1]:
            return _PERL[match[1].lower()], match[1].isupper()
        name = match[3] if match[5] is None else match[5]
        ranges = None if match[5] is not None and match[0][-1] != "}" else _named(name)
        if ranges is None:
            raise self._bad(f"invalid character class range: {match[0]}")
        return ranges, (match[2] == "P") is not (match[4] == "^")

    def _character(self) -> int:
        """The number of an escaped character."""
        pattern, begin = self.pattern, self.at
        letter = pattern[begin + 1 : begin + 2]
        if not letter:
            raise self._bad("trailing \\")
        if letter == "x":
            match = re.compile(r"\\x(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]+)\})").match(pattern, begin)
            if match is not None and int(match[1] or match[2], 16) <= _LAST:
                self.at = match.end()
                return int(match[1] or match[2], 16)
        elif letter in "01234567":
            match = re.compile(r"\\(0[0-7]{0,2}|[1-7][0-7]{1,2})").match(pattern, begin)
            if match is not None:  # a single digit would be a reference to a group
                self.at = match.end()
                return int(match[1], 8)
        elif letter in _CONTROLS:
            self.at += 2
            return _CONTROLS[letter]
        elif letter.isascii() and not letter.isalnum():
            self.at += 2
            return ord(letter)
        raise self._bad(f"invalid escape sequence: {pattern[begin : begin + 2]}")

    def _brackets(self) -> str:
        begin = self.at
        self.at += 1
        negated = self._next("^")
        ranges: _Ranges = []
        first = True
        while first or self.pattern[self.at : self.at + 1] != "]":
            if self.at >= len(self.pattern):
                raise self._bad(f"missing ]: {self.pattern[begin:]}")
            first = False
            posix = re.compile(r"\[:(\^?)(.*?):\]").match(self.pattern, self.at)
            if posix is not None:
                if posix[2] not in _POSIX:
                    raise self._bad(f"invalid character class range: {posix[0]}")
                self.at = posix.end()
                named = _POSIX[posix[2]]
                ranges += _complement(named) if posix[1] else named
                continue
            found = self._characters()
            if found is not None:
                ranges += _complement(found[0]) if found[1] else found[0]
                continue
            start = self.at
            low = high = self._member()
            if self.pattern[self.at : self.at + 1] == "-" and (
                self.pattern[self.at + 1 : self.at + 2] not in ("]", "")
            ):
                self.at += 1
                high = self._member()
                if high < low:
                    shown = self.pattern[start : self.at]
                    raise self._bad(f"invalid character class range: {shown}")
            ranges.append((low, high))
        self.at += 1
        return _class(ranges, negated)

    def _member(self) -> int:
        if self.pattern[self.at] == "\\":
            return self._character()
        self.at += 1
        return ord(self.pattern[self.at - 1])


def translated(pattern: str) -> str:
    r"""RE2's pattern as Python's.

    Raises InvalidArgumentError for what RE2 does not have, and for `\C`, which matches bytes.
    """
    return _Translation(pattern).whole()

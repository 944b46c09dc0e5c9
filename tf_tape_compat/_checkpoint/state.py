"""The file `checkpoint` in a directory: which checkpoints are there, the latest first of all."""

from __future__ import annotations

import dataclasses
import glob
import os
import re
import tempfile
from collections.abc import Iterable
from typing import Any

from .._logging import get_logger
from .bundle import index_path


class ParseError(ValueError):
    """A text that is no state of checkpoints."""


@dataclasses.dataclass
class CheckpointState:
    """What there is in a directory; what `tf.train.get_checkpoint_state` returns."""

    model_checkpoint_path: str = ""
    all_model_checkpoint_paths: list[str] = dataclasses.field(default_factory=list)
    all_model_checkpoint_timestamps: list[float] = dataclasses.field(default_factory=list)
    last_preserved_timestamp: float = 0.0

    def __str__(self) -> str:
        lines = []
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            for item in value if isinstance(value, list) else [value] if value else []:
                text = f'"{_escaped(item)}"' if isinstance(item, str) else _number(item)
                lines.append(f"{field.name}: {text}\n")
        return "".join(lines)

    __repr__ = __str__

    @classmethod
    def parse(cls, text: str) -> CheckpointState:
        """From protocol buffers' text format. Raises `ParseError`."""
        state = cls()
        at = 0
        while at < len(text):
            if found := _BLANK.match(text, at):
                at = found.end()
                continue
            found = _FIELD.match(text, at)
            if found is None or not hasattr(state, found[1]):
                raise ParseError(f"Couldn't parse: {text[at : at + 40]!r}")
            at = found.end()
            value: Any = found[3]
            if (value is None) != found[1].endswith(("path", "paths")):
                raise ParseError(f"Couldn't parse the value of {found[1]}: {found[2]}")
            value = _unescaped(found[2]) if value is None else float(value)
            if isinstance(getattr(state, found[1]), list):
                getattr(state, found[1]).append(value)
            else:
                setattr(state, found[1], value)
        return state


def _number(value: float) -> str:
    return repr(float(value)).removesuffix(".0")


_BLANK = re.compile(r"[\s;,]+|#[^\n]*")
_TEXT = r'"(?:[^"\\\n]|\\.)*"' + "|" + r"'(?:[^'\\\n]|\\.)*'"
_FIELD = re.compile(rf"(\w+)\s*:\s*((?:(?:{_TEXT})\s*)+|(-?[\d.]\S*))")
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|[xX]([0-9a-fA-F]{1,2})|(.))", re.S)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"a": b"\a", b"b": b"\b", b"f": b"\f"}
_LETTERS[b"v"] = b"\v"


def _unescaped(text: str) -> str:
    def plain(found: re.Match[bytes]) -> bytes:
        if found[1] or found[2]:
            return bytes((int(found[1] or found[2], 8 if found[1] else 16) & 255,))
        return _LETTERS.get(found[3], found[3])

    quoted = re.findall(_TEXT, text)
    return _ESCAPE.sub(plain, "".join(part[1:-1] for part in quoted).encode()).decode()


def _escaped(text: str) -> str:
    named = {10: "\\n", 13: "\\r", 9: "\\t", 34: '\\"', 39: "\\'", 92: "\\\\"}
    return "".join(named.get(ord(c), c if 32 <= ord(c) != 127 else f"\\{ord(c):03o}") for c in text)


def _state_path(directory: str, name: str | None) -> str:
    return os.path.join(directory, "checkpoint" if name is None else name)


def get_checkpoint_state(
    checkpoint_dir: Any, latest_filename: str | None = None
) -> CheckpointState | None:
    """What the file `checkpoint`, or another one, says of a directory; None where there is none.

    Answers for `tf.train.get_checkpoint_state`. Raises ValueError if it names no checkpoint. A
    file that cannot be read is ignored with a warning.
    """
    directory = os.fspath(checkpoint_dir)
    path = _state_path(directory, latest_filename)
    if not os.path.exists(path):
        return None
    try:
        with open(path, encoding="utf-8") as file:
            state = CheckpointState.parse(file.read())
    except (OSError, ValueError) as error:
        get_logger().warning("%s: %s", type(error).__name__, error)
        get_logger().warning("%s: Checkpoint ignored", path)
        return None
    if not state.model_checkpoint_path:
        raise ValueError("Invalid checkpoint state loaded from " + directory)
    state.model_checkpoint_path = os.path.join(directory, state.model_checkpoint_path)
    state.all_model_checkpoint_paths = [
        os.path.join(directory, each) for each in state.all_model_checkpoint_paths
    ]
    return state


def latest_checkpoint(checkpoint_dir: Any, latest_filename: str | None = None) -> str | None:
    """The prefix of the latest checkpoint in a directory, or None.

    Answers for `tf.train.latest_checkpoint`.
    """
    state = get_checkpoint_state(checkpoint_dir, latest_filename)
    if state is None:
        return None
    prefix = state.model_checkpoint_path
    if glob.glob(index_path(prefix)) or glob.glob(prefix):
        return prefix
    get_logger().error("Couldn't match files for checkpoint %s", prefix)
    return None


def update_checkpoint_state(
    directory: str,
    latest: str,
    paths: Iterable[str],
    timestamps: Iterable[float] = (),
    last_preserved: float = 0.0,
) -> None:
    """Writes the file `checkpoint`, with paths relative to the directory.

    Raises RuntimeError if that is the checkpoint's own path.
    """

    def relative(path: str) -> str:
        if os.path.isabs(path) or not os.path.isabs(directory):
            return os.path.relpath(path, directory or ".")
        return path

    path = _state_path(directory, None)
    state = CheckpointState(
        relative(latest), [relative(each) for each in paths], list(timestamps), last_preserved
    )
    if path == state.model_checkpoint_path:
        raise RuntimeError(
            f"Save path '{latest}' conflicts with path used for checkpoint state.  Please use a "
            "different save path."
        )
    handle, temporary = tempfile.mkstemp(prefix="checkpoint.tmp", dir=directory or ".")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(str(state))
    mask = os.umask(0)
    os.umask(mask)
    os.chmod(temporary, 0o666 & ~mask)
    os.replace(temporary, path)

"""Records the Unicode script of every character; run under TensorFlow.

    python -m tests.parity.record_scripts

Writes `tf_tape_compat/_ops/strings/unicode_scripts.txt`: a line for each code point at which the
script changes, with the script's number.
"""

from __future__ import annotations

from pathlib import Path

OUT = Path(__file__).parents[2] / "tf_tape_compat" / "_ops" / "strings" / "unicode_scripts.txt"


def main() -> None:
    """Writes the file."""
    import tensorflow as tf

    scripts = tf.strings.unicode_script(tf.range(0x110000)).numpy().tolist()
    starts = [i for i in range(len(scripts)) if not i or scripts[i] != scripts[i - 1]]
    OUT.write_text("".join(f"{i:x} {scripts[i]}\n" for i in starts), encoding="utf-8")


if __name__ == "__main__":
    main()

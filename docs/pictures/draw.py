"""Draws the README's pictures and updates the guide's pages of the coverage.

    python -m docs.pictures.draw

The coverage is what `tf-tape coverage` counts. The speed is what `python -m benchmarks speed` once
printed, which is kept in speed.txt beside this file.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

from tf_tape_compat._cli import coverage

FOLDER = Path(__file__).parent
NAMESPACES = 16  # in the picture of the coverage: the largest ones
ROWS = {  # of speed.txt that are drawn, and what they are called
    "square of a 100-vector": "squaring a vector",
    "tape, square, gradient": "a tape, a square, its gradient",
    "MLP step, plain torch": "a training step of a small network",
    "second derivative": "a second derivative",
    "MLP, Hessian by vector": "a Hessian-vector product, two tapes",
    "MLP, Hessian, forward": "a Hessian, forward over a tape",
}


class Bar(NamedTuple):
    """A bar of a chart; `share` is its length, from 0 to 1."""

    label: str
    share: float
    text: str


def chart(title: str, note: str, bars: list[Bar], labels: int) -> str:
    """An SVG of horizontal bars, with `labels` pixels for the labels on the left."""
    width, row, top = 720, 24, 44
    height = top + row * len(bars) + 30
    length = width - labels - 170
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="13">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
        f'<text x="12" y="26" font-size="16" font-weight="bold">{escape(title)}</text>',
    ]
    for number, bar in enumerate(bars):
        y = top + row * number
        size = max(1, round(bar.share * length))
        lines += [
            f'<text x="{labels}" y="{y + 15}" text-anchor="end">{escape(bar.label)}</text>',
            f'<rect x="{labels + 8}" y="{y + 3}" width="{size}" height="16" fill="#ff7043"/>',
            f'<text x="{labels + 16 + size}" y="{y + 15}">{escape(bar.text)}</text>',
        ]
    lines.append(f'<text x="12" y="{height - 10}" fill="#666">{escape(note)}</text>')
    return "\n".join([*lines, "</svg>\n"])


def coverage_chart() -> str:
    """How many symbols of the largest namespaces work, those in them included."""
    works: Counter[str] = Counter()
    known: Counter[str] = Counter()
    for line in list(coverage.totals())[1:-1]:
        namespace, count, of, *_ = line.split()
        parts = namespace.split(".")
        group = ".".join(parts[: 3 if parts[1:2] == ["compat"] else 2])
        works[group] += int(count)
        known[group] += int(of)
    del works["tf.compat"], known["tf.compat"]  # helpers for Python 2
    bars = [
        Bar(group, works[group] / of, f"{works[group]} of {of}")
        for group, of in known.most_common(NAMESPACES)
    ]
    bars.sort(key=lambda bar: -bar.share)
    note = "Symbols that work; a name that is missing raises an error that says what to use."
    return chart("How much of TensorFlow 2.21 there is", note, bars, 150)


def speed_chart() -> str:
    """How many times as long TensorFlow's eager mode takes."""
    measured = (FOLDER / "speed.txt").read_text(encoding="utf-8")
    ratios = {}
    for row in ROWS:
        line = re.search(rf"^{re.escape(row)} .*$", measured, re.M)
        if line is None:
            raise ValueError(f"speed.txt has no row {row!r}")
        ratios[row] = float(re.findall(r"([\d.]+) +\([\d.]+\)", line[0])[1])
    longest = max(ratios.values())
    bars = [
        Bar(ROWS[row], ratio / longest, f"{ratio:.1f} times as long")
        for row, ratio in ratios.items()
    ]
    note = (
        "TensorFlow's time divided by ours, run eagerly on one thread of a CPU "
        "(python -m benchmarks)"
    )
    return chart("How long TensorFlow takes", note, bars, 290)


def coverage_page(text: str) -> str:
    """A page of the guide with the output of `tf-tape coverage` up to date."""
    shown = "\n".join(["$ tf-tape coverage", *coverage.totals()])
    return re.sub(r"^\$ tf-tape coverage\n.*?(?=\n```$)", lambda _: shown, text, flags=re.M | re.S)


PICTURES = {"coverage.svg": coverage_chart, "speed.svg": speed_chart}
PAGES = sorted(FOLDER.parents[1].glob("migration_guide/*/coverage.md"))


def main() -> None:
    """Writes the pictures and the pages."""
    for name, draw in PICTURES.items():
        (FOLDER / name).write_text(draw(), encoding="utf-8", newline="\n")
    for page in PAGES:
        text = coverage_page(page.read_text(encoding="utf-8"))
        page.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()

"""Writes the guide's pages of differences from the one list of them.

    python -m migration_guide.differences

The list is `tf_tape_compat/_cli/differences.txt`; `tf-tape check` reads it too.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tf_tape_compat._cli.differences import LANGUAGES, Difference, differences, topics

FOLDER = Path(__file__).parent

_TEXTS = {
    "en": {
        "title": "Differences from TensorFlow",
        "intro": (
            "If a result differs from TensorFlow's without an error or a warning, please report it "
            "as a bug. These are the known differences; `tf-tape check PROGRAM` names those that "
            "concern a program."
        ),
        "first": "The ones that matter first",
        "topics": "By topic",
        "count": "{count} differences",
        "here": "here",
        "back": "All topics",
        "order": "The most frequent come first.",
    },
    "zh": {
        "title": "与 TensorFlow 的差别",
        "intro": (
            "如果结果与 TensorFlow 不同，却没有错误或警告，请当作缺陷报告。下面是已知的差别；"
            "`tf-tape check PROGRAM` 会列出与某个程序有关的差别。"
        ),
        "first": "最重要的差别",
        "topics": "按主题",
        "count": "{count} 条差别",
        "here": "这里",
        "back": "全部主题",
        "order": "最常遇到的排在前面。",
    },
}


def _table(items: list[Difference], language: str) -> Iterator[str]:
    yield f"| | TensorFlow | {_TEXTS[language]['here']} |"
    yield "| --- | --- | --- |"
    for item in items:
        text = item.texts[language]
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in text) + " |"


def pages() -> dict[Path, str]:
    """The text of each page."""
    known = differences()
    written = {}
    for language in LANGUAGES:
        texts = _TEXTS[language]
        lines = [f"# {texts['title']}", "", texts["intro"], "", f"## {texts['first']}", ""]
        lines += _table([item for item in known if item.importance == 1], language)
        lines += ["", f"## {texts['topics']}", ""]
        for topic, titles in topics().items():
            items = [item for item in known if item.topic == topic]
            count = texts["count"].format(count=len(items))
            lines.append(f"- [{titles[language]}](differences/{topic}.md): {count}")
            page = [f"# {titles[language]}", "", texts["order"], ""]
            page += _table(sorted(items, key=lambda item: item.importance), language)
            page += ["", f"[{texts['back']}](../differences.md)"]
            path = FOLDER / language / "differences" / f"{topic}.md"
            written[path] = "\n".join(page) + "\n"
        written[FOLDER / language / "differences.md"] = "\n".join(lines) + "\n"
    return written


def main() -> None:
    for path, text in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        print(path.relative_to(FOLDER))


if __name__ == "__main__":
    main()

"""The forms in which `tf-tape check` writes its report."""

from __future__ import annotations

import html
import json
import textwrap
from collections.abc import Callable, Iterator

from .._version import __version__
from .check import DIFFERS, MISSING, UNKNOWN, WORKS, Report, Symbol

_WORDS = {
    "en": {
        "symbol": "symbol",
        "uses": "uses",
        "status": "status",
        "note": "note",
        WORKS: "works",
        DIFFERS: "works with a difference",
        MISSING: "not available",
        UNKNOWN: "not in TensorFlow",
        "difference": "{what}: TensorFlow: {tensorflow}; here: {here}",
        "more": "and {count} more, which the other formats show",
        "uses of": "Uses of what is not available",
        "title": "What these programs use of TensorFlow",
        "total": (
            "programs: {files}; symbols: {symbols}, of which {works} work, {differs} work with a "
            "difference, and {missing} are not available"
        ),
        "without": "files that do not import TensorFlow: {count}",
        "unread": "files that could not be read: {count}",
    },
    "zh": {
        "symbol": "符号",
        "uses": "使用",
        "status": "状态",
        "note": "说明",
        WORKS: "可用",
        DIFFERS: "可用，有差别",
        MISSING: "不可用",
        UNKNOWN: "TensorFlow 没有",
        "difference": "{what}。TensorFlow：{tensorflow}；这里：{here}",
        "more": "另有 {count} 条，其他格式会全部显示",
        "uses of": "不可用符号的使用位置",
        "title": "这些程序用到的 TensorFlow",
        "total": (
            "{files} 个程序用到 {symbols} 个符号：{works} 个可用，{differs} 个可用但有差别，"
            "{missing} 个不可用"
        ),
        "without": "没有导入 TensorFlow 的文件：{count} 个",
        "unread": "无法读取的文件：{count} 个",
    },
}

_MOST_NOTES = 3  # of one symbol, on a terminal

_COLORS = {WORKS: "32", DIFFERS: "33", MISSING: "31", UNKNOWN: "31"}


def _notes(symbol: Symbol, language: str, most: int = 2) -> list[str]:
    """The advice, or how it differs; corners (`most` < importance) are left out."""
    if symbol.advice:
        return [symbol.advice]
    words = _WORDS[language]
    notes = []
    for difference in symbol.differences:
        if difference.importance <= most:
            text = difference.texts[language]
            notes.append(words["difference"].format(**text._asdict()))
    return notes


def _totals(report: Report, language: str) -> Iterator[str]:
    words = _WORDS[language]
    yield words["total"].format(
        symbols=len(report.symbols),
        files=len(report.files),
        works=report.count(WORKS),
        differs=report.count(DIFFERS),
        missing=report.count(MISSING) + report.count(UNKNOWN),
    )
    if report.without_tensorflow:
        yield words["without"].format(count=len(report.without_tensorflow))
    if report.errors:
        yield words["unread"].format(count=len(report.errors))


def as_lines(report: Report, language: str, colored: bool) -> str:
    """One line for each use of what is not available, for editors and tools."""
    return "".join(f"{use.place}: {use.message}\n" for use in report.findings)


def as_text(report: Report, language: str, colored: bool) -> str:
    """A table for the terminal, then the uses of what is not available."""
    words = _WORDS[language]
    name_width = max([len(words["symbol"]), *(len(x.name) for x in report.symbols)]) + 2
    lines = []
    if report.symbols:
        lines.append(f"{words['symbol']:<{name_width}}{words['uses']:>5}  {words['status']}")
    for symbol in report.symbols:
        status = words[symbol.status]
        if colored:
            status = f"\x1b[{_COLORS[symbol.status]}m{status}\x1b[0m"
        lines.append(f"{symbol.name:<{name_width}}{len(symbol.uses):>5}  {status}")
        notes = _notes(symbol, language)
        if len(notes) > _MOST_NOTES:
            notes[_MOST_NOTES:] = [words["more"].format(count=len(notes) - _MOST_NOTES)]
        for note in notes:
            lines += textwrap.wrap(
                note, 96, initial_indent="    ", subsequent_indent="    ", break_long_words=False
            )
    if report.findings:
        lines += ["", f"{words['uses of']}:", *as_lines(report, language, colored).splitlines()]
    if lines:
        lines.append("")
    return "\n".join([*lines, *_totals(report, language)]) + "\n"


def as_json(report: Report, language: str, colored: bool) -> str:
    """Everything, for programs."""
    content = {
        "tf_tape_compat": __version__,
        "files": report.files,
        "without_tensorflow": report.without_tensorflow,
        "errors": report.errors,
        "totals": {
            "symbols": len(report.symbols),
            "works": report.count(WORKS),
            "differs": report.count(DIFFERS),
            "not_available": report.count(MISSING),
            "not_in_tensorflow": report.count(UNKNOWN),
        },
        "symbols": [
            {
                "name": symbol.name,
                "status": symbol.status.replace(" ", "_"),
                "uses": [use.place for use in symbol.uses],
                "advice": symbol.advice,
                "differences": [
                    {
                        "topic": difference.topic,
                        "importance": difference.importance,
                        **difference.texts[language]._asdict(),
                    }
                    for difference in symbol.differences
                ],
            }
            for symbol in report.symbols
        ],
        "findings": [{"place": use.place, "message": use.message} for use in report.findings],
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def as_markdown(report: Report, language: str, colored: bool) -> str:
    """Tables for a README, an issue or a pull request."""
    words = _WORDS[language]
    heads = [words[name] for name in ("symbol", "uses", "status", "note")]
    lines = [f"# {words['title']}", "", *_totals(report, language), ""]
    lines += ["| " + " | ".join(heads) + " |", "| --- | ---: | --- | --- |"]
    for symbol in report.symbols:
        note = "<br>".join(_notes(symbol, language)).replace("|", "\\|")
        name, status = f"`{symbol.name}`", words[symbol.status]
        lines.append(f"| {name} | {len(symbol.uses)} | {status} | {note} |")
    if report.findings:
        lines += ["", f"## {words['uses of']}", ""]
        lines += [f"- `{use.place}`: {use.message}" for use in report.findings]
    return "\n".join(lines) + "\n"


_STYLE = """\
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #ddd; padding: .3rem .6rem; }
th, td { text-align: left; vertical-align: top; }
td:nth-child(2) { text-align: right; }
code { overflow-wrap: anywhere; }
.works { color: #1a7f37; } .differs { color: #9a6700; } .missing { color: #cf222e; }"""


def as_html(report: Report, language: str, colored: bool) -> str:
    """A page on its own."""
    words = _WORDS[language]
    classes = {WORKS: "works", DIFFERS: "differs", MISSING: "missing", UNKNOWN: "missing"}
    rows = []
    for symbol in report.symbols:
        note = "<br>".join(html.escape(text) for text in _notes(symbol, language))
        rows.append(
            f"<tr><td><code>{html.escape(symbol.name)}</code></td><td>{len(symbol.uses)}</td>"
            f'<td class="{classes[symbol.status]}">{words[symbol.status]}</td><td>{note}</td></tr>'
        )
    heads = "".join(f"<th>{words[name]}</th>" for name in ("symbol", "uses", "status", "note"))
    totals = "<br>\n".join(_totals(report, language))
    found = "".join(
        f"<li><code>{html.escape(use.place)}</code>: {html.escape(use.message or '')}</li>\n"
        for use in report.findings
    )
    listed = f"<h2>{words['uses of']}</h2>\n<ul>\n{found}</ul>\n" if found else ""
    table = "\n".join(rows)
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{words['title']}</title>\n<style>\n{_STYLE}\n</style>\n"
        f"<h1>{words['title']}</h1>\n"
        f"<p>{totals}</p>\n<table>\n<tr>{heads}</tr>\n{table}\n</table>\n{listed}</html>\n"
    )


FORMATS: dict[str, Callable[[Report, str, bool], str]] = {
    "text": as_text,
    "lines": as_lines,
    "json": as_json,
    "markdown": as_markdown,
    "html": as_html,
}

"""Reads the pages of the migration guide: headings, blocks, tables and links."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

GUIDE = Path(__file__).parents[2] / "migration_guide"
LANGUAGES = ("en", "zh")

_HEADING_OR_BLOCK = re.compile(
    r"^(?P<level>#+) (?P<heading>[^\n]+)$|^```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.M | re.S
)
_LINK = re.compile(r"\]\(([^)\s]+)\)")


class Block(NamedTuple):
    """A fenced block: its kind ("python", "text" ...) and its text."""

    kind: str
    text: str


def pages(language: str = "en") -> list[Path]:
    """The pages of a language, by name."""
    return sorted((GUIDE / language).rglob("*.md"))


def headings(page: Path) -> list[tuple[int, str]]:
    """The levels and texts of a page's headings."""
    matches = _HEADING_OR_BLOCK.finditer(page.read_text(encoding="utf-8"))
    return [(len(match["level"]), match["heading"]) for match in matches if match["heading"]]


def sections(page: Path) -> dict[str, list[Block]]:
    """The blocks under each heading; headings without blocks are left out."""
    found: dict[str, list[Block]] = {}
    heading = ""
    for match in _HEADING_OR_BLOCK.finditer(page.read_text(encoding="utf-8")):
        if match["heading"]:
            heading = match["heading"]
            assert heading not in found, f"two sections {heading!r} in {page.name}"
        else:
            found.setdefault(heading, []).append(Block(match["kind"], match["text"]))
    return found


def blocks(page: Path) -> list[Block]:
    """All blocks of a page."""
    return [block for section in sections(page).values() for block in section]


def prose(page: Path) -> str:
    """The page without its blocks."""
    text = page.read_text(encoding="utf-8")
    return _HEADING_OR_BLOCK.sub(lambda match: match[0] if match["heading"] else "", text)


def links(page: Path) -> list[str]:
    """The targets of links and pictures in the order of the page."""
    return _LINK.findall(prose(page))


def tables(page: Path) -> list[list[int]]:
    """The numbers of cells in the rows of each table."""
    found: list[list[int]] = []
    inside = False
    for line in prose(page).splitlines():
        row = line.startswith("|")
        if row and not inside:
            found.append([])
        if row:
            found[-1].append(len(re.findall(r"(?<!\\)\|", re.sub(r"`[^`]*`", "", line))))
        inside = row
    return found


def list_items(page: Path) -> int:
    """The number of items of lists."""
    return len(re.findall(r"^ *(?:-|\d+\.) ", prose(page), re.M))


def anchors(page: Path) -> set[str]:
    """The names by which links reach the headings of a page."""
    return {anchor(heading) for _, heading in headings(page)}


def anchor(heading: str) -> str:
    """The name of a heading in links, as GitHub and the site make it."""
    plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def section_links(page: Path, heading: str) -> list[str]:
    """The targets of links and pictures in a section, up to the next heading."""
    text = prose(page)
    section = re.split(rf"^#+ {re.escape(heading)}$", text, flags=re.M)[1]
    return _LINK.findall(re.split(r"^#+ ", section, flags=re.M)[0])

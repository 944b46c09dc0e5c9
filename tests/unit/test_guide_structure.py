"""The migration guide's pages: in step in both languages, short, with links that lead somewhere."""

import ast
import re

import pytest

from tests.unit import guide_pages
from tests.unit.guide_pages import GUIDE, LANGUAGES, pages

PAGES = [str(page.relative_to(GUIDE / "en")) for page in pages()]
ALL_PAGES = [page for language in LANGUAGES for page in pages(language)]
SITE = (GUIDE.parent / "mkdocs.yml").read_text(encoding="utf-8")

# The Chinese terms of the guide, and words for the same thing that it does not use.
GLOSSARY = {
    "梯度带": ("磁带", "录带"),  # tape; GradientTape in code
    "变量": ("变数",),
    "即时执行": ("急切执行", "动态图模式", "贪婪执行"),  # eager execution
    "自动微分": ("自动求导",),
    "检查点": ("检查站", "存档点"),
    "数据集": ("资料集",),
    "随机种子": ("随机数种子",),
    "形状": ("外形",),
    "追踪": ("跟踪函数",),  # tracing
    "雅可比矩阵": ("雅克比", "Jacobian 矩阵"),
    "黑塞矩阵": ("海森", "海塞"),
    "运算": ("操作符",),
}
CHINESE = r"[\u4e00-\u9fff]"


def in_language(page, language):
    return GUIDE / language / page.relative_to(GUIDE / "en")


def by_path(page):
    return "-".join(page.relative_to(GUIDE).with_suffix("").parts)


def test_both_languages_have_the_same_pages():
    assert [str(page.relative_to(GUIDE / "zh")) for page in pages("zh")] == PAGES


@pytest.mark.parametrize("page", pages(), ids=by_path)
def test_pages_are_in_step(page):
    chinese = in_language(page, "zh")
    for part in ("tables", "list_items"):
        assert getattr(guide_pages, part)(chinese) == getattr(guide_pages, part)(page), part
    levels = [[level for level, _ in guide_pages.headings(p)] for p in (page, chinese)]
    assert levels[0] == levels[1]
    # Anchors are made of headings, and so differ.
    targets = [
        sorted(link.partition("#")[0] for link in guide_pages.links(p)) for p in (page, chinese)
    ]
    assert targets[0] == targets[1]


@pytest.mark.parametrize("page", pages(), ids=by_path)
def test_programs_are_the_same(page):
    """All but comments is equal, so what the English page shows to be true holds for both."""
    ours, theirs = (guide_pages.blocks(p) for p in (in_language(page, "zh"), page))
    assert [block.kind for block in ours] == [block.kind for block in theirs]
    for our, their in zip(ours, theirs, strict=True):
        if our.kind == "python":
            assert ast.dump(ast.parse(our.text)) == ast.dump(ast.parse(their.text))
        else:
            assert our.text == their.text


@pytest.mark.parametrize("page", ALL_PAGES, ids=by_path)
def test_pages_are_short(page):
    assert len(page.read_text(encoding="utf-8").splitlines()) < 200
    assert [level for level, _ in guide_pages.headings(page)].count(1) == 1


@pytest.mark.parametrize("page", [*ALL_PAGES, *GUIDE.parent.glob("*.md"), GUIDE / "README.md"])
def test_links_lead_somewhere(page):
    for link in guide_pages.links(page):
        if link.startswith(("https://", "http://")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if anchor:
            assert anchor in guide_pages.anchors(target), link


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_in_the_menu(page):
    assert SITE.count(f"- {page}\n") == 1


@pytest.mark.parametrize("page", pages("zh"), ids=by_path)
def test_chinese_text(page):
    """Terms are those of the glossary, punctuation is Chinese, and there is a space before code."""
    prose = re.sub(r"\]\([^)]*\)", "]", guide_pages.prose(page))
    prose = re.sub(r"`[^`\n]*`", "`x`", prose)
    for term, others in GLOSSARY.items():
        for other in others:
            assert other not in prose, f"{other}: write {term}"
    assert re.findall(rf"{CHINESE}[,;:?!(]|[,;:?!)]{CHINESE}", prose) == []
    assert re.findall(rf"{CHINESE}[`A-Za-z0-9]|[`A-Za-z0-9]{CHINESE}", prose) == []
    # A line break would be shown as a space.
    assert re.findall(rf"^(?!\||#|-|\d).*{CHINESE}[^|\n]*\n(?=[^\n|#\-])", prose, re.M) == []

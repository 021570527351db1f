"""What serves one page lies in that page's folder; what lies beside the folders serves several."""

import ast
from pathlib import Path

import grimp

PROJECT = Path(__file__).parents[2]
PAGES = [PROJECT / "streamlit_app.py", *sorted((PROJECT / "pages").glob("*.py"))]
PAGE_FOLDERS = {page.stem for page in (PROJECT / "pages").glob("*.py")}


def test_a_module_outside_the_page_folders_serves_at_least_two_pages() -> None:
    graph = grimp.build_graph("ui", cache_dir=None)
    served: dict[str, set[str]] = {module: set() for module in graph.modules if is_shared(module)}
    for page in PAGES:
        for module in imported(page, graph.modules):
            for reached in {module, *graph.find_upstream_modules(module)} & served.keys():
                served[reached].add(page.stem)

    assert {module: pages for module, pages in served.items() if len(pages) < 2} == {}


def test_each_page_folder_belongs_to_a_page() -> None:
    assert {folder.name for folder in (PROJECT / "ui").iterdir() if folder.name in PAGE_FOLDERS} == PAGE_FOLDERS


def test_a_page_imports_no_other_pages_folder() -> None:
    modules = grimp.build_graph("ui", cache_dir=None).modules
    for page in PAGES:
        folders = {module.split(".")[1] for module in imported(page, modules)} & PAGE_FOLDERS
        assert folders <= {page.stem}


def is_shared(module: str) -> bool:
    """Whether it lies outside the folders of pages and of components, which know no page by contract."""
    parts = module.split(".")
    return len(parts) > 1 and parts[1] not in {*PAGE_FOLDERS, "components"}


def imported(page: Path, modules: set[str]) -> set[str]:
    """The modules of `ui` that a page's script imports itself, wherever in the script."""
    names = set[str]()
    for node in ast.walk(ast.parse(page.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return (names & modules) - {"ui", *(f"ui.{folder}" for folder in PAGE_FOLDERS)}

"""What the inside may import at all; the arrows between the layers are checked by `lint-imports`."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ALLOWED = {
    "domain": {"domain", "eventsourcing.domain"},
    "application": {"application", "domain"},
    "entrypoints/sandbox": {"entrypoints.sandbox", "falcon", "gunicorn", "httpx", "jinja2", "PIL", "av"},
}


@pytest.mark.parametrize("folder", ALLOWED)
def test_a_layer_imports_only_what_is_allowed(folder: str) -> None:
    for path in sorted((ROOT / folder).rglob("*.py")):
        for module in imported(ast.parse(path.read_text(encoding="utf-8"))):
            top = module.split(".")[0]
            ours = any(module == allowed or module.startswith(f"{allowed}.") for allowed in ALLOWED[folder])
            assert ours or top in sys.stdlib_module_names, f"{path.relative_to(ROOT)} imports {module}"


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""

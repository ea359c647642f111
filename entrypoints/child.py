"""`python -m entrypoints.child MODULE …`: run one of our processes, loaded before its time has come.

It imports the module at once, waits for a line on stdin, and only then runs the module's `main`: processes
that need one another can so load side by side. Without the line, because the parent is gone, it ends.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any


def main() -> None:
    """Load, wait for the word, run."""
    # Two libraries load this large one wherever they find it, to colour what nobody will see here.
    sys.modules.setdefault("rich", None)  # type: ignore[arg-type]
    name = sys.argv[1]
    module: Any = importlib.import_module(f"{name}.__main__")
    if not sys.stdin.readline():
        sys.exit(1)
    sys.argv = [name, *sys.argv[2:]]
    module.main()


if __name__ == "__main__":
    main()

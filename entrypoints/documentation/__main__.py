"""`python -m entrypoints.documentation [--check]`: write the pages of `docs/` that follow from the code."""

from __future__ import annotations

import argparse
import sys

from entrypoints.documentation import DOCS, PAGES, stale


def main() -> int:
    """Write the pages, or with `--check` only say which are stale (exit code 1)."""
    parser = argparse.ArgumentParser(prog="python -m entrypoints.documentation", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a page is stale")
    check = parser.parse_args().check
    names = stale()
    for name in names:
        if not check:
            (DOCS / name).write_text(PAGES[name](), encoding="utf-8")
        sys.stderr.write(f"{'stale' if check else 'written'}: docs/{name}\n")
    return 1 if check and names else 0


if __name__ == "__main__":
    sys.exit(main())

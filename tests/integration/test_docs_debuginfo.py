"""What docs/debuginfo.md shows is what happens."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "debuginfo.md").read_text()


def test_the_examples_print_what_their_comments_say() -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) == 5
    done = subprocess.run([sys.executable, "-c", "\n".join(blocks)], capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    expected = [line.rpartition("  # ")[2] for line in "\n".join(blocks).splitlines() if "print(" in line]
    assert done.stdout.splitlines() == expected


def test_every_method_that_it_names_exists() -> None:
    from jitdbg.debuginfo import DIBuilder

    named = set(re.findall(r"\bdi\.(\w+)\(", PAGE))
    assert len(named) > 20
    assert {name for name in named if not hasattr(DIBuilder, name)} == set()

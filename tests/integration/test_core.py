"""What a default core dump keeps of an image: its first page, with build-id and note."""

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from jitdbg.elf import ElfFile
from tests.sources import FIB

CORE_PATTERN = Path("/proc/sys/kernel/core_pattern")
PAGE = 4096

HOST = """
import json, os, sys
from jitdbg.engine import Engine
dylib = Engine(store=sys.argv[1], debug="ir").load(sys.argv[2], name="fib")
print(json.dumps({"base": dylib.base, "build_id": dylib.build_id.hex()}), flush=True)
os.abort()
"""


@pytest.mark.parametrize("store", ["file", "memfd"])
def test_a_default_core_has_build_id_and_note(tmp_path: Path, store: str) -> None:
    if CORE_PATTERN.read_text().startswith("|"):
        pytest.skip("this kernel hands cores to a program (core_pattern), so that there is no file to read")
    facts, core = _crash(tmp_path, store)
    page = _memory(core, facts["base"], PAGE)
    assert bytes.fromhex(facts["build_id"]) in page
    assert b"jitdbg\0" in page, "the note's owner"
    assert b'"name":"fib"' in page


def _crash(directory: Path, store: str) -> tuple[dict[str, object], bytes]:
    done = subprocess.run(
        [sys.executable, "-c", HOST, store, FIB],
        cwd=directory,
        stdout=subprocess.PIPE,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)),
        timeout=60,
    )
    assert done.returncode == -6
    (core,) = directory.glob("core*")
    return json.loads(done.stdout), core.read_bytes()


def _memory(core: bytes, address: int, size: int) -> bytes:
    """Read memory from a core; fails where the core does not hold all of it."""
    for segment in ElfFile(core, "core").segments:
        offset = address - segment.p_vaddr
        if 0 <= offset and offset + size <= segment.p_filesz:
            start = segment.p_offset + offset
            return core[start : start + size]
    raise AssertionError(f"the core holds no {size} bytes at {address:#x}")

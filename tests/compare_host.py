"""A host of `jitdbg compare` with peers that are deliberately broken, each in one way."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from jitdbg.compare import host, mapped
from jitdbg.compare.jits import DylibJit, Jit, MappedJit, Module
from jitdbg.compare.mapped import Hook
from jitdbg.engine import Engine


class WithoutUnwindTables(DylibJit):
    """No .eh_frame, no frame pointers, nothing for debuggers either."""

    def __init__(self) -> None:
        self.engine = Engine(unwind_tables=False, debug="none")

    def load(self, name: str, ir: str) -> Module:
        ir = ir.replace('"frame-pointer"="all"', "").replace(" uwtable", "")
        return super().load(name, ir.replace("attributes #0 = {", "attributes #0 = { nounwind"))


class WithImageRemoved(DylibJit):
    """The file goes as soon as it is loaded."""

    def __init__(self) -> None:
        super().__init__("file")

    def load(self, name: str, ir: str) -> Module:
        module = super().load(name, ir)
        for image in Path(os.environ["JITDBG_STORE"]).glob("*/*.so"):
            image.unlink()
        return module


class OnceOnly(DylibJit):
    """A second run of the program has other code."""

    def __init__(self) -> None:
        super().__init__("file")

    def load(self, name: str, ir: str) -> Module:
        mark = Path(os.environ["JITDBG_STORE"], "was-here")
        if mark.exists():
            ir = ir.replace("subject.c", "another.c")
        mark.touch()
        return super().load(name, ir)


class WithWrongAddresses(MappedJit):
    """What debuggers are told of lies elsewhere."""

    def load(self, name: str, ir: str) -> Module:
        placed = mapped._placed
        mapped._placed = lambda made, image: {  # type: ignore[assignment]
            section: address + 0x100000 for section, address in placed(made, image).items()
        }
        try:
            return super().load(name, ir)
        finally:
            mapped._placed = placed


FLAWED: dict[str, Callable[[Hook | None], Jit]] = {
    "no-unwind-tables": lambda _: WithoutUnwindTables(),
    "image-removed": lambda _: WithImageRemoved(),
    "once-only": lambda _: OnceOnly(),
    "mapped-wrong": WithWrongAddresses,
}


if __name__ == "__main__":
    raise SystemExit(host.main(sys.argv[1:], FLAWED))

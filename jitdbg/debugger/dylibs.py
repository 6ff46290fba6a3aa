"""The JIT dylibs of a program: the loaded libraries whose images carry jitdbg's note are all the registry there is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

from jitdbg.debugger import images
from jitdbg.debugger.adapter import CommandAdapter
from jitdbg.debugger.facts import Module, Process
from jitdbg.debugger.fetched import Fetched
from jitdbg.debugger.images import Contents, Image
from jitdbg.elf import HEAD_SIZE, note
from jitdbg.errors import DebuggerError, ElfError

FILE = "file"
MEMFD = "memfd"

# A memfd is opened through its process's table (jitdbg.store.memfd); the other is the kernel's name for its mapping.
_MEMFD = re.compile(r"/proc/\d+/fd/\d+|/memfd:.*")


@dataclass(frozen=True)
class Dylib:
    """An image loaded in the program.

    ``id`` counts the dylibs of one run of the program in the order in which they were first seen. ``name`` and
    ``generation`` are those of the first of its ``modules``. ``start`` is the image's base, ``end`` the first address
    after it. ``path`` is what the loader was given; ``in_file`` says whether the image itself can be read, at ``file``,
    by this debugger; ``lost`` is why not. ``functions``, their number, and ``debug_info`` are None then.
    """

    id: int
    name: str
    generation: int
    start: int
    end: int
    functions: Optional[int]
    debug_info: Optional[bool]
    source: str
    build_id: str
    store: str
    path: str
    in_file: bool
    modules: tuple[note.Module, ...]
    file: str = ""
    lost: str = ""

    def __str__(self) -> str:
        return f"{self.name} (generation {self.generation})"


class Dylibs:
    """The dylibs of the program that a debugger has now; lives as long as the debugger."""

    def __init__(self, adapter: CommandAdapter) -> None:
        self._adapter = adapter
        self._fetched = Fetched(adapter)
        self._process: Optional[Process] = None
        self._ids: dict[tuple[str, str, int], int] = {}
        self._in_memory: dict[tuple[str, int], Optional[Image]] = {}

    def listed(self) -> Sequence[Dylib]:
        """List them in the order of their ids; none without a program."""
        if not self._has_process():
            return []
        found = [self._find(module) for module in self._adapter.modules()]
        return sorted((dylib for dylib in found if dylib), key=lambda dylib: dylib.id)

    def _has_process(self) -> bool:
        """Begin anew where the program is another."""
        process = self._adapter.process()
        if process != self._process:
            self._process, self._ids, self._in_memory = process, {}, {}
            self._fetched.clear()
        return process is not None

    def named(self, name: str) -> Sequence[Dylib]:
        """Give the generations of a logical name, the latest last, or the one with that id. Raises `DebuggerError`.

        A name that is a number, and an id as well, is the name.
        """
        dylibs = self.listed()
        found = (
            [dylib for dylib in dylibs if name == dylib.name]
            or [dylib for dylib in dylibs if name == str(dylib.id)]
            or [dylib for dylib in dylibs if any(module.name == name for module in dylib.modules)]
        )
        if not found:
            raise DebuggerError(_unknown(name, dylibs))
        return sorted(found, key=lambda dylib: dylib.generation)

    def dylib(self, name: str) -> Dylib:
        """Give the latest generation of a logical name, or the dylib with that id. Raises `DebuggerError`."""
        return self.named(name)[-1]

    def find_at(self, address: int) -> Optional[Dylib]:
        """Find the dylib that an address is in; its id is 0 where the dylibs have not been listed since it was loaded.

        To list them takes time in proportion to all that is loaded.
        """
        module = self._adapter.module_at(address) if self._has_process() else None
        found = self._find(module, numbers=False) if module else None
        return found if found and found.start <= address < found.end else None

    def _find(self, module: Module, *, numbers: bool = True) -> Optional[Dylib]:
        if module.base is None:
            return None
        file, image = self._image(module.path, module.base, module.build_id)
        if not image or not image.modules:
            return None
        lost = ""
        if not file:
            file, lost = self._fetched.image(self._process, module.path, image.build_id)
            image = (images.find_file(file) if file else None) or image
        first, contents = image.modules[0], _contents(file) if file else None
        return Dylib(
            id=self._id((module.path, image.build_id, module.base), numbers),
            name=first.name,
            generation=first.generation,
            start=module.base,
            end=module.base + image.size,
            functions=len(contents.functions) if contents else None,
            debug_info=contents.has_debug_info if contents else None,
            source=first.source,
            build_id=image.build_id,
            store=MEMFD if _MEMFD.fullmatch(module.path) else FILE,
            path=module.path,
            in_file=bool(file),
            modules=image.modules,
            file=file,
            lost=lost,
        )

    def _id(self, key: tuple[str, str, int], numbers: bool) -> int:
        return self._ids.setdefault(key, len(self._ids) + 1) if numbers else self._ids.get(key, 0)

    def _image(self, path: str, base: int, build_id: str) -> tuple[str, Optional[Image]]:
        """Read an image from its file, if that is the one that was loaded, else from memory; give the file as well."""
        in_file = images.find_file(path)
        if in_file and in_file.build_id and in_file.build_id == build_id:
            return path, in_file
        in_memory = self._loaded(path, base) or in_file
        is_same = in_file is not None and in_memory is not None and in_file.build_id == in_memory.build_id
        return path if is_same else "", in_memory

    def _loaded(self, path: str, base: int) -> Optional[Image]:
        if (path, base) not in self._in_memory:
            try:
                page = self._adapter.memory(base, HEAD_SIZE)
            except DebuggerError:
                return None
            self._in_memory[path, base] = images.read_first_page(page, path)
        return self._in_memory[path, base]


def _contents(path: str) -> Optional[Contents]:
    try:
        return images.contents(path)
    except (DebuggerError, ElfError):
        return None


def _unknown(name: str, dylibs: Sequence[Dylib]) -> str:
    if not dylibs:
        return f"there is no JIT dylib {name}: the program has loaded none that jitdbg made"
    known = ", ".join(dict.fromkeys(dylib.name for dylib in dylibs[:10]))
    more = f" and {len(dylibs) - 10} more" if len(dylibs) > 10 else ""
    return f"there is no JIT dylib {name}: there are {known}{more} (see jit-list)"

"""What gdb has beyond commands: frames that name their dylib, convenience functions, words about loads, and printers.

Each is made where this gdb can, its classes within: what is missing in an old one is said by `jit-doctor`, and all else
works.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Optional

import gdb

from jitdbg.debugger import images
from jitdbg.debugger.dylibs import Dylib
from jitdbg.debugger.target import Target
from jitdbg.errors import JitdbgError

from .errors import NATIVE, words
from .modules import local_path

_DECORATOR = "jitdbg"
_PRIORITY = 50

_kept: list[object] = []
lacking: list[str] = []
"""What this gdb is too old for."""


def add_extras(target: Target) -> None:
    """Make what this gdb can; once."""
    for name, make in _EXTRAS.items():
        try:
            make(target)
        except (AttributeError, ImportError, *NATIVE):
            lacking.append(name)


# ---------------------------------------------------------------------------------------------------- frame decorators


def _add_decorator(target: Target) -> None:
    """Let gdb's own backtrace name the dylib of JIT code, where it names the library of other code."""
    from gdb.FrameDecorator import FrameDecorator

    class InDylib(FrameDecorator):
        """A frame of JIT code: its function is shown with the dylib and the generation."""

        def __init__(self, frame: Any, dylib: Dylib) -> None:
            super().__init__(frame)
            self._base, self._dylib = frame, dylib

        def function(self) -> Any:
            """Name the function; what is an address alone stays one."""
            name = self._base.function()
            return f"{name} [JIT {self._dylib.name}.{self._dylib.generation}]" if isinstance(name, str) else name

    class Filter:
        """What gdb asks about the frames of each backtrace once it is told ``enable frame-filter global jitdbg``.

        By default it is not, so that a backtrace's lines are those that people and programs know.
        """

        name, priority, enabled = _DECORATOR, _PRIORITY, False

        def filter(self, frames: Iterator[Any]) -> Iterator[Any]:
            """Decorate the frames of JIT code."""
            for frame in frames:
                dylib = _find_dylib(target, frame.inferior_frame().pc())
                yield InDylib(frame, dylib) if dylib else frame

    gdb.frame_filters[_DECORATOR] = Filter()


def _find_dylib(target: Target, address: int) -> Optional[Dylib]:
    """Find the dylib that code is of; a backtrace is no place for complaints, nor for searching other libraries."""
    library = gdb.solib_name(address)
    if not library or not _find_image(library):
        return None
    try:
        return target.dylibs.find_at(address)
    except JitdbgError:
        return None


def _find_image(path: str) -> Optional[images.Image]:
    """Read the image in a file, if jitdbg made it."""
    image = images.find_file(local_path(path))
    return image if image and image.modules else None


# ----------------------------------------------------------------------------------------------- convenience functions


def _add_functions(target: Target) -> None:
    class Function(gdb.Function):
        """``$_jit_dylib(ADDRESS)``, for conditions and scripts; none or 0 where no JIT dylib has the address."""

        def __init__(self, name: str, what: str, read: Callable[[Optional[Dylib]], Any]) -> None:
            self.__doc__ = f"Give the {what} of the JIT dylib that an address is in; without one that of $pc."
            self._name, self._read = name, read
            super().__init__(name)

        def invoke(self, address: Optional[gdb.Value] = None) -> Any:
            """Look an address up."""
            try:
                number = _number(address)
            except NATIVE as error:
                raise gdb.GdbError(f"${self._name} takes an address: {words(error)}") from None
            return self._read(_find_dylib(target, number & (1 << 64) - 1))

    def _number(address: Optional[gdb.Value]) -> int:
        if address is not None and address.type.code == gdb.TYPE_CODE_FUNC:
            address = address.address
        return int(gdb.selected_frame().pc() if address is None else address)

    _kept.append(Function("_jit_dylib", "name", lambda dylib: dylib.name if dylib else "none"))
    _kept.append(Function("_jit_generation", "generation", lambda dylib: dylib.generation if dylib else 0))


# ----------------------------------------------------------------------------------------------------------- announcing


def _add_announcements(target: Target) -> None:
    del target

    class Announce(gdb.Parameter):
        """Whether gdb says when the program loads or unloads a JIT dylib."""

        set_doc = "Set whether loads and unloads of JIT dylibs are announced."
        show_doc = "Show whether loads and unloads of JIT dylibs are announced."

        def __init__(self) -> None:
            super().__init__("jit-announce", gdb.COMMAND_RUNNING, gdb.PARAM_BOOLEAN)
            self.value = False

        def get_set_string(self) -> str:
            """Say nothing when it is set."""
            return ""

        def get_show_string(self, value: str) -> str:
            """Say how it is set."""
            return f"Loads and unloads of JIT dylibs are announced: {value}."

    loaded, unloaded = gdb.events.new_objfile, gdb.events.free_objfile
    setting = Announce()
    _kept.append(setting)
    loaded.connect(lambda event: _announce(setting, event.new_objfile, "loaded"))
    unloaded.connect(lambda event: _announce(setting, event.objfile, "unloaded"))


def _announce(setting: gdb.Parameter, objfile: gdb.Objfile, what: str) -> None:
    if not setting.value:
        return
    if image := _find_image(objfile.filename or ""):
        first = image.modules[0]
        gdb.write(f"[JIT dylib {first.name} (generation {first.generation}) {what}: {objfile.filename}]\n")


# ------------------------------------------------------------------------------------------------------------- printers


def _add_printers(target: Target) -> None:
    del target
    from .arrays import register

    register()


_EXTRAS = {
    "the frame filter jitdbg": _add_decorator,
    "$_jit_dylib and $_jit_generation": _add_functions,
    "set jit-announce": _add_announcements,
    "the printer of Numba's arrays": _add_printers,
}

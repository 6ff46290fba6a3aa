"""What differs between architectures: one module for each, all with the same names.

The rest of the linker knows an `Architecture` and no machine. A module is imported when the first object for its
machine is linked: the table of relocations takes a while to make.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from jitdbg.elf import constants as c
from jitdbg.linker.arch.kinds import Kind

if TYPE_CHECKING:
    from jitdbg.linker.model import Relocation

_MODULES = {c.EM_X86_64: "x86_64", c.EM_AARCH64: "aarch64"}
MACHINES = frozenset(_MODULES)
"""The ``EM_`` numbers of the machines that the in-memory linker links for."""
OWN = next((machine for machine, name in _MODULES.items() if name == os.uname().machine), None)
"""The number of this machine; None where it is none of those."""


class Architecture(Protocol):
    """What a module of this package has to have."""

    def __hash__(self) -> int:
        """Hash by identity: what follows from an architecture is kept."""

    @property
    def KINDS(self) -> Mapping[int, Kind]:
        """All relocation types that can be in objects."""

    # The loader's relocations.

    @property
    def ABSOLUTE(self) -> int:
        """The address of a symbol."""

    @property
    def GLOB_DAT(self) -> int:
        """The address of a symbol, in the GOT."""

    @property
    def JUMP_SLOT(self) -> int:
        """The address of a symbol, in the entry of a stub."""

    @property
    def RELATIVE(self) -> int:
        """An address of the image's own."""

    @property
    def IRELATIVE(self) -> int:
        """What a resolver of the image's own returns."""

    @property
    def DTPMOD(self) -> int:
        """The number of the module that has a thread-local variable."""

    @property
    def DTPOFF(self) -> int:
        """A variable's offset in its module's thread-local block."""

    @property
    def TPOFF(self) -> int:
        """A variable's offset from the thread pointer."""

    @property
    def TLSDESC(self) -> int:
        """A TLS descriptor, two words."""

    # Loads from the GOT that become cheaper.

    def relax(self, code: bytearray, loads: Sequence[Relocation], /) -> Mapping[int, int]:
        """Make instructions that load an address of the image's own from the GOT compute it, where they can.

        ``loads`` are their relocations, in order; those that become others have their new ``r_info`` in what is
        returned, by their number.
        """

    # The linker's own code.

    @property
    def PAGE(self) -> int:
        """The largest page size of the machine's kernels."""

    @property
    def FILLER(self) -> bytes:
        """One byte; code that is padded with it is not to be run."""

    @property
    def CODE_SYMBOL(self) -> str | None:
        """The name of the symbols that say where code begins, where disassemblers need them."""

    @property
    def STUB_SECTION(self) -> str:
        """The name of the section of stubs, by which debuggers know them."""

    @property
    def STUB_HEADER_SIZE(self) -> int:
        """How many bytes are before the first stub."""

    @property
    def STUB_SIZE(self) -> int:
        """The size of a stub in bytes."""

    def stub(self, address: int, entry: int, /) -> bytes:
        """Return the stub at ``address`` that jumps to where ``entry`` points; struct.error: it is out of reach."""

    def stub_tags(self, features: int, others: int, /) -> Sequence[int]:
        """Return the ``DT_`` tags that say what stubs are like.

        ``features`` are those that the image has, ``others`` the bits of ``st_other`` of the functions that are called.
        """

    @property
    def FINALIZE(self) -> bytes:
        """The code of a function that calls ``__cxa_finalize``, where that exists, with ``&__dso_handle``."""

    @property
    def FINALIZE_RELOCATIONS(self) -> Sequence[tuple[int, int, str, int]]:
        """Its relocations: offset, type, name of the symbol, addend."""

    @property
    def ATEXIT(self) -> bytes:
        """The code of a function that calls ``__cxa_atexit`` with its argument, 0 and ``&__dso_handle``."""

    @property
    def ATEXIT_RELOCATIONS(self) -> Sequence[tuple[int, int, str, int]]:
        """Its relocations: offset, type, name of the symbol, addend."""

    # Branches that don't reach all of an image.

    @property
    def BRANCH_REACH(self) -> int | None:
        """How many bytes a direct branch reaches; None: as far as images go."""

    @property
    def FAR_BRANCHES(self) -> frozenset[int]:
        """The relocation types of branches that may go through a veneer."""

    @property
    def VENEER_SIZE(self) -> int:
        """The size of a veneer in bytes."""

    def veneer(self, address: int, target: int, /) -> bytes:
        """Return the veneer at ``address`` that jumps to ``target``; struct.error: it is out of reach."""

    # What holds for an image if it holds for all of its objects.

    @property
    def FEATURES_PROPERTY(self) -> int | None:
        """The type of the GNU property whose bits are such features; None: the linker's own code has none of them."""

    @property
    def FEATURES_WITH_VENEERS(self) -> int:
        """The bits that hold for an image with veneers."""


@cache
def architecture(machine: int) -> Architecture:
    """Return the module for a machine (an ``EM_`` number of ``MACHINES``)."""
    return cast(Architecture, import_module(f"{__name__}.{_MODULES[machine]}"))

"""Address → function, file:line:column and inlined frames, in this process.

>>> from jitdbg.symbols import symbolize
>>> for frame in symbolize(dylib.address("fib") + 12):
...     print(frame.function, frame.offset, frame.file, frame.line)

JIT dylibs and native libraries alike: the loader says which object holds the address, that object's file gives DWARF 4
or 5 (through pyelftools) or a symbol table. Nothing is read before it is asked for; what was read is kept while the
image stays loaded, and for the images asked about last. `symbolize_all` is for many addresses at once.

Where to look, from the outside in: ``residents`` (which image, and is it still the same), ``image`` (its file),
``dwarf`` (its compile units), ``lines`` and ``scopes`` (a unit's tables), ``intervals`` (their look-up).
"""

from __future__ import annotations

import operator
import os
from collections.abc import Iterable

from jitdbg.errors import JitdbgError
from jitdbg.symbols.frame import Frame
from jitdbg.symbols.residents import Residents

__all__ = ["Frame", "symbolize", "symbolize_all"]

_LIMIT = 1024  # images; tables of a small dylib take some 50 KiB


def symbolize(address: int, *, is_return_address: bool = False) -> tuple[Frame, ...]:
    """Return the frames of an address of this process, innermost first: inlined functions before their callers.

    A return address points behind its call, which may be the next line, or the next function if the call never
    returns: ``is_return_address=True`` looks at the byte before it, as do callers that pass ``address - 1``; with
    the flag, ``Frame.address`` and ``Frame.offset`` are still those of the address itself. The addresses of functions,
    of the instruction that faulted and of a sampled program counter are no return addresses.

    An address in no loaded object gives an empty tuple. One in an object that nothing names gives one frame whose
    ``function`` is None. Without DWARF the function is the nearest ELF symbol's and ``file`` is None.

    Safe to call from several threads, and while others load and unload libraries. An image whose debug information is
    damaged is reported by a RuntimeWarning, once, and its functions come from the symbol table.
    """
    address, step_back = _checked(address), int(is_return_address)
    return _residents.frames(address, step_back) if step_back <= address < 1 << 64 else ()


def symbolize_all(addresses: Iterable[int], *, are_return_addresses: bool = False) -> list[tuple[Frame, ...]]:
    """Return what `symbolize` does for each address, several times as fast: what a profiler has sampled.

    Whether an image is still the one that was read is looked at once for all addresses: one that another thread
    replaces meanwhile, at its very place, may be answered for as it was.
    """
    step_back = int(are_return_addresses)
    valid = (address if step_back <= address < 1 << 64 else step_back for address in map(_checked, addresses))
    return list(_residents.frames_of_all(valid, step_back))


def _checked(address: int) -> int:
    try:
        return operator.index(address)
    except TypeError:
        raise JitdbgError(f"{address!r} is given as an address: give an int") from None


_residents = Residents(_LIMIT)
os.register_at_fork(after_in_child=_residents.start_anew)

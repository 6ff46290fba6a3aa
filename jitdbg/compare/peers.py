"""The peers: ways to get one module into a process, by name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Peer:
    """A way to load a module; ``registers`` says whether it is debuggers' JIT interface that tells of it."""

    name: str
    title: str
    words: str
    registers: bool = False
    ours: bool = False


PEERS = (
    Peer("file", "dylib, file", "jitdbg's dylib, in a file of the store", ours=True),
    Peer("memfd", "dylib, memfd", "jitdbg's dylib, in a memfd", ours=True),
    Peer("mcjit", "MCJIT", "llvmlite's MCJIT, which registers its objects with the GDB JIT interface", registers=True),
    Peer("lljit", "LLJIT", "llvmlite's LLJIT", registers=True),
    Peer("mapped", "mapped, registered", "jitdbg's image, mapped without the loader; its object, with the addresses "
         "that its sections really have, is registered with the GDB JIT interface", registers=True),
    Peer("floor", "not registered", "the same mapping, which no debugger is told of: the floor"),
)  # fmt: skip
_BY_NAME = {peer.name: peer for peer in PEERS}
NAMES = tuple(_BY_NAME)


def peer(name: str) -> Peer:
    """Give a peer by its name; raises `KeyError`."""
    return _BY_NAME[name]

"""Modules on their way into one image.

An image costs the system's loader and every debugger about the same whether one module lies in it or a hundred, so
that what is added before anybody needs it is gathered, and becomes one image. Each module keeps its name, its IR and
its unit of debug info. In an image a name has one strong definition: a module that brings another one begins an image
of its own.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from jitdbg import codegen, elf, loader
from jitdbg.bindings import Provider
from jitdbg.codegen import Checked, Compiled, Prepared
from jitdbg.dylib import Dylib
from jitdbg.elf import constants as c
from jitdbg.errors import CodegenError, JitdbgError, LinkError, MissingSymbolsError
from jitdbg.frontend import Source
from jitdbg.linker import Object, link
from jitdbg.locks import cached_property
from jitdbg.prototypes import Names
from jitdbg.store import Placed

_NOWHERE = Placed("")


@dataclass(eq=False)  # one that is frozen takes three times as long to make
class Member:
    """A module that is compiled and waits for its image; ``number`` is that of its generation. It does not change.

    ``among`` are those who may provide what it refers to, None for the whole engine. One that is ``prepared`` has
    no object until somebody asks for that: with others it becomes one object, which is made faster than one of each.
    """

    dylib: Dylib
    number: int
    source: Source | Object
    origin: str
    compiled: Compiled
    exports: Collection[str]
    among: Sequence[Provider] | None = None
    prepared: Prepared | None = None
    names: Names | None = None
    checked: Checked | None = None

    @cached_property
    def object(self) -> Object:
        """Its object, and of no other module. Raises `CodegenError` where it has to be made first and can't be."""
        data = self.checked.find_object() if self.checked else None
        if data is None:
            data = codegen.compile_prepared(self.prepared).data if self.prepared else self.compiled.data
        return Object(self.origin or self.dylib.name, data)

    @cached_property
    def undefined(self) -> Collection[str]:
        """The names that it refers to and does not define."""
        if self.names:
            return self.names.undefined
        return [symbol.name for symbol in self.object.elf.symbols if symbol.name and not symbol.defined]

    @property
    def text(self) -> bytes:
        """Its IR, for the image to carry; empty where there is none."""
        return b"" if isinstance(self.source, Object) else self.source.text.encode()


@dataclass(eq=False)
class Gathering:
    """An image in the making: its members in the order in which they came, and what they have left in the store.

    Texts that are kept for debuggers lie under ``text_stem``, also where a second try gives the image another id.
    """

    name: str
    # Debuggers merge modules of equal ids, so a hash of the content won't do.
    build_id: bytes = field(default_factory=lambda: os.urandom(20))
    placed: Placed = _NOWHERE
    members: list[Member] = field(default_factory=list)
    _defined: dict[str, Member] = field(default_factory=dict)
    text_stem: str = ""

    def __post_init__(self) -> None:
        self.text_stem = self.stem

    @property
    def stem(self) -> str:
        """What its files in the store are called, without suffix."""
        return f"{self.name}.{self.build_id.hex()[:16]}"

    def has_room_for(self, module: Member) -> bool:
        """Say whether a module defines nothing strongly that a member defines too."""
        twice = self._defined.keys() & set(module.exports)
        return not twice or all(
            symbol.binding == c.STB_WEAK
            for symbol in module.object.elf.symbols
            if symbol.defined and symbol.name in twice
        )

    def append(self, member: Member) -> None:
        """Take one more module in; of several, each is parsed anew, in one context."""
        self.members.append(member)
        for each in self.members[-2:] if len(self.members) > 1 else ():
            if each.checked:
                each.checked.end()
        for name in member.exports:
            self._defined.setdefault(name, member)

    def remove(self, dylib: Dylib) -> None:
        """Take the modules of ``dylib`` out again."""
        members, self.members, self._defined = self.members, [], {}
        for member in members:
            if member.dylib is not dylib:
                self.append(member)

    def objects(self) -> list[Object]:
        """Give the objects that the image is linked from: one of all members where that can be, else one of each.

        Raises `CodegenError` where one of them can't be made.
        """
        if self._can_be_one():
            try:
                data = codegen.emit_together([member.prepared for member in self.members if member.prepared])
            except JitdbgError:
                pass  # Whose fault it is, their own objects tell.
            else:
                return [Object(self.name, data)]
        return [member.object for member in self.members]

    def _can_be_one(self) -> bool:
        """Say whether members can be emitted together: what is internal to one would get another name if it clashed."""
        if len(self.members) < 2 or not all(member.prepared for member in self.members):
            return False
        names = [member.names for member in self.members if member.names]
        internal = Counter(name for each in names for name in each.internal)
        others = self._defined.keys() | frozenset().union(*(each.undefined for each in names))
        # Nor may one have the name of what the code generator calls by itself for the others, as fmod for frem.
        return (
            internal.keys().isdisjoint(others)
            and max(internal.values(), default=1) == 1
            and not any(loader.find_symbol(None, name) for name in internal)
        )

    def imports(self, objects: Sequence[Object]) -> dict[Member, list[str]]:
        """Give, for each member, the names that it refers to and nobody in the image defines.

        What the code generator calls by itself in ``objects`` of several is the first member's.
        """
        found = {member: [name for name in member.undefined if name not in self._defined] for member in self.members}
        if self.members and len(objects) < len(self.members):
            known = {name for names in found.values() for name in names}
            undefined = [symbol.name for symbol in objects[0].elf.symbols if symbol.name and not symbol.defined]
            found[self.members[0]] += [name for name in undefined if name not in known]
        return found

    def internal_references(self) -> set[tuple[Member, Member]]:
        """Give the pairs of members of which the first refers to the second."""
        if len(self.members) < 2:
            return set()
        return {
            (member, self._defined[name])
            for member in self.members
            for name in member.undefined
            if name in self._defined
        }


def exports(compiled: Compiled, name: str) -> Collection[str]:
    """Give the names that a module exports; to read its symbols takes longer than to know them from the IR."""
    if compiled.complete:
        return [*compiled.signatures, *compiled.globals]
    return elf.exported(Object(name, compiled.data).elf)


def uses(members: Sequence[Member]) -> dict[str, tuple[str, ...]]:
    """Say which functions of ``members`` use which undefined symbol."""
    return elf.undefined_uses([member.object.elf for member in members])


def culprits(members: Sequence[Member], error: JitdbgError) -> list[Member]:
    """Find the members because of which an image can't be linked or loaded; all, where no one alone is at fault."""
    if isinstance(error, MissingSymbolsError):
        found = [member for member in members if not error.uses.keys().isdisjoint(member.undefined)]
    elif isinstance(error, LinkError | CodegenError):
        found = [member for member in members if _is_unlinkable(member)]
    else:
        found = []
    return found or list(members)


def _is_unlinkable(member: Member) -> bool:
    try:
        link([member.object], soname="alone.so", build_id=b"alone")
    except (LinkError, CodegenError):
        return True
    return False

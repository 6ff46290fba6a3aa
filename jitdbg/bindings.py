"""Who provides which name, and who refers to it.

An image that refers to a name which the system's loader does not know (a ctypes callback, another dylib's function)
has a *slot* for it: eight bytes that hold the address, through which all its references go. Here is the record of all
slots, by provider, so that a reload of the provider, or a new definition, redirects everyone who refers to it.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from jitdbg.errors import InUseError, JitdbgError
from jitdbg.locks import open_in_child


class Provider(Protocol):
    """Whatever has addresses to offer: a dylib, or the engine's definitions."""

    @property
    def name(self) -> str:
        """What users know it by."""

    def find_address(self, name: str) -> int | None:
        """Give the present address of ``name``, None where it is not offered (any more).

        It is called under a lock, so it must not ask the system's loader: that has a lock of its own, which a thread
        holds while it runs constructors, and those may load, define, and so want ours.
        """


@dataclass(eq=False)
class Definitions:
    """The names given to `Engine.define`; holds on to callbacks, which ctypes would free otherwise.

    Also to those that were superseded: initialised data, a frame or a raw pointer may still lead to them.
    """

    name: str = "Engine.define"
    targets: dict[str, tuple[int, Any]] = field(default_factory=dict)
    superseded: list[Any] = field(default_factory=list)

    def add(self, name: str, target: Any) -> None:
        """Define ``name`` as an address, a ctypes function (pointer, callback) or ctypes data (its own address)."""
        address = _address(name, target)
        self.superseded += self.targets.get(name, ())[1:]
        self.targets[name] = (address, target)

    def find_address(self, name: str) -> int | None:
        """Give the address that ``name`` is defined as, None where it is not."""
        found = self.targets.get(name)
        return found[0] if found else None


@dataclass(frozen=True)
class Reference:
    """One slot: an image reaches ``provider``'s ``name`` through the eight bytes at ``slot``."""

    provider: Provider
    name: str
    slot: int

    def direct(self) -> None:
        """Write the provider's present address; where the name is gone, the old generation stays reachable."""
        if address := self.provider.find_address(self.name):
            # Aligned and of one word, so that a thread that calls through it sees the old or the new address.
            ctypes.c_uint64.from_address(self.slot).value = address


class Bindings:
    """All providers of an engine, the last to offer a name first, and all references between them.

    Every operation costs as much as the names and slots that it is about, however many dylibs there are.
    """

    def __init__(self) -> None:
        self._lock = open_in_child(threading.RLock())
        self._definitions = Definitions()
        # Dictionaries serve as sets that keep their order.
        self._offers: dict[str, dict[Provider, None]] = {}
        self._references: dict[Provider, dict[Provider, list[Reference]]] = {}
        self._targets: dict[Provider, set[Provider]] = {}
        self._pins: dict[Provider, list[Provider]] = {}

    @property
    def is_empty(self) -> bool:
        """Say whether nothing is offered or defined, so that looking for providers would find none."""
        return not self._offers and not self._definitions.targets

    def define(self, name: str, target: Any) -> None:
        """Define ``name``, for what is loaded from now on and for what refers to an earlier definition of it."""
        if not isinstance(name, str):
            raise JitdbgError(f"{name!r} is given as the name of a symbol to define: give a str")
        with self._lock:
            before = self._definitions.find_address(name)
            self._definitions.add(name, target)
            if before not in (None, self._definitions.find_address(name)):
                self._redirect(self._definitions)

    def defines(self, names: Iterable[str]) -> bool:
        """Say whether any of ``names`` was given to `define`."""
        return bool(self._definitions.targets) and not self._definitions.targets.keys().isdisjoint(names)

    def offer(self, provider: Provider, names: Iterable[str]) -> None:
        """Offer ``names`` to what is loaded from now on, and redirect whoever refers to an earlier generation."""
        with self._lock:
            for name in names:
                self._offers.setdefault(name, {})[provider] = None
            self._redirect(provider)

    def withdraw_unused(self, provider: Provider, names: Iterable[str], ignored: Iterable[Provider] = ()) -> None:
        """Do what `withdraw` does, unless others refer to ``provider``. Raises `InUseError` with their names."""
        with self._lock:
            if users := self.referrers(provider, ignored):
                raise InUseError(f"dylib {provider.name!r} is referred to by {', '.join(users)}: close those first")
            self.withdraw(provider, names)

    def withdraw(self, provider: Provider, names: Iterable[str]) -> None:
        """Forget ``provider``: the ``names`` that it has offered, and what it refers to."""
        with self._lock:
            for name in names:
                self._withdraw(provider, name)
            self._references.pop(provider, None)
            for target in self._targets.pop(provider, ()):
                self._references.get(target, {}).pop(provider, None)

    @contextmanager
    def resolved(
        self, names: Iterable[str], referrer: Provider, among: Sequence[Provider] | None = None
    ) -> Iterator[dict[str, Provider]]:
        """Find who provides each of ``names``; inside the block none of those providers can be closed.

        ``among`` are the candidates, the first ones first; None means all, the last to offer a name first.
        """
        with self._lock:
            found = {name: provider for name in names if (provider := self._find(name, referrer, among))}
            pinned = set(found.values())
            for provider in pinned:
                self._pins.setdefault(provider, []).append(referrer)
        try:
            yield found
        finally:
            with self._lock:
                for provider in pinned:
                    self._pins[provider].remove(referrer)

    def connect(self, referrer: Provider, providers: Mapping[str, Provider], slots: Mapping[str, int]) -> None:
        """Record the slots of a freshly loaded image, and bring them up to date: a provider may have been reloaded."""
        with self._lock:
            for name, provider in providers.items():
                reference = Reference(provider, name, slots[name])
                reference.direct()
                self._references.setdefault(provider, {}).setdefault(referrer, []).append(reference)
                self._targets.setdefault(referrer, set()).add(provider)

    def offers(self, name: str) -> bool:
        """Say whether a dylib offers ``name``."""
        return name in self._offers

    def connect_directly(self, referrer: Provider, provider: Provider) -> None:
        """Record that ``referrer`` refers to ``provider`` without slots: they lie in one image."""
        with self._lock:
            self._references.setdefault(provider, {}).setdefault(referrer, [])
            self._targets.setdefault(referrer, set()).add(provider)

    def referrers(self, provider: Provider, ignored: Iterable[Provider] = ()) -> list[str]:
        """Name the others whose images refer to ``provider``, sorted; those that are ``ignored`` are none."""
        with self._lock:
            users = {*self._references.get(provider, ()), *self._pins.get(provider, ())}
            return sorted({user.name for user in users - {provider, *ignored}})

    def _withdraw(self, provider: Provider, name: str) -> None:
        offers = self._offers.get(name, {})
        offers.pop(provider, None)
        if not offers:
            self._offers.pop(name, None)

    def _find(self, name: str, referrer: Provider, among: Sequence[Provider] | None) -> Provider | None:
        candidates = [self._definitions, *reversed(self._offers.get(name, {}))] if among is None else among
        offering = (each for each in candidates if each is not referrer and each.find_address(name) is not None)
        return next(offering, None)

    def _redirect(self, provider: Provider) -> None:
        for references in self._references.get(provider, {}).values():
            for reference in references:
                reference.direct()


def _address(name: str, target: Any) -> int:
    if isinstance(target, int):
        if not 0 <= target < 1 << 64:
            raise JitdbgError(f"{name!r} can't be defined as {target}: give an address, from 0 to 2^64 - 1")
        return target
    try:
        is_function = isinstance(target, ctypes._CFuncPtr)  # type: ignore[attr-defined]
        return (ctypes.cast(target, ctypes.c_void_p).value or 0) if is_function else ctypes.addressof(target)
    except TypeError:
        raise JitdbgError(
            f"{name!r} can't be defined as a {type(target).__name__}: give an address or a ctypes function, "
            "callback or data object"
        ) from None

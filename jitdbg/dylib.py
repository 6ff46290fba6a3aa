"""What a user holds: dylibs, their generations, and functions that can be called."""

from __future__ import annotations

import difflib
import threading
import weakref
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from jitdbg import loader, signature
from jitdbg.errors import ClosedError, JitdbgError, SignatureError, SymbolError
from jitdbg.locks import open_in_child
from jitdbg.signature import Signature
from jitdbg.store import Placed

if TYPE_CHECKING:
    from jitdbg.engine import Engine


# Guards the handles of every dylib: it is held for moments, and a lock for each costs more than all of these.
HANDLES_LOCK = open_in_child(threading.Lock())


@dataclass
class Image:
    """An image in this process; the dylibs that lie in it share it, and the last of them to let go unmaps it."""

    build_id: bytes
    placed: Placed
    loaded: loader.Loaded
    residents: int = 1

    def let_go(self) -> bool:
        """Unmap the image if nobody else lies in it, and say whether that was so."""
        with HANDLES_LOCK:
            self.residents -= 1
        if self.residents == 0:
            loader.unload(self.loaded)
        return self.residents == 0


class Generation(NamedTuple):
    """A dylib's part of an image in this process; it stays mapped until the dylib is closed.

    ``signatures`` and ``globals`` come from the IR, and are empty for an image that was made of an object.
    ``addresses`` has what the dylib offers to others; a thread-local variable's is that of the thread that loaded it.
    """

    number: int
    image: Image
    signatures: Mapping[str, Signature]
    globals: Mapping[str, str]
    addresses: dict[str, int]

    def find_address(self, name: str) -> int | None:
        """Give the address of an exported name; of a thread-local variable, that of the calling thread's copy."""
        return loader.find_symbol(self.image.loaded, name) if name in self.addresses else None


class Dylib:
    """A logical dylib: a name, and behind it the generations that reloads have made.

    Lives until `close`, or until its engine is closed. Handles follow reloads, raw addresses do not. One that
    `Engine.add` gave is loaded when something is asked of it that only a loaded one has; what the loader or the linker
    has against it is raised then, and from then on.
    """

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._name = name
        self._generations: list[Generation] = []
        self._handles: weakref.WeakSet[Function] = weakref.WeakSet()
        self._waiting = False
        self._failure: JitdbgError | None = None

    def __repr__(self) -> str:
        return f"<Dylib {self.name!r}, {self._state}>"

    def __enter__(self) -> Dylib:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def name(self) -> str:
        """The name under which the engine knows it."""
        return self._name

    @property
    def closed(self) -> bool:
        """Whether it has been unmapped."""
        return not self._generations and not self._waiting and not self._failure

    @property
    def _state(self) -> str:
        if self._waiting:
            return "not loaded yet"
        if self._generations:
            return f"generation {self.generation} at {self.base:#x}"
        return "closed" if self._failure is None else "can't be loaded"

    @property
    def waiting(self) -> bool:
        """Whether it was added and nobody has needed it yet."""
        return self._waiting

    @property
    def current(self) -> Generation:
        """The present generation, loaded now if it waits for that. Raises `ClosedError`, and what loading raises."""
        if self._waiting:
            self._engine.load_added(self)
        if not (generations := self._generations):
            raise self._failure or ClosedError(f"dylib {self.name!r} is closed: load it again")
        return generations[-1]

    @property
    def generation(self) -> int:
        """The present generation's number, from 1."""
        return self.current.number

    @property
    def path(self) -> str:
        """Where the present generation's image lies."""
        return self.current.image.placed.path

    @property
    def base(self) -> int:
        """The address in this process of the present image's first byte."""
        return self.current.image.loaded.base

    @property
    def build_id(self) -> bytes:
        """The present image's build-id, 20 bytes."""
        return self.current.image.build_id

    def functions(self) -> dict[str, Signature]:
        """Give the exported functions with their signatures; empty for a dylib that was made of an object."""
        present = self.current
        return {name: known for name, known in present.signatures.items() if name in present.addresses}

    def function(self, name: str, prototype: Any = None) -> Function:
        """Give a callable for ``name``, typed by its IR signature or by a ctypes function type.

        Raises `SymbolError` where there is no such function, `SignatureError` where the IR type does not say how to
        call it and no ``prototype`` is given. Of a dylib that is not loaded yet the first call does that.
        """
        _check_name(name)
        handle = Function(self, name, prototype)
        with HANDLES_LOCK:
            self._handles.add(handle)
            if self._waiting:
                return handle
        while handle.rebind() is not self.current:  # another thread has reloaded it meanwhile
            pass
        return handle

    def __getitem__(self, name: str) -> Any:
        """Give the global variable ``name`` as a ctypes object that lies on its memory, typed by its IR type."""
        address = self.address(name)
        if (spelling := self.current.globals.get(name)) is None:
            raise SignatureError(
                f"{name!r} is no global of known type: use function({name!r}) or variable({name!r}, TYPE)"
            )
        return signature.variable_type(name, spelling).from_address(address)

    def variable(self, name: str, ctype: Any) -> Any:
        """Give the global variable ``name`` of the present generation as a ``ctype`` that lies on its memory."""
        if not hasattr(ctype, "from_address"):
            raise SignatureError(f"{name!r} can't be taken as {ctype!r}: give a ctypes type, such as ctypes.c_int")
        return ctype.from_address(self.address(name))

    def address(self, name: str) -> int:
        """Give the address of ``name`` in the present generation; it does not follow reloads. Raises `SymbolError`."""
        _check_name(name)
        if (address := self.current.find_address(name)) is None:
            raise SymbolError(f"dylib {self.name!r} exports no {name!r}{_hint(name, self.current.addresses)}")
        return address

    def find_address(self, name: str) -> int | None:
        """Give the address of ``name`` in the present generation, None where there is none (any more)."""
        generations = self._generations
        return generations[-1].addresses.get(name) if generations else None

    def close(self) -> None:
        """Unmap all generations; closing twice is no error.

        Refused with `InUseError` while another dylib refers to this one. Whoever still runs in it, or holds a raw
        address, is on their own.
        """
        self._engine.close_dylib(self)

    def all_names(self) -> frozenset[str]:
        """Give the names that any generation offers."""
        return frozenset().union(*(generation.addresses for generation in self._generations))

    def wait(self) -> None:
        """Take note that the first generation is loaded when it is needed."""
        self._waiting = True

    def advance(self, generation: Generation) -> None:
        """Make ``generation`` the present one, and let the handles follow."""
        self._generations.append(generation)
        with HANDLES_LOCK:
            waited, self._waiting, self._failure = self._waiting, False, None
        if waited or len(self._generations) > 1:
            self._let_handles_follow()

    def fail(self, error: JitdbgError) -> None:
        """Take note that what `wait` promised can't be loaded."""
        self._failure, self._waiting = error, False

    def unload(self) -> list[Image]:
        """Let go of all images, the last first, and return those that were unmapped: the engine's half of `close`."""
        generations, self._generations = self._generations, []
        self._waiting, self._failure = False, None
        self._let_handles_follow()
        return [generation.image for generation in reversed(generations) if generation.image.let_go()]

    def _let_handles_follow(self) -> None:
        # The lock is not held while a handle follows, which asks the system's loader: see `Provider.find_address`.
        with HANDLES_LOCK:
            handles = list(self._handles)
        for handle in handles:
            handle.follow()


class Function:
    """A function of a dylib: calls go to the present generation; after `Dylib.close` they raise `ClosedError`."""

    def __init__(self, dylib: Dylib, name: str, prototype: Any = None) -> None:
        self._dylib, self._name, self._prototype = dylib, name, prototype
        self._call: Callable[..., Any] = self._first_call

    def __call__(self, *arguments: Any) -> Any:
        """Call it. Raises `CallError` for wrong arguments, `ClosedError` after the dylib was closed."""
        return self._call(*arguments)

    def __repr__(self) -> str:
        return f"<Function {self._name!r} of {self._dylib!r}>"

    @property
    def name(self) -> str:
        """The symbol's name."""
        return self._name

    @property
    def address(self) -> int:
        """The address in the present generation; it does not follow reloads."""
        return self._dylib.address(self._name)

    @property
    def signature(self) -> Signature | None:
        """The IR signature in the present generation, None where only the prototype tells."""
        return self._dylib.current.signatures.get(self._name)

    def rebind(self) -> Generation:
        """Call the present generation from now on; return it.

        Raises `SymbolError` or `SignatureError` where that can't be.
        """
        present = self._dylib.current
        address = present.addresses.get(self._name) or self.address
        if self._prototype is not None:
            self._call = signature.bind_prototype(self._name, self._prototype, address)
        else:
            self._call = signature.bind(self._name, self._signature_in(present), address)
        return present

    def _first_call(self, *arguments: Any) -> Any:
        self.rebind()
        return self._call(*arguments)

    def follow(self) -> None:
        """Rebind after a reload or a close; what stands in the way is raised by the next call."""
        try:
            self.rebind()
        except JitdbgError as error:
            self._call = _raiser(error)

    def _signature_in(self, generation: Generation) -> Signature:
        if (known := generation.signatures.get(self._name)) is None:
            raise SignatureError(
                f"nothing says what arguments {self._name!r} takes: give a ctypes prototype, "
                f"dylib.function({self._name!r}, ctypes.CFUNCTYPE(RESULT, ARGUMENTS…))"
            )
        return known


def _raiser(error: JitdbgError) -> Callable[..., NoReturn]:
    kind, message = type(error), str(error)

    def call(*_: Any) -> NoReturn:
        raise kind(message)

    return call


def _check_name(name: object) -> None:
    if not isinstance(name, str):
        raise SymbolError(f"{name!r} is given as the name of a function or variable: give a str")


def _hint(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, known, n=3)
    return f": did you mean {' or '.join(map(repr, close))}?" if close else ""

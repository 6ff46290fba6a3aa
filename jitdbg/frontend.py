"""Source to verified module.

Every source first becomes IR *text*, because that is what a user can read, what the image carries, and the only form in
which llvmlite lets us add function attributes with values, debug locations and metadata. C and C++ come through clang,
unoptimised but optimisable, so that the engine's own pipeline decides. Objects have no IR: `read` hands them back as
they are, for the linker.
"""

from __future__ import annotations

import functools
import os
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import llvmlite
import llvmlite.binding as llvm

from jitdbg import irtext
from jitdbg.elf import find_other_format
from jitdbg.errors import ParseError, SourceError, TargetError, VerifyError
from jitdbg.linker import Object
from jitdbg.reading import read_file
from jitdbg.tools import tool

if TYPE_CHECKING:
    import llvmlite.ir

SourceLike: TypeAlias = "str | bytes | os.PathLike[str] | llvmlite.ir.Module | llvm.ModuleRef"

_BITCODE_MAGIC = (b"BC\xc0\xde", b"\xde\xc0\x17\x0b")
_ELF_MAGIC = b"\x7fELF"
_COMPILERS = {".c": "clang", ".cc": "clang++", ".cpp": "clang++", ".cxx": "clang++"}
_BYTES = "<bytes>"
SUFFIXES = (".ll", ".bc", ".o", *_COMPILERS)
_CLANG_SECONDS = 600
_CONTEXT_HOLDS = 1 << 18
_DIAGNOSTIC = re.compile(r"^(?P<file>.*?):(?P<line>\d+):(?P<column>\d+): (?:fatal )?error: (?P<words>.*)", re.MULTILINE)
# What IR can begin with, which makes a string of one line IR rather than a file's name such as target/f.ll.
_LOOKS_LIKE_IR = re.compile(r"""\s*(?:(?:define|declare|target)\s|;|(?:source_filename|[@%!]("[^"]*"|[\w$.-]+))\s*=)""")
_ARCHITECTURES = {"amd64": "x86_64", "x64": "x86_64", "arm64": "aarch64"}

# LLVM verifies a module that has debug info as it parses it, to upgrade that, and ends the process where it does not
# verify (UpgradeDebugInfo in llvm/lib/IR/AutoUpgrade.cpp). Without the upgrade it is for us to verify and to complain.
# The option holds for the whole process: debug info of LLVM 3.4 and older is no longer left out by itself.
llvm.set_option("jitdbg", "-disable-auto-upgrade-debug-info")


# Those that nobody uses at present, with the characters of IR that each has held.
_contexts: list[tuple[llvm.ContextRef, int]] = []


class Source(NamedTuple):
    """IR text as it was given, or as clang wrote it; ``path`` is the user's file, where there is one."""

    text: str
    stem: str
    path: Path | None = None

    @property
    def is_ir_file(self) -> bool:
        """Say whether the text is that of the user's own ``.ll`` file."""
        return self.path is not None and self.path.suffix == ".ll"


def origin(source: Source | Object) -> str:
    """Give the path of the file that a source came from, empty where it came from none."""
    if isinstance(source, Object):
        return "" if source.name == _BYTES else source.name
    return str(source.path or "")


def stem(source: Source | Object) -> str:
    """Give what a source would be called: its file's name without suffix, its module's name, or nothing."""
    return source.stem if isinstance(source, Source) else Path(origin(source)).stem


def read(source: SourceLike, *, opt_level: int = 0, cflags: Sequence[str] = ()) -> Source | Object:
    """Turn what a user hands in into IR text; objects come back as they are.

    A string is IR if it has more than one line or begins like IR, else the name of a file. ``opt_level`` and ``cflags``
    are for clang: at 1 and up it writes IR that our pipeline can optimise, with the headers' inline functions.
    Raises `SourceError` where nothing can be made of it, `ParseError` with clang's first error.
    """
    if isinstance(source, str) and ("\n" in source or _LOOKS_LIKE_IR.match(source)):
        return Source(_encodable(source), "")
    if source == "":
        raise SourceError("the text is empty: give IR text, or the path of a file")
    if isinstance(source, str | os.PathLike):
        return _read_file(_plain(source), opt_level, cflags)
    if isinstance(source, bytes | bytearray | memoryview):
        return _read_bytes(bytes(source), _BYTES, None)
    if isinstance(source, llvm.ModuleRef):
        return Source(str(source), source.name if source.name != "<string>" else "")
    return _read_ir_module(source)


def _plain(path: str | os.PathLike[str]) -> Path:
    """Give an absolute path, without `..` where that names the same file: debuggers compare paths as text."""
    given = Path(path).absolute()
    if ".." not in given.parts:
        return given
    plain = Path(os.path.abspath(given))
    try:
        return plain if plain.samefile(given) else given.resolve()
    except OSError:
        return given.resolve()


def _read_ir_module(source: Any) -> Source:
    import llvmlite.ir

    if not isinstance(source, llvmlite.ir.Module):
        raise SourceError(
            f"{type(source).__name__} is no source: give IR text, a path ({', '.join(SUFFIXES)}), bitcode, an object, "
            "an llvmlite.ir.Module or an llvmlite.binding.ModuleRef"
        )
    return Source(str(source), source.name)


def _read_file(path: Path, opt_level: int, cflags: Sequence[str]) -> Source | Object:
    if path.suffix not in SUFFIXES:
        raise SourceError(f"{path}: unknown kind of source {path.suffix!r}: give one of {', '.join(SUFFIXES)}")
    try:
        data = read_file(path)
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror}: name a file that can be read") from None
    if path.suffix in _COMPILERS:
        return Source(_compile(path, opt_level, cflags), path.stem, path)
    return _read_bytes(data, str(path), path)


def _read_bytes(data: bytes, name: str, path: Path | None) -> Source | Object:
    if not data:
        raise SourceError(f"{name} is empty: give IR text, bitcode or an object")
    stem = path.stem if path else ""
    if data.startswith(_ELF_MAGIC):
        return Object(name, data)
    if data.startswith(_BITCODE_MAGIC):
        return Source(_disassemble(data, name), stem, path)
    if other := find_other_format(data):
        raise SourceError(f"{name} is {other}")
    return Source(_without_nul(_decoded(data, name), name), stem, path)


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{name}: neither IR text, bitcode nor an ELF object: byte {error.start} is no UTF-8"
        ) from None


def _encodable(text: str) -> str:
    try:
        _ = text.isascii() or text.encode()
    except UnicodeEncodeError as error:
        raise SourceError(f"character {error.start} of the text is half a pair of UTF-16: give IR in Unicode") from None
    return _without_nul(text, "the text")


def _without_nul(text: str, name: str) -> str:
    """Refuse the character at which LLVM would take the text for ended."""
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ParseError(f"{name}:{line}: IR can't hold the character NUL: remove it", name, line)
    return text


def _disassemble(bitcode: bytes, name: str) -> str:
    try:
        with _parsed(llvm.parse_bitcode, bitcode) as module:
            return str(module)
    except RuntimeError as error:
        version = ".".join(map(str, llvm.llvm_version_info))
        raise ParseError(f"{name}: broken bitcode, or newer than LLVM {version}: {_one_line(error)}", name) from None


def _compile(path: Path, opt_level: int, cflags: Sequence[str]) -> str:
    """Compile C or C++ to IR that carries debug info and has not been optimised (nor marked ``optnone``)."""
    unoptimised = "-disable-llvm-passes" if opt_level else "-disable-O0-optnone"
    # Else clang leaves a class to the library that has its constructor, and lldb sees no member of it in another.
    debug = ["-g", "-fstandalone-debug"]
    command = [tool(_COMPILERS[path.suffix]).path, *debug, f"-O{opt_level}", "-Xclang", unoptimised, "-fPIC"]
    command += ["-S", "-emit-llvm", "-fno-color-diagnostics", *cflags, str(path), "-o", "-"]
    try:
        done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=_CLANG_SECONDS)
    except subprocess.TimeoutExpired:
        raise SourceError(f"{path}: clang took more than {_CLANG_SECONDS} s and was stopped") from None
    if done.returncode:
        raise _clang_error(path, done.stderr.decode(errors="replace"))
    return done.stdout.decode()


def _clang_error(path: Path, words: str) -> ParseError:
    if not (found := _DIAGNOSTIC.search(words)):
        return ParseError(f"{path}: clang failed: {_one_line(words)}", str(path))
    place = f"{found['file']}:{found['line']}:{found['column']}"
    return ParseError(f"{place}: {found['words']}", found["file"], int(found["line"]), int(found["column"]))


class Target(NamedTuple):
    """What a module has to say of the machine that it is for."""

    triple: str
    layout: str

    @property
    def in_ir(self) -> str:
        """The target in IR, on no line of its own: that costs a tenth of setting it in the module afterwards."""
        return f'target triple = "{self.triple}" target datalayout = "{self.layout}" '


def module(text: str, target: Target, name: str = "<string>") -> AbstractContextManager[llvm.ModuleRef]:
    """Parse and verify IR text for ``target``; triple and data layout are set where the text has none.

    The module lives as long as the ``with`` block. Raises `ParseError`, `VerifyError` (with the function at fault,
    where it is one) and `TargetError`.
    """
    return _Module(text, target, name)


class _Module:
    """What `module` gives: a class, since a generator for a ``with`` block takes three times as long."""

    def __init__(self, text: str, target: Target, name: str) -> None:
        self._text, self._target, self._name = text, target, name

    def __enter__(self) -> llvm.ModuleRef:
        self._context, self._held = borrow_context()
        try:
            self._parsed = parse(self._text, self._target, self._context, self._name)
            _verify(self._parsed, self._text, self._name)
        except BaseException:
            self._end()
            raise
        return self._parsed

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind:
            self._end()
        else:
            self._parsed.close()
            give_back(self._context, self._held + len(self._text))

    def _end(self) -> None:
        if parsed := getattr(self, "_parsed", None):
            parsed.close()
        self._context.close()


def parse(text: str, target: Target, context: llvm.ContextRef, name: str = "<string>") -> llvm.ModuleRef:
    """Parse IR text in a context of the caller's, who closes the module, and then the context; does not verify it."""
    has_target = names_target(text)
    parsed = _assembled(text if has_target else target.in_ir + text, context, text, name)
    try:
        if has_target:
            _retarget(parsed, target, name)
    except BaseException:
        parsed.close()
        raise
    return parsed


def names_target(text: str) -> bool:
    """Say whether IR text may name the target that it is for: rightly where it is denied."""
    return "target" in text and ("triple" in text or "datalayout" in text)


def borrow_context() -> tuple[llvm.ContextRef, int]:
    """Give a context that nobody else uses, with the characters of IR that it has held; `give_back` takes it."""
    try:
        return _contexts.pop()
    except IndexError:
        return llvm.create_context(), 0


def give_back(context: llvm.ContextRef, held: int) -> None:
    """Keep a context for the next module, or end it: it keeps types and metadata for ever.

    To make and end one takes a thirtieth of a tiny module's time, so small modules have one after another.
    """
    if held < _CONTEXT_HOLDS:
        _contexts.append((context, held))
    else:
        context.close()


def _assembled(targeted: str, context: llvm.ContextRef, text: str, name: str) -> llvm.ModuleRef:
    """Parse ``text`` with a target said in it; errors speak of the text without."""
    try:
        return llvm.parse_assembly(targeted, context)
    except RuntimeError as error:
        raise _parse_error(_complaint(text) or str(error), name) from None


@contextmanager
def _parsed(parse: Callable[..., llvm.ModuleRef], source: str | bytes) -> Iterator[llvm.ModuleRef]:
    """Parse into a context of its own, and free both in this order.

    A context keeps types and metadata for ever, so each module has its own. Left to the garbage collector, which
    ends objects of a cycle (an exception's traceback makes one) in any order, a context could go before its module: a
    crash.
    """
    with closing(llvm.create_context()) as context, closing(parse(source, context)) as parsed:
        yield parsed


class ErrorsIn:
    """Let errors in a ``with`` block speak of ``given``, the user's text, where what LLVM saw was made of it.

    What was added to the text has moved the columns, is in the instructions that LLVM quotes, and may be what it
    stumbles over first.
    """

    def __init__(self, given: str, name: str = "<string>") -> None:
        self._given, self._name = given, name

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, ParseError | VerifyError) and (words := _complaint(self._given)):
            if isinstance(error, ParseError):
                raise _parse_error(words, self._name) from None
            raise _verify_error(words, self._name, error.function) from None


def _complaint(text: str) -> str | None:
    """Say what LLVM has against ``text``, parsing and verifying it; None where nothing."""
    try:
        with _parsed(llvm.parse_assembly, text) as parsed:
            parsed.verify()
    except RuntimeError as error:
        return str(error)
    return None


def _parse_error(words: str, name: str) -> ParseError:
    found = re.search(r"<string>:(\d+):(\d+): error: (.*)", words)
    if not found:
        return ParseError(f"{name}: {_one_line(words)}", name)
    return ParseError(f"{name}:{found[1]}:{found[2]}: {found[3]}", name, int(found[1]), int(found[2]))


def _retarget(parsed: llvm.ModuleRef, target: Target, name: str) -> None:
    triple, layout = parsed.triple, parsed.data_layout
    if triple.partition("-")[0] in ("", "unknown"):
        parsed.triple = target.triple
    elif _architecture_and_system(triple) != _architecture_and_system(target.triple):
        raise TargetError(
            f"{name} was made for {triple}, this engine makes code for {target.triple}: "
            f"remove its target triple, or build it for its own machine with jitdbg build --target {triple}",
            triple,
        )
    if not layout:
        parsed.data_layout = target.layout
    elif layout != target.layout:
        raise TargetError(
            f"{name} has the data layout {layout!r}, {target.triple} needs {target.layout!r}: "
            "remove the line `target datalayout`",
            triple,
        )


@functools.lru_cache(maxsize=64)
def _architecture_and_system(triple: str) -> tuple[str, str]:
    """Reduce a triple to what decides whether code can run: ``x86_64-pc-linux-gnux32`` is another machine."""
    architecture, *rest = triple.split("-")
    system = "linux" if any(part.startswith("linux") for part in rest) else "-".join(rest)
    odd_abi = "-x32" if rest and rest[-1].endswith("x32") else ""
    return _ARCHITECTURES.get(architecture, architecture), system + odd_abi


def _verify(parsed: llvm.ModuleRef, text: str, name: str) -> None:
    try:
        parsed.verify()
    except RuntimeError as error:
        function = irtext.culprit(text, lambda candidate: _complaint(candidate) is not None)
        raise _verify_error(str(error), name, function) from None


def _verify_error(words: str, name: str, function: str | None) -> VerifyError:
    where = f"function {function!r} of {name}" if function else name
    return VerifyError(f"{where} does not verify: {_one_line(words)}", function)


def _one_line(words: object) -> str:
    return " ".join(str(words).split())

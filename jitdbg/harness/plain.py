"""A source as the parts of a plain executable: its object, and the object of a ``main`` that makes a call.

That ``main`` is written in IR, with the called function's own type and the arguments as constants, so that no type of C
stands between. Of an object or a library, which have no types, integers go as C's ``long``, floats as ``double``.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from jitdbg import codegen, frontend, invocation
from jitdbg.codegen import Options
from jitdbg.debuginfo.attach import attach
from jitdbg.errors import CallError, SignatureError
from jitdbg.invocation import Literal
from jitdbg.linker import Object
from jitdbg.signature import Signature

if TYPE_CHECKING:
    from jitdbg.harness.programs import Recipe

_INTEGERS = {f"i{width}": width for width in (1, 8, 16, 32, 64)}


def compiled(recipe: Recipe, file: Path, folder: Path) -> tuple[Path, Mapping[str, Signature]]:
    """Compile a source, as an `Engine` would; gives the object, and the types of what can be called in it."""
    read = frontend.read(file, opt_level=recipe.level, cflags=recipe.flags)
    assert not isinstance(read, Object), "an ELF file is no source"

    def keep(filename: str, text: bytes) -> str:
        (folder / filename).write_bytes(text)
        return str(folder / filename)

    attached = attach(read, recipe.debug, name=file.stem, keep=keep)
    with frontend.ErrorsIn(read.text, str(file)):
        options = Options(recipe.level, values=recipe.debug != "lines")
        made = codegen.compile_text(attached.text, options, str(file), attached.ir_path)
    path = folder / f"{file.stem}.plain.o"
    path.write_bytes(made.data)
    return path, made.signatures


def calling(recipe: Recipe, signatures: Mapping[str, Signature] | None, folder: Path) -> list[Path]:
    """Compile the ``main`` that makes the call, which nobody else is to have; without a call there is none."""
    if not recipe.call:
        return []
    path = folder / f"{recipe.file.stem}.call.o"
    path.write_bytes(codegen.compile_text(main_calling(*called(recipe, signatures)), Options(), "the call").data)
    return [path]


def called(recipe: Recipe, signatures: Mapping[str, Signature] | None) -> tuple[invocation.Call, Signature]:
    """Give the call and the type of what is called. Raises `CallError` for what can't be called."""
    request = invocation.parse(recipe.call)
    known = guessed(request.arguments) if signatures is None else signatures.get(request.function)
    if known is None:
        offered = ", ".join(signatures or ()) or "none"
        raise CallError(f"{recipe.file} has no function {request.function!r} that can be called, but {offered}")
    return request, known


def guessed(arguments: Iterable[Literal]) -> Signature:
    """Give the type that C would call a function with, if it had no prototype and ``int`` were ``long``."""
    types = {bool: "i64", int: "i64", float: "double"}
    return Signature("i64", tuple(types.get(type(argument), "ptr") for argument in arguments))


def main_calling(request: invocation.Call, signature: Signature) -> str:
    """Write a ``main`` in IR that makes a call and returns 0."""
    fixed = len(signature.parameters)
    if len(request.arguments) != fixed:
        raise CallError(f"{request.function!r} takes {fixed} arguments, {len(request.arguments)} given")
    name = _quoted(request.function)
    strings: list[str] = []
    pairs = enumerate(zip(request.arguments, signature.parameters, strict=True))
    constants = ", ".join(
        f"{parameter}{_extension(signature, index)} {_constant(argument, parameter, strings)}"
        for index, (argument, parameter) in pairs
    )
    types = ", ".join([*signature.parameters, *(["..."] if signature.variadic else [])])
    convention = f"{signature.convention} " if signature.convention else ""
    return "\n".join(
        [
            *strings,
            f"declare {convention}{signature.result} @{name}({types})",
            "define i32 @main() {",
            f"  call {convention}{signature.result} ({types}) @{name}({constants})",
            "  ret i32 0",
            "}",
        ]
    )


def _extension(signature: Signature, index: int) -> str:
    """Say how a small integer fills its register, which the psABI leaves to the caller."""
    if signature.parameters[index] not in ("i1", "i8", "i16", "i32"):
        return ""
    return " zeroext" if index in signature.zero_extended or signature.parameters[index] == "i1" else " signext"


def _constant(value: Literal, parameter: str, strings: list[str]) -> str:
    if isinstance(value, int) and parameter in _INTEGERS:
        if parameter == "i1":
            return "true" if value else "false"
        return str(_in_range(value, _INTEGERS[parameter]))
    if isinstance(value, int | float) and parameter in ("float", "double"):
        return f"0x{struct.pack('>d', _rounded(value, parameter)).hex()}"
    if parameter == "ptr":
        return _pointer(value, strings)
    raise SignatureError(f"{value!r} can't be given as {parameter}: give a number for numbers, a string for pointers")


def _in_range(value: int, width: int) -> int:
    if not -(1 << width - 1) <= value < 1 << width:
        raise CallError(f"{value} does not fit into {width} bits")
    return value


def _rounded(value: float, parameter: str) -> float:
    """Round to what a ``float`` can be: IR writes its constants as doubles that are exact."""
    number = float(value)
    return struct.unpack("f", struct.pack("f", number))[0] if parameter == "float" else number


def _pointer(value: Literal, strings: list[str]) -> str:
    if value is None:
        return "null"
    if isinstance(value, int):
        return f"inttoptr (i64 {value} to ptr)"
    if isinstance(value, float):
        raise CallError(f"{value!r} is no pointer: give a string, an address or None")
    text = (value.encode() if isinstance(value, str) else value) + b"\0"
    escaped = "".join(f"\\{byte:02x}" for byte in text)
    strings.append(f'@.s{len(strings)} = private global [{len(text)} x i8] c"{escaped}"')
    return f"@.s{len(strings) - 1}"


def _quoted(name: str) -> str:
    return '"' + "".join(f"\\{byte:02x}" if byte in b'"\\' else chr(byte) for byte in name.encode()) + '"'

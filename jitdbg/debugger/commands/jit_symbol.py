"""``jit-symbol``: what is at an address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from jitdbg.debugger.commands.declaration import Argument, Arguments, Command, Example
from jitdbg.debugger.dylibs import Dylib
from jitdbg.debugger.facts import FAILED, NOT_IN_SCOPE, Frame, Symbol, Value
from jitdbg.debugger.functions import all_functions, code_address, function_names
from jitdbg.debugger.tables import NAME_WIDTH, table
from jitdbg.debugger.target import Target
from jitdbg.errors import DebuggerError

_PC = "$pc"
_UNKNOWN = (FAILED, NOT_IN_SCOPE)


@dataclass(frozen=True)
class Found:
    """What is at an address; ``dylib`` is None for what no JIT dylib has."""

    symbol: Symbol
    dylib: Optional[Dylib]


def run(target: Target, arguments: Arguments) -> Found:
    """Look an address up."""
    target.process()
    address = _address(target, arguments.where)
    return Found(target.adapter.symbol(address), target.dylibs.find_at(address))


def _address(target: Target, where: str) -> int:
    try:
        return int(where, 0)
    except ValueError:
        pass
    if where == _PC:
        return code_address(target.selected_frames())
    value = _evaluated(target, where)
    if value.availability not in _UNKNOWN:
        return _address_in(value)
    found = _find_function(target, where)
    if found is None:
        why = value.error if value.availability == FAILED else "the selected frame knows nothing of that name"
        raise DebuggerError(f"{where} is no address: {why}")
    return found


def _evaluated(target: Target, expression: str) -> Value:
    return target.adapter.evaluate(expression, target.adapter.selected_frame(), depth=0)


def _find_function(target: Target, name: str) -> Optional[int]:
    """Find a function by its name, which a debugger without debug info of it may not take for one."""
    found = next((each.start for each in all_functions(target) if name in (each.name, each.symbol)), None)
    if found is not None or not name.isidentifier():
        return found
    # lldb takes one of a library's only with a type; data with that type lead anywhere.
    value = _evaluated(target, f"(void (*)()){name}")
    return None if value.availability in _UNKNOWN else _find_start(target, _address_in(value))


def _find_start(target: Target, address: int) -> Optional[int]:
    symbol = target.adapter.symbol(address)
    return address if symbol.function and not symbol.offset else None


def _address_in(value: Value) -> int:
    """Give what a pointer or number is, and where anything else lies, such as a function or an array."""
    number = value.scalar if isinstance(value.scalar, int) and not isinstance(value.scalar, bool) else value.address
    if number is None:
        raise DebuggerError(f"{value.name} is no address: it is {value.text or value.availability} ({value.type})")
    return number & (1 << 64) - 1


def render(found: Found) -> str:
    """Show the function and the dylib, and a line for each place that the code is of."""
    symbol = found.symbol
    lines = [f"{symbol.address:#x} is {_name(symbol)}, {_owner(found)}\n"]
    if symbol.frames:
        lines.append(table(("", "", "", ""), [_row(frame) for frame in symbol.frames], width=NAME_WIDTH))
    return "".join(lines)


def _name(symbol: Symbol) -> str:
    if symbol.function is None:
        return "nothing that has a name"
    if not symbol.offset:
        return symbol.function
    return f"{symbol.function} {'+' if symbol.offset > 0 else '-'} {abs(symbol.offset)}"


def _owner(found: Found) -> str:
    if found.dylib:
        return f"in the JIT dylib {found.dylib}"
    return f"in {found.symbol.module}, which is no JIT dylib" if found.symbol.module else "in no library"


def _row(frame: Frame) -> tuple[str, str, str, str]:
    place = f"{frame.place.file}:{frame.place.line}" if frame.place else "no line"
    return "", frame.function or "?", "inlined" if frame.inlined else "", place


COMMAND = Command(
    name="jit-symbol",
    summary="Say which function, line and JIT dylib an address belongs to.",
    description="""
        WHERE is an address, or an expression of the program's language: a pointer or a number counts as the address
        that it is, a function or an array as where it lies, and $pc is the code that the selected frame executes.

        Of code with debug info there is a line for each function that it is of: what was inlined, innermost first, with
        its place, and each function that it was inlined into, with the place of the call.
        """,
    arguments=(Argument("WHERE", "an address or an expression", rest=True, candidates=function_names),),
    examples=(
        Example("jit-symbol $pc", "the code that is executed"),
        Example("jit-symbol 0x7ffff7fb1121", "any address"),
        Example("jit-symbol callback->code", "what a pointer points at"),
    ),
    run=run,
    render=render,
)

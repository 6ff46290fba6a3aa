"""Whatever is given to the builder is debug info that LLVM takes, or is refused in a sentence of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import llvmlite.ir as ir
import pytest

from jitdbg.debuginfo import DebugInfoError, DIBuilder, line_table
from tests.irtexts import verified

I32 = ir.IntType(32)
HOSTILE: tuple[Any, ...] = (
    None, object(), -1, 1.5, float("nan"), "x", "", "a\0b", "\ud800", 'q"\\ü', b"x", True, [], (), {}, {"a": None},
    [None], 1 << 31, 1 << 40, 1 << 70, ir.Module, "DW_OP_nope", I32, I32(5), ir.Module("other"),
)  # fmt: skip


class World:
    """A module in which each function of the builder has what it needs."""

    def __init__(self) -> None:
        self.module = ir.Module("m")
        self.di = di = DIBuilder(self.module, "a.toy", directory="/d")
        self.int, self.file = di.integer("int", 32), di.unit.file
        self.subroutine = di.subroutine(self.int, [self.int])
        self.bodies = [ir.Function(self.module, ir.FunctionType(I32, [I32]), name) for name in "fg"]
        self.builders = [ir.IRBuilder(body.append_basic_block("entry")) for body in self.bodies]
        self.builder = self.builders[0]
        self.f = di.function(self.bodies[0], "f", self.subroutine, 1)
        self.variable = ir.GlobalVariable(self.module, I32, "variable")
        self.variable.initializer = I32(0)
        self.struct, self.namespace = di.struct("S"), di.namespace("n")
        self.inlined = di.function(None, "h", self.subroutine, 9)
        self.call = self.inlined.inlined_at(self.f, 3)
        with self.f.at(self.builder, 2):
            self.slot = self.builder.alloca(I32)
        self.locals = [self.f.variable(name, self.int, 2) for name in ("declared", "valued")]

    def within(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Let the builder stand in a position while ``function`` is called."""

        def called(*arguments: Any, **options: Any) -> None:
            with self.f.at(self.builder, 2):
                function(*arguments, **options)

        return called

    def text(self) -> str:
        for builder in self.builders:
            builder.ret(I32(0))
        return str(self.module)


def entered(function: Callable[..., Any]) -> Callable[..., Any]:
    """Enter and leave what ``function`` gives."""

    def called(*arguments: Any, **options: Any) -> None:
        with function(*arguments, **options):
            pass

    return called


def calls(world: World) -> dict[str, tuple[Callable[..., Any], list[Any], dict[str, Any]]]:
    """Give every public function with arguments that are right."""
    di, f, call, integer = world.di, world.f, world.call, world.int
    place = {"file": world.file, "scope": world.namespace}
    operations = ["DW_OP_plus_uconst", 0]
    return {
        "file": (di.file, ["p"], {"directory": "/d", "source": "t", "checksum": "0" * 32}),
        "namespace": (di.namespace, ["n"], {"scope": world.namespace}),
        "imported_source_module": (di.imported_source_module, ["n", 1], {"scope": world.namespace}),
        "import_module": (di.import_module, [world.namespace, 1], {}),
        "function": (
            di.function,
            [world.bodies[1], "g", world.subroutine, 3],
            {"scope_line": 3, "linkage_name": "g", **place, "prototyped": True, "artificial": False, "noreturn": False},
        ),
        "global_variable": (
            di.global_variable,
            [world.variable, "variable", integer, 3],
            {"linkage_name": "variable", **place},
        ),
        "constant": (di.constant, ["c", integer, 5, 3], place),
        "basic_type": (di.basic_type, ["t", 32, "DW_ATE_signed"], {}),
        "integer": (di.integer, ["t", 32], {"signed": True}),
        "floating": (di.floating, ["t", 32], {}),
        "boolean": (di.boolean, ["t", 8], {}),
        "character": (di.character, ["t", 8], {"signed": True}),
        "unspecified": (di.unspecified, ["t"], {}),
        "pointer": (di.pointer, [integer], {}),
        "reference": (di.reference, [integer], {"rvalue": True}),
        "const": (di.const, [integer], {}),
        "volatile": (di.volatile, [integer], {}),
        "typedef": (di.typedef, ["t", integer, 3], {"file": world.file}),
        "array": (di.array, [integer, 3, 4], {"lower_bound": 1}),
        "vector": (di.vector, [integer, 4], {}),
        "struct": (di.struct, ["s", {"a": integer}, 3], {"packed": True, "opaque": False, **place}),
        "union": (di.union, ["s", {"a": integer}, 3], {"opaque": False, **place}),
        "enumeration": (di.enumeration, ["e", integer, {"A": 1}, 3], place),
        "subroutine": (di.subroutine, [integer, [integer]], {"variadic": True}),
        "string": (di.string, ["s", 5], {}),
        "retain": (di.retain, [integer], {}),
        "member": (world.struct.member, ["a", integer, 3], {"offset": 0, "bits": 3}),
        "at": (entered(f.at), [world.builder, 3, 4], {}),
        "prologue": (entered(f.prologue), [world.builder], {}),
        "lexical_block": (f.lexical_block, [3, 4], {"file": world.file}),
        "location": (f.location, [3, 4, None], {}),
        "variable": (f.variable, ["x", integer, 3], {"artificial": False}),
        "parameter": (f.parameter, ["x", integer, 3], {"artificial": False}),
        "label": (world.within(f.label), [world.builder, "l", 3], {}),
        "import_module of a scope": (f.import_module, [world.namespace, 3], {}),
        "inlined_at": (world.inlined.inlined_at, [f, 3, 4], {}),
        "at of a call": (entered(call.at), [world.builder, 3, 4], {}),
        "lexical_block of a call": (call.lexical_block, [3, 4], {}),
        "variable of a call": (call.variable, ["q", integer, 3], {}),
        "parameter of a call": (call.parameter, ["q", integer, 3], {"artificial": False}),
        "label of a call": (call.label, [world.builder, "q", 3], {}),
        "declare": (world.within(world.locals[0].declare), [world.builder, world.slot, *operations], {}),
        "declare simply": (world.within(world.locals[0].declare), [world.builder, world.slot], {}),
        "value": (world.within(world.locals[1].value), [world.builder, I32(3), *operations], {}),
    }


def variations(name: str) -> Iterator[tuple[World, Callable[..., Any], list[Any], dict[str, Any]]]:
    """Give the call of a function with each argument replaced by each of what is hostile, in a world of its own."""
    _, right, options = calls(World())[name]
    for place in (*range(len(right)), *options):
        for value in HOSTILE:
            world = World()
            function, positional, named = calls(world)[name]
            if isinstance(place, int):
                positional = [*positional[:place], value, *positional[place + 1 :]]
            else:
                named = {**named, place: value}
            yield world, function, positional, named


@pytest.mark.parametrize("name", calls(World()))
def test_a_wrong_argument_is_refused_or_does_no_harm(name: str) -> None:
    words = []
    for world, function, positional, named in variations(name):
        try:
            function(*positional, **named)
        except DebugInfoError as error:
            words.append(str(error))
        else:
            verified(world.text())
    assert words
    assert [each for each in words if ": " not in each] == [], "what is wrong: what to do"


@pytest.mark.parametrize(
    "option", ["module", "path", "directory", "source", "checksum", "language", "producer", "flags", "dwarf_version"]
)
def test_a_wrong_unit_is_refused_or_does_no_harm(option: str) -> None:
    words = []
    for value in HOSTILE:
        given = {"module": ir.Module("m"), "path": "a.toy", "directory": "/d", option: value}
        try:
            DIBuilder(**given)
        except DebugInfoError as error:
            words.append(str(error))
        else:
            verified(str(given["module"]))
    assert words
    assert [each for each in words if ": " not in each] == []


@pytest.mark.parametrize("lines", [None, 5, "x", []])
def test_lines_that_are_none_are_refused(lines: Any) -> None:
    with pytest.raises(DebugInfoError, match="is given as lines: give a dictionary"):
        line_table(ir.Module("m"), "p", lines)


def test_a_builder_that_stands_nowhere_is_refused() -> None:
    with pytest.raises(DebugInfoError, match="that stands in a block"):
        World().f.at(ir.IRBuilder(), 3)


def test_functions_and_variables_of_other_modules_are_refused() -> None:
    world, other = World(), World()
    with pytest.raises(DebugInfoError, match="give one of module 'm'"):
        world.di.function(other.bodies[1], "g", world.subroutine, 3)
    with pytest.raises(DebugInfoError, match="give one of module 'm'"):
        world.di.global_variable(other.variable, "v", world.int)

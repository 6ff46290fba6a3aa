"""Modules that are added before anybody needs them become one image, and stay modules of their own."""

import ctypes
import gc
import threading
from collections.abc import Iterator
from pathlib import Path

import llvmlite.binding as llvm
import pytest
from elftools.elf.elffile import ELFFile

from jitdbg import codegen, elf, llvmcalls
from jitdbg.codegen import Options
from jitdbg.engine import Engine
from jitdbg.errors import (
    ClosedError,
    CodegenError,
    InUseError,
    MissingSymbolsError,
    NameInUseError,
    ParseError,
    SymbolError,
)
from tests.sources import caller, constant


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


_int = ctypes.CFUNCTYPE(ctypes.c_int)


def is_mapped(path: str) -> bool:
    return path in Path("/proc/self/maps").read_text()


def test_added_modules_become_one_image_when_the_first_is_called(engine: Engine) -> None:
    dylibs = [engine.add(constant(number, f"f{number}"), name=f"m{number}") for number in range(5)]
    functions = [dylib.function(f"f{number}") for number, dylib in enumerate(dylibs)]
    assert [dylib.waiting for dylib in dylibs] == [True] * 5
    assert "not loaded yet" in repr(dylibs[0])
    assert functions[3]() == 3
    assert [dylib.waiting for dylib in dylibs] == [False] * 5
    assert [function() for function in functions] == list(range(5))
    assert len({dylib.path for dylib in dylibs}) == 1


def test_an_image_lists_its_modules_with_their_ir(engine: Engine) -> None:
    with engine.batch():
        dylibs = [engine.load(constant(number, f"f{number}"), name=f"m{number}") for number in range(3)]
    described = elf.describe(Path(dylibs[0].path).read_bytes())
    assert [each.name for each in described.modules] == ["m0", "m1", "m2"]
    assert [text.decode() for text in described.ir] == [constant(number, f"f{number}") for number in range(3)]


def test_a_batch_is_loaded_at_its_end(engine: Engine) -> None:
    with engine.batch():
        one = engine.load(constant(1, "one"))
        assert one.waiting
    assert not one.waiting
    assert one.function("one")() == 1


def test_an_address_that_is_asked_for_within_a_batch_loads_what_there_is(engine: Engine) -> None:
    with engine.batch():
        one = engine.load(constant(1, "one"))
        assert one.address("one")
        two = engine.load(constant(2, "two"))
    assert one.path != two.path


def test_modules_of_a_batch_refer_to_each_other_in_any_order(engine: Engine) -> None:
    with engine.batch():
        first = engine.load(caller("second", "first"))
        second = engine.load(constant(2, "second") + caller("third", "back"))
        third = engine.load(constant(3, "third"))
    assert first.function("first")() == 2
    assert second.function("back")() == 3
    with pytest.raises(InUseError, match=r"referred to by"):
        third.close()


def test_what_is_loaded_by_itself_finds_what_was_added(engine: Engine) -> None:
    engine.add(constant(7, "late"))
    assert engine.load(caller("late", "now")).function("now")() == 7


def test_a_second_definition_gets_an_image_of_its_own(engine: Engine) -> None:
    dylibs = [engine.add(constant(value), name=f"m{value}") for value in range(3)]
    assert [dylib.function("f")() for dylib in dylibs] == [0, 1, 2]
    assert len({dylib.path for dylib in dylibs}) == 3


def test_weak_definitions_share_an_image(engine: Engine) -> None:
    weak = [constant(1, "w").replace("define", "define weak") + constant(number, f"f{number}") for number in range(2)]
    dylibs = [engine.add(text) for text in weak]
    assert [dylib.function("w")() for dylib in dylibs] == [1, 1]
    assert dylibs[0].path == dylibs[1].path


def test_a_name_that_the_engine_defines_beats_that_of_another_module(engine: Engine) -> None:
    known = engine.load(constant(5, "hidden").replace("@hidden", "@elsewhere"))
    engine.define("callee", known.address("elsewhere"))
    with engine.batch():
        user = engine.load(caller("callee", "user"))
        engine.load(constant(6, "callee"))
    assert user.function("user")() == 5


def test_an_image_is_unmapped_with_its_last_module(engine: Engine) -> None:
    dylibs = [engine.add(constant(number, f"f{number}")) for number in range(3)]
    path, function = dylibs[0].path, dylibs[2].function("f2")
    dylibs[0].close()
    dylibs[1].close()
    assert is_mapped(path)
    assert function() == 2
    dylibs[2].close()
    assert not is_mapped(path)
    with pytest.raises(ClosedError):
        function()


def test_a_module_of_a_batch_reloads_by_itself(engine: Engine) -> None:
    dylibs = [engine.add(constant(number, f"f{number}")) for number in range(2)]
    functions = [dylib.function(f"f{number}") for number, dylib in enumerate(dylibs)]
    engine.reload(dylibs[0], constant(50, "f0"))
    assert [function() for function in functions] == [50, 1]
    assert [dylib.generation for dylib in dylibs] == [2, 1]


def test_a_module_that_cannot_be_loaded_does_not_keep_others_from_it(engine: Engine) -> None:
    broken = engine.add(caller("nowhere_to_be_found", "broken"))
    leaning = engine.add(caller("broken", "leaning"))
    good = engine.add(constant(1, "good"))
    assert good.function("good")() == 1
    for dylib, name in ((broken, "broken"), (leaning, "leaning")):
        with pytest.raises(MissingSymbolsError):
            dylib.function(name)()
        with pytest.raises(MissingSymbolsError):
            dylib.address(name)
    assert not broken.closed
    assert repr(broken) == f"<Dylib {broken.name!r}, can't be loaded>"
    broken.close()
    assert repr(broken) == f"<Dylib {broken.name!r}, closed>"
    engine.add(constant(2, "again"), name=broken.name).close()


def test_broken_ir_is_said_when_it_is_added(engine: Engine) -> None:
    with pytest.raises(ParseError):
        engine.add("define i32 @f( {\n}\n", name="broken")
    assert engine.add(constant(1, "f"), name="broken").function("f")() == 1


def test_a_name_is_taken_from_the_moment_it_is_added(engine: Engine) -> None:
    engine.add(constant(1, "f"), name="taken")
    with pytest.raises(NameInUseError):
        engine.add(constant(1, "g"), name="taken")


def test_a_function_that_is_not_there_is_said_by_its_first_call(engine: Engine) -> None:
    function = engine.add(constant(1, "f")).function("g")
    with pytest.raises(SymbolError, match=r"exports no 'g'"):
        function()


def test_a_module_that_is_closed_before_it_was_needed_is_never_loaded(engine: Engine) -> None:
    gone, kept = engine.add(constant(1, "gone")), engine.add(constant(2, "kept"))
    handle = gone.function("gone")
    gone.close()
    assert gone.closed
    assert b"gone" not in Path(kept.path).read_bytes()
    with pytest.raises(ClosedError):
        handle()


def test_an_engine_closes_with_modules_that_nobody_needed() -> None:
    with Engine() as engine:
        never = engine.add(constant(1, "never"))
    with pytest.raises(ClosedError):
        never.address("never")


def test_an_object_that_was_kept_is_taken_instead_of_compiling(engine: Engine) -> None:
    objects: list[bytes] = []
    engine.add(constant(1, "f"), name="first", on_object=objects.append).close()
    again = engine.add(constant(2, "f"), name="second", object_file=objects[0], on_object=objects.append)
    assert again.function("f", None if again.functions() else _int)() == 1
    assert len(objects) == 1


def test_threads_add_and_need_at_once(engine: Engine) -> None:
    results: dict[int, int] = {}

    def work(first: int) -> None:
        for number in range(first, first + 20):
            results[number] = engine.add(constant(number, f"t{number}")).function(f"t{number}")()

    threads = [threading.Thread(target=work, args=(first,)) for first in (0, 100, 200, 300)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 80
    assert all(number == value for number, value in results.items())


def test_a_dylib_that_others_refer_to_stays_while_a_batch_does(engine: Engine) -> None:
    provider = engine.load(constant(4), name="provider")
    with engine.batch():
        users = [engine.load(caller("f").replace("@g", f"@g{number}")) for number in range(2)]
    assert [user.function(f"g{number}")() for number, user in enumerate(users)] == [4, 4]
    users[0].close()
    with pytest.raises(InUseError):
        provider.close()
    engine.reload(provider, constant(5))
    assert users[1].function("g1")() == 5


def units(path: str) -> list[str]:
    """Name the units of debug info in an image."""
    with open(path, "rb") as file:
        found = ELFFile(file).get_dwarf_info().iter_CUs()
        return [unit.get_top_DIE().attributes["DW_AT_name"].value.decode() for unit in found]


def symbols(path: str) -> list[str]:
    return [symbol.name for symbol in elf.ElfFile(Path(path).read_bytes(), path).symbols]


def test_modules_that_are_emitted_together_keep_their_units_of_debug_info() -> None:
    with Engine(debug="ir") as engine, engine.batch():
        dylibs = [engine.load(constant(number, f"f{number}"), name=f"m{number}") for number in range(3)]
        assert units(dylibs[0].path) == ["m0.ll", "m1.ll", "m2.ll"]
        assert {dylib.path for dylib in dylibs} == {dylibs[0].path}


def test_what_is_internal_keeps_its_name_where_two_modules_have_it(engine: Engine) -> None:
    helper = "define internal i32 @helper() noinline {\n  ret i32 %d\n}\n"
    user = "define i32 @f%d() {\n  %%r = call i32 @helper()\n  ret i32 %%r\n}\n"
    with engine.batch():
        dylibs = [engine.load((helper + user) % (number, number)) for number in range(2)]
    assert [dylib.function(f"f{number}")() for number, dylib in enumerate(dylibs)] == [0, 1]
    assert dylibs[0].path == dylibs[1].path
    assert [name for name in symbols(dylibs[0].path) if name.startswith("helper")] == ["helper", "helper"]


def test_a_declaration_that_nothing_uses_refers_to_nobody(engine: Engine) -> None:
    with engine.batch():
        provider = engine.load(constant(1, "provider"))
        engine.load("declare i32 @provider()\n" + constant(2, "user"))
    provider.close()


def test_modules_that_do_not_link_with_each_other_are_loaded_all_the_same(engine: Engine) -> None:
    flag = '!llvm.module.flags = !{{!0}}\n!0 = !{{i32 1, !"of one value only", i32 {}}}\n'
    with engine.batch():
        dylibs = [engine.load(constant(number, f"f{number}") + flag.format(number)) for number in range(2)]
    assert [dylib.function(f"f{number}")() for number, dylib in enumerate(dylibs)] == [0, 1]
    assert dylibs[0].path == dylibs[1].path


def test_a_module_that_no_code_can_be_made_of_does_not_keep_others_from_it(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    emit = codegen.emit_object

    def refuse(module: llvm.ModuleRef, options: Options, name: str) -> bytes:
        if any(function.name == "no_code" for function in module.functions):
            raise CodegenError(f"{name}: LLVM can't make code of it")
        return emit(module, options, name)

    monkeypatch.setattr(codegen, "emit_object", refuse)
    monkeypatch.setattr(llvmcalls, "find_object", lambda *_: None)
    with engine.batch():
        broken = engine.load(constant(7, "no_code"), name="broken")
        good = [engine.load(constant(number, f"f{number}")) for number in range(2)]
    assert [dylib.function(f"f{number}")() for number, dylib in enumerate(good)] == [0, 1]
    with pytest.raises(CodegenError, match="broken: LLVM can't make code of it"):
        broken.address("no_code")


@pytest.fixture
def parses(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What LLVM parses from now on."""
    texts: list[str] = []
    parse, find_object = llvm.parse_assembly, llvmcalls.find_object
    monkeypatch.setattr(llvm, "parse_assembly", lambda text, *rest: (texts.append(text), parse(text, *rest))[1])
    monkeypatch.setattr(llvmcalls, "find_object", lambda text, *rest: (texts.append(text), find_object(text, *rest))[1])
    return texts


def test_a_module_that_is_needed_at_once_is_parsed_once(engine: Engine, parses: list[str]) -> None:
    with engine.batch():
        for number in range(3):
            dylib = engine.load(constant(number, f"f{number}"))
            assert dylib.function(f"f{number}")() == number
            assert len(parses) == number + 1


def test_modules_that_wait_for_each_other_do_not_stay_parsed(engine: Engine, parses: list[str]) -> None:
    dylibs = [engine.add(constant(number, f"f{number}")) for number in range(3)]
    assert dylibs[0].function("f0")() == 0
    assert len(parses) == 6


def test_what_was_parsed_ends_with_who_is_forgotten() -> None:
    checked = codegen.Checked(codegen.prepare(constant(1, "f"), codegen.Options()))
    checked.cycle, module = checked, checked._module  # type: ignore[attr-defined]
    del checked
    assert not module.closed
    gc.collect()
    assert module.closed


def test_what_the_code_generator_calls_by_itself_is_found_in_other_dylibs(engine: Engine) -> None:
    called: list[int] = []
    prototype = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double, ctypes.c_double)

    def fmod(_: float, __: float) -> float:
        called.append(1)
        return 42.0

    engine.define("fmod", prototype(fmod))
    rest = "define double @{}(double %x, double %y) {{\n  %r = frem double %x, %y\n  ret double %r\n}}\n"
    with engine.batch():
        dylibs = [engine.load(rest.format(name)) for name in ("one", "two")]
    assert [dylib.function(name)(5.0, 3.0) for name, dylib in zip(("one", "two"), dylibs, strict=True)] == [42.0, 42.0]
    assert called == [1, 1]


REMAINDER = "define double @b(double %x) {\n  %r = frem double %x, 2.0\n  ret double %r\n}\n"
INTERNAL = """define internal double @{name}(double %x, double %y) noinline {{
  ret double 77.0
}}
define double @a() {{
  %r = call double @{name}(double 1.0, double 1.0)
  ret double %r
}}
"""


@pytest.mark.parametrize("name", ["fmod", "helper"])
def test_what_is_internal_does_not_answer_what_the_code_generator_calls(engine: Engine, name: str) -> None:
    with engine.batch():
        first = engine.load(INTERNAL.format(name=name))
        second = engine.load(REMAINDER)
    assert first.function("a")() == 77.0
    assert second.function("b")(5.5) == 1.5

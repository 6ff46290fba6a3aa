"""Sources go in, dylibs come out, functions are called: the engine from end to end."""

import ctypes
import enum
import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import llvmlite.binding as llvm
import llvmlite.ir
import pytest

from jitdbg import codegen, elf
from jitdbg.build import build
from jitdbg.engine import Engine
from jitdbg.errors import (
    CallError,
    ClosedError,
    InUseError,
    JitdbgError,
    LinkError,
    LoadError,
    MissingSymbolsError,
    NameInUseError,
    ParseError,
    SignatureError,
    SymbolError,
    TargetError,
    ToolMissingError,
    VerifyError,
)
from tests.sources import FIB, caller, constant, constructor


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


@pytest.mark.parametrize("linker", ["ld", "lld", "mold", "cc", None])
@pytest.mark.parametrize("opt_level", [0, 2])
def test_ir_becomes_a_function_with_every_linker(linker: str | None, opt_level: int) -> None:
    with Engine(linker=linker, opt_level=opt_level) as engine:
        assert engine.load(FIB).function("fib")(20) == 6765


@pytest.mark.parametrize("store", ["file", "memfd"])
@pytest.mark.parametrize("debug", ["source", "ir", "auto", "none"])
@pytest.mark.parametrize("isolate", [False, True])
def test_every_kind_of_engine_loads(store: str, debug: str, isolate: bool) -> None:
    with Engine(store=store, debug=debug, isolate=isolate) as engine:
        dylib = engine.load(FIB, name="fib")
        assert dylib.function("fib")(10) == 55
        sections = {section.name for section in elf.ElfFile(Path(dylib.path).read_bytes()).sections}
        assert (".debug_line" in sections) == (debug in ("ir", "auto"))


def test_sources_of_every_kind_load(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "text.ll").write_text(FIB)
    (tmp_path / "code.bc").write_bytes(llvm.parse_assembly(FIB).as_bitcode())
    (tmp_path / "plain.c").write_text("int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }\n")
    (tmp_path / "plus.cpp").write_text('extern "C" int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }\n')
    subprocess.run(["gcc", "-g", "-fPIC", "-c", "plain.c", "-o", "object.o"], cwd=tmp_path, check=True)
    module = llvmlite.ir.Module("built")
    word = llvmlite.ir.IntType(32)
    function = llvmlite.ir.Function(module, llvmlite.ir.FunctionType(word, [word]), "fib")
    llvmlite.ir.IRBuilder(function.append_basic_block()).ret(llvmlite.ir.Constant(word, 55))
    prototype = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)
    paths = [tmp_path / name for name in ("text.ll", "code.bc", "plain.c", "plus.cpp", "object.o")]
    dylibs = [engine.load(source) for source in (*paths, module, llvm.parse_assembly(FIB))]
    assert [dylib.function("fib", prototype)(10) for dylib in dylibs] == [55] * 7
    names = [dylib.name for dylib in dylibs]
    assert names == ["text", "code", "plain", "plus", "object", "built", "module-1"]


def test_two_dylibs_may_have_one_function_name(engine: Engine) -> None:
    one, two = engine.load(constant(1), name="one"), engine.load(constant(2), name="two")
    assert (one.function("f")(), two.function("f")()) == (1, 2)
    assert one.address("f") != two.address("f")


def test_globals_are_views_of_memory(engine: Engine) -> None:
    text = "@count = global i64 5\n@table = global [3 x i16] [i16 1, i16 2, i16 3]\n"
    text += "@pair = global { i8, i32 } zeroinitializer\n"
    dylib = engine.load(text + "define i64 @get() {\n  %v = load i64, ptr @count\n  ret i64 %v\n}\n")
    dylib["count"].value += 37
    assert dylib.function("get")() == 42
    assert list(dylib["table"]) == [1, 2, 3]
    with pytest.raises(SignatureError, match=r"dylib\.variable\('pair', TYPE\)"):
        dylib["pair"]
    assert dylib.variable("pair", ctypes.c_uint64).value == 0
    with pytest.raises(SignatureError, match=r"use function\('get'\)"):
        dylib["get"]


def test_names_that_are_not_there_are_refused_with_a_hint(engine: Engine) -> None:
    dylib = engine.load(FIB, name="fib")
    with pytest.raises(SymbolError, match="dylib 'fib' exports no 'fob': did you mean 'fib'"):
        dylib.function("fob")
    with pytest.raises(SymbolError, match="exports no 'printf'"):
        dylib.address("printf")


def test_what_is_no_name_and_no_type_is_refused(engine: Engine) -> None:
    dylib = engine.load(constant(1) + "@x = global i32 3\n", name="d")
    for ask in (dylib.function, dylib.address, dylib.__getitem__):
        with pytest.raises(SymbolError, match=r"^3 is given as the name of a function or variable: give a str"):
            ask(3)  # type: ignore[arg-type]
    with pytest.raises(SignatureError, match=r"'x' can't be taken as <class 'int'>: give a ctypes type"):
        dylib.variable("x", int)
    for load in (engine.load, engine.add):
        with pytest.raises(JitdbgError, match=r"^3 is given as the name of a dylib: give a str"):
            load(constant(2), name=3)  # type: ignore[arg-type]
    with pytest.raises(JitdbgError, match=r"^'d' is given as the dylib to close"):
        engine.close_dylib("d")  # type: ignore[arg-type]


def test_wrong_calls_are_refused(engine: Engine) -> None:
    fib = engine.load(FIB, name="fib").function("fib")
    with pytest.raises(CallError, match="'fib' takes 1 argument, 2 given"):
        fib(1, 2)
    with pytest.raises(CallError, match="can't be passed as i32"):
        fib("ten")


def test_aliases_are_exported(engine: Engine) -> None:
    dylib = engine.load(constant(3) + "@also = alias i32 (), ptr @f\n")
    assert dylib.function("also", ctypes.CFUNCTYPE(ctypes.c_int))() == 3


def test_constructors_run_in_the_order_of_their_priorities(engine: Engine) -> None:
    calls: list[int] = []
    callback = ctypes.CFUNCTYPE(None, ctypes.c_int)(calls.append)
    engine.define("note", callback)
    functions = "".join(f"define void @c{n}() {{\n  call void @note(i32 {n})\n  ret void\n}}\n" for n in (1, 2, 3))
    element = "{ i32, ptr, ptr }"
    priorities = {3: 65535, 1: 100, 2: 200}
    entries = ", ".join(f"{element} {{ i32 {priorities[n]}, ptr @c{n}, ptr null }}" for n in priorities)
    table = f"@llvm.global_ctors = appending global [3 x {element}] [{entries}]\n"
    engine.load(f"{table}declare void @note(i32)\n{functions}")
    assert calls == [1, 2, 3]


def test_a_definition_is_called_and_a_later_one_takes_its_place(engine: Engine) -> None:
    engine.define("f", ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 7))
    g = engine.load(caller()).function("g")
    assert g() == 7
    engine.define("f", ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 8))
    assert g() == 8


def test_data_that_leads_to_an_earlier_definition_still_does(engine: Engine) -> None:
    engine.define("f", ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 7))
    call = "define i32 @g() {\n  %f = load ptr, ptr @table\n  %v = call i32 %f()\n  ret i32 %v\n}\n"
    g = engine.load(f"declare i32 @f()\n@table = global ptr @f\n{call}").function("g")
    engine.define("f", ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 8))
    gc.collect()
    in_freed_memory = [ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 9) for _ in range(10)]
    assert g() == 7
    assert in_freed_memory


def test_a_definition_comes_before_the_process(engine: Engine) -> None:
    engine.define("getpid", ctypes.CFUNCTYPE(ctypes.c_int)(lambda: -1))
    assert engine.load(caller("getpid")).function("g")() == -1


def test_data_can_be_defined(engine: Engine) -> None:
    data = ctypes.c_int(41)
    engine.define("data", data)
    text = "@data = external global i32\ndefine i32 @get() {\n  %v = load i32, ptr @data\n  ret i32 %v\n}\n"
    get = engine.load(text).function("get")
    data.value += 1
    assert get() == 42


def test_a_dylib_refers_to_another_one(engine: Engine) -> None:
    engine.load(constant(5), name="provider")
    assert engine.load(caller(), name="user").function("g")() == 5


def test_engines_do_not_see_each_others_dylibs(engine: Engine) -> None:
    with Engine() as other:
        other.load(constant(5))
        with pytest.raises(MissingSymbolsError):
            engine.load(caller())


def test_all_missing_symbols_are_listed_with_their_uses(engine: Engine) -> None:
    text = caller("absent") + caller("gone", "h") + caller("getpid", "p")
    with pytest.raises(MissingSymbolsError) as caught:
        engine.load(text, name="broken")
    assert caught.value.uses.keys() == {"absent", "gone"}
    assert str(caught.value).startswith("broken refers to symbols that nobody defines: absent (used in g")
    assert "gone (used in h" in str(caught.value)
    assert engine.load(constant(1), name="broken").function("f")() == 1, "the name is free after the failure"


def test_what_a_library_of_the_image_has_is_not_missing(engine: Engine) -> None:
    text = "define double @f(double %a) {\n  %h = fpext double %a to fp128\n  %r = fptrunc fp128 %h to double\n"
    text += "  call void @absent()\n  ret double %r\n}\ndeclare void @absent()\n"
    with pytest.raises(MissingSymbolsError) as caught:
        engine.load(text, name="wide")
    assert list(caught.value.uses) == ["absent"]
    assert "or LD_PRELOAD before the process starts" in str(caught.value)


def test_routines_of_the_compiler_s_runtime_are_told_as_that(engine: Engine) -> None:
    with pytest.raises(MissingSymbolsError) as caught:
        engine.load(caller("__truncdfzf2") + caller("__absenttf3", "h"), name="wide")
    assert "Engine.define" in str(caught.value), "one of them is somebody's own"
    with pytest.raises(MissingSymbolsError) as caught:
        engine.load(caller("__absentdfbf2"), name="wide")
    assert str(caught.value) == (
        "wide refers to symbols that nobody defines: __absentdfbf2 (used in g): such routines are the compiler's own "
        "runtime, and this machine's libgcc_s lacks them: install a newer one, or do without that type or operation"
    )


def test_a_name_is_loaded_once(engine: Engine) -> None:
    engine.load(constant(1), name="once")
    with pytest.raises(NameInUseError, match="a dylib named 'once' is loaded: reload it, close it"):
        engine.load(constant(2), name="once")


def test_close_unmaps_and_refuses_while_somebody_refers_to_it(engine: Engine) -> None:
    provider, user = engine.load(constant(5), name="provider"), engine.load(caller(), name="user")
    f, g, path = provider.function("f"), user.function("g"), provider.path
    with pytest.raises(InUseError, match="dylib 'provider' is referred to by user: close those first"):
        provider.close()
    assert g() == 5
    user.close()
    provider.close()
    provider.close()
    assert path not in Path("/proc/self/maps").read_text()
    for use in (f, g, lambda: provider.function("f"), lambda: provider.path):
        with pytest.raises(ClosedError, match="is closed"):
            use()
    assert engine.load(constant(6), name="provider").function("f")() == 6


def test_closing_the_engine_closes_everything() -> None:
    with Engine() as engine:
        f = engine.load(constant(1), name="one").function("f")
        engine.load(caller(), name="two")
    engine.close()
    assert engine.dylibs == {}
    with pytest.raises(ClosedError):
        f()
    with pytest.raises(ClosedError, match="the engine is closed"):
        engine.load(constant(1))


def test_a_dylib_may_be_closed_after_its_engine() -> None:
    with Engine() as engine, engine.load(constant(1)) as dylib:
        engine.close()
    dylib.close()


def test_the_engine_can_not_be_closed_by_a_constructor_of_what_it_loads(engine: Engine) -> None:
    refusals: list[str] = []

    def close() -> None:
        with pytest.raises(InUseError) as caught:
            engine.close()
        refusals.append(str(caught.value))

    engine.define("note", ctypes.CFUNCTYPE(None)(close))
    engine.load(constructor("note"), name="outer")
    assert refusals == ["the engine is loading outer in this thread: close it after that"]


def test_functions_that_others_cannot_bind_to_are_not_listed(engine: Engine) -> None:
    dylib = engine.load(constant(1) + constant(2, "mine").replace("define", "define hidden"))
    assert list(dylib.functions()) == ["f"]
    with pytest.raises(SymbolError, match="exports no 'mine'"):
        dylib.function("mine")


def test_images_describe_themselves(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "fib.ll").write_text(FIB)
    dylib = engine.load(tmp_path / "fib.ll")
    described = elf.describe(Path(dylib.path).read_bytes())
    assert described.build_id == dylib.build_id
    (module,) = described.modules
    assert (module.name, module.generation, module.source, module.opt_level) == ("fib", 1, str(tmp_path / "fib.ll"), 0)
    assert module.versions["llvm"] == ".".join(map(str, llvm.llvm_version_info))
    assert described.ir == (FIB.encode(),), "the IR as it was given"


def test_build_ids_are_never_equal(engine: Engine) -> None:
    assert engine.load(FIB, name="one").build_id != engine.load(FIB, name="two").build_id


@pytest.mark.parametrize(("source", "error"), [(caller("absent"), LoadError), ("define nonsense\n", ParseError)])
def test_what_fails_leaves_neither_image_nor_text(source: str, error: type[Exception]) -> None:
    with Engine(debug="ir") as engine:
        directory = Path(engine.load(constant(1)).path).parent
        before = sorted(directory.iterdir())
        with pytest.raises(error):
            engine.load(source)
        assert sorted(directory.iterdir()) == before


def test_no_text_of_equally_named_files_is_left_after_a_failure(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "same.h").write_text(f"static inline int {folder}(void) {{ return 1; }}\n")
    includes = '#include "one/same.h"\n#include "two/same.h"\n'
    (tmp_path / "m.c").write_text(f"{includes}int absent(void);\nint f(void) {{ return one() + two() + absent(); }}\n")
    with Engine(sources="kept") as engine:
        directory = Path(engine.load(constant(1)).path).parent
        before = sorted(directory.iterdir())
        with pytest.raises(MissingSymbolsError):
            engine.load(tmp_path / "m.c")
        assert sorted(directory.iterdir()) == before


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"store": "tape"}, "tape"),
        ({"debug": "dwarf"}, "debug='dwarf' does not exist: give one of 'source', 'ir', 'lines', 'auto', 'none'"),
        ({"sources": "mine"}, "sources='mine' does not exist"),
        ({"opt_level": 9}, "optimisation level 9 does not exist"),
        ({"opt_level": 2.0}, "optimisation level 2.0 does not exist: give 0, 1, 2 or 3"),
        ({"opt_level": "2"}, "optimisation level '2' does not exist"),
        ({"linker": "gold"}, "there is no linker called 'gold'; choose one of memory, ld, lld, mold, cc"),
    ],
)
def test_an_unknown_option_is_refused_at_once(options: dict[str, object], words: str) -> None:
    with pytest.raises(JitdbgError, match=words):
        Engine(**options)


class Level(int, enum.Enum):
    """Levels whose text, in some versions of Python, is a name and no number."""

    SOME = 1

    __str__ = __repr__ = __format__ = lambda *_: "some"


@pytest.mark.parametrize("level", [Level.SOME, True])
def test_a_level_can_be_any_sort_of_number(level: int, tmp_path: Path) -> None:
    source = tmp_path / "f.c"
    source.write_text("int f(void) { return 1; }\n")
    with Engine(opt_level=level) as engine:
        dylib = engine.load(source)
        images = [Path(dylib.path).read_bytes(), build(source, soname="f.so", opt_level=level)]
        assert dylib.function("f")() == 1
    assert [elf.describe(image).modules[0].opt_level for image in images] == [1, 1]


def test_a_missing_compiler_is_said_with_its_install_command(tmp_path: Path) -> None:
    (tmp_path / "f.c").write_text("int f(void) { return 1; }\n")
    script = f"from jitdbg.engine import Engine\nEngine().load({str(tmp_path / 'f.c')!r})"
    environment = {**os.environ, "PATH": "/nonexistent"}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment)
    assert ToolMissingError.__name__ in done.stderr
    assert "clang" in done.stderr.splitlines()[-1]
    assert "install" in done.stderr.splitlines()[-1]


def test_the_process_stack_stays_non_executable(engine: Engine) -> None:
    engine.load(FIB)
    stack = next(line for line in Path("/proc/self/maps").read_text().splitlines() if line.endswith("[stack]"))
    assert "rw-p" in stack


def test_what_llvm_says_of_a_module_is_about_the_users_text() -> None:
    text = "define i32 @bad(i32 %x) {\n  %a = add i32 %b, 1\n  %b = add i32 %x, 1\n  ret i32 %a\n}\n"
    with Engine(debug="ir") as engine, pytest.raises(VerifyError, match=r"function 'bad'.*%b = add i32 %x") as caught:
        engine.load(text)
    assert "!dbg" not in str(caught.value)


@pytest.mark.parametrize("linker", ["memory", "ld"])
def test_thread_local_data_of_another_dylib_is_refused_with_a_way_out(linker: str) -> None:
    with Engine(linker=linker) as engine:
        engine.load("@t = thread_local global i32 1\n", name="owner")
        text = "@t = external thread_local global i32\ndefine i32 @get() {\n  %v = load i32, ptr @t\n  ret i32 %v\n}\n"
        with pytest.raises(LinkError, match=r"R_X86_64_TLSGD .* can't refer to t, .*: a thread-local"):
            engine.load(text, name="user")


def test_an_object_for_another_machine_is_told_by_its_machine(tmp_path: Path) -> None:
    (tmp_path / "a64.o").write_bytes(codegen.compile_text(FIB, codegen.Options(triple="aarch64-linux-gnu")).data)
    with Engine() as engine, pytest.raises(TargetError) as caught:
        engine.load(tmp_path / "a64.o")
    assert str(caught.value).endswith("a64.o is made for AArch64, this process is x86-64: compile it for that")

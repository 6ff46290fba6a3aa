"""Sources of every kind become IR text, and text becomes a verified module."""

import gc
from pathlib import Path

import llvmlite.binding as llvm
import llvmlite.ir
import pytest

from jitdbg import codegen, frontend
from jitdbg.codegen import Options
from jitdbg.errors import ParseError, SourceError, TargetError, VerifyError
from jitdbg.frontend import Source
from jitdbg.linker import Object

SQUARE = "define i32 @square(i32 %x) {\n  %y = mul i32 %x, %x\n  ret i32 %y\n}\n"
TARGET = codegen.target(Options())


def _text(source: Source | Object) -> str:
    assert isinstance(source, Source)
    return source.text


def test_text_is_kept_as_given() -> None:
    assert frontend.read(SQUARE) == Source(SQUARE, "")
    assert frontend.read(SQUARE.encode()) == Source(SQUARE, "")
    assert frontend.read("define void @f() { ret void }") == Source("define void @f() { ret void }", "")


def test_a_file_gives_its_text_stem_and_absolute_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("square.ll").write_text(SQUARE)
    source = frontend.read("square.ll")
    assert source == Source(SQUARE, "square", tmp_path / "square.ll")
    assert source == frontend.read(tmp_path / "square.ll")


@pytest.mark.parametrize("name", ["target/f.ll", "define.ll", "declared.ll", "@f.ll", "source_filename.ll"])
def test_a_file_may_have_a_name_that_begins_like_ir(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).write_text(SQUARE)
    assert _text(frontend.read(name)) == SQUARE


@pytest.mark.parametrize(
    "line",
    ['@"a b" = global i32 1', "%t = type i8", "!0 = !{}", 'source_filename="f"', "; nothing", 'target triple = "x"'],
)
def test_one_line_of_ir_is_ir(line: str) -> None:
    assert _text(frontend.read(line)) == line


@pytest.mark.parametrize(
    ("text", "words"), [("\n\0", ":2: IR can't hold the character NUL"), ("\n\udc80", "character 1 of")]
)
def test_characters_that_llvm_can_not_read_are_refused(text: str, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        frontend.read(text)


def test_a_path_that_goes_up_is_made_plain(tmp_path: Path) -> None:
    for folder in ("real/deep", "other"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "link").symlink_to("real/deep")
    (tmp_path / "real" / "square.ll").write_text(SQUARE)
    for given in ("other/../real/square.ll", "link/../square.ll"):
        read = frontend.read(tmp_path / given)
        assert isinstance(read, Source)
        assert read.path == tmp_path / "real" / "square.ll"
    linked = frontend.read(tmp_path / "link" / ".." / "deep" / ".." / "square.ll")
    assert frontend.origin(linked) == str(tmp_path / "real" / "square.ll")


def test_bitcode_comes_back_as_text(tmp_path: Path) -> None:
    bitcode = llvm.parse_assembly(SQUARE).as_bitcode()
    (tmp_path / "square.bc").write_bytes(bitcode)
    assert "mul i32 %x, %x" in _text(frontend.read(bitcode))
    assert _text(frontend.read(tmp_path / "square.bc")) == _text(frontend.read(bitcode))


def test_llvmlite_modules_are_read_and_not_changed() -> None:
    module = llvmlite.ir.Module("triple")
    function = llvmlite.ir.Function(module, llvmlite.ir.FunctionType(llvmlite.ir.VoidType(), []), "f")
    llvmlite.ir.IRBuilder(function.append_basic_block()).ret_void()
    reference = llvm.parse_assembly(SQUARE)
    before = str(module), str(reference)
    assert frontend.read(module) == Source(before[0], "triple")
    codegen.compile_text(_text(frontend.read(module)), Options(opt_level=2))
    codegen.compile_text(_text(frontend.read(reference)), Options(opt_level=2))
    assert (str(module), str(reference)) == before


def test_an_object_is_handed_to_the_linker(tmp_path: Path) -> None:
    data = codegen.compile_text(SQUARE, Options()).data
    (tmp_path / "square.o").write_bytes(data)
    assert frontend.read(tmp_path / "square.o") == Object(str(tmp_path / "square.o"), data)


@pytest.mark.parametrize(("suffix", "linkage"), [(".c", "square"), (".cpp", "_Z6squarei"), (".cc", "_Z6squarei")])
@pytest.mark.parametrize("opt_level", [0, 2])
def test_c_and_cpp_become_ir_with_debug_info_that_is_not_optimised(
    tmp_path: Path, suffix: str, linkage: str, opt_level: int
) -> None:
    path = tmp_path / f"square{suffix}"
    path.write_text("int square(int x) { int y = x * x; return y + BIAS; }\n")
    text = _text(frontend.read(path, opt_level=opt_level, cflags=["-DBIAS=1"]))
    assert f"@{linkage}(" in text
    assert "!DILocalVariable" in text
    assert "alloca i32" in text, "the variables are still in memory"
    assert "optnone" not in text


@pytest.mark.parametrize(
    ("source", "error", "words"),
    [
        ("missing.ll", SourceError, r"missing\.ll: No such file or directory: name a file that can be read"),
        ("archive.zip", SourceError, r"archive\.zip: unknown kind of source '\.zip': give one of \.ll, \.bc"),
        (b"\xff\xfe", SourceError, r"<bytes>: neither IR text, bitcode nor an ELF object: byte 0 is no UTF-8"),
        (b"!<arch>\nm.o/", SourceError, r"<bytes> is an archive: take its objects out with `ar x`$"),
        (b"!<thin>\n//", SourceError, r"<bytes> is a thin archive: give the objects that `ar t` lists$"),
        ("", SourceError, "the text is empty: give IR text, or the path of a file"),
        (b"", SourceError, "<bytes> is empty: give IR text, bitcode or an object"),
        (b"BC\xc0\xdebroken", ParseError, r"<bytes>: broken bitcode, or newer than LLVM"),
        (42, SourceError, r"int is no source: give IR text, a path"),
    ],
)
def test_what_is_no_source_is_refused(source: object, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        frontend.read(source)  # type: ignore[arg-type]


def test_a_device_is_no_source_whatever_it_is_called(tmp_path: Path) -> None:
    endless = tmp_path / "endless.o"
    endless.symlink_to("/dev/zero")
    with pytest.raises(SourceError, match=r"endless\.o: It is a device: name a file that can be read"):
        frontend.read(endless)


def test_an_error_in_c_names_file_line_and_column(tmp_path: Path) -> None:
    path = tmp_path / "bad.c"
    path.write_text("int f(void) {\n  return x;\n}\n")
    with pytest.raises(ParseError, match=r"bad\.c:2:10: use of undeclared identifier 'x'") as caught:
        frontend.read(path)
    assert (caught.value.file, caught.value.line, caught.value.column) == (str(path), 2, 10)


def test_an_error_in_ir_has_the_line_and_column_of_the_users_text() -> None:
    with pytest.raises(ParseError, match=r"bad\.ll:1:41: null must be a pointer type") as caught:
        codegen.compile_text("define i32 @f(i32 %x) nounwind {ret i32 null }", Options(), "bad.ll")
    assert (caught.value.line, caught.value.column) == (1, 41)


def test_ir_that_does_not_verify_names_the_function() -> None:
    good = "".join(f"define i32 @good{n}(i32 %x) {{\n  ret i32 %x\n}}\n" for n in range(5))
    bad = "define i32 @bad(i32 %x) {\n  %a = add i32 %b, 1\n  %b = add i32 %x, 1\n  ret i32 %a\n}\n"
    with pytest.raises(VerifyError, match=r"function 'bad' of m\.ll does not verify: Instruction does") as caught:
        codegen.compile_text(good + bad + SQUARE, Options(), "m.ll")
    assert caught.value.function == "bad"


def test_triple_and_data_layout_are_set_where_missing() -> None:
    for header in ("", 'target triple = "unknown-unknown-unknown"\ntarget datalayout = ""\n'):
        with frontend.module(header + SQUARE, TARGET) as module:
            assert module.triple == TARGET.triple
            assert module.data_layout == TARGET.layout


def test_other_spellings_of_this_machine_are_accepted() -> None:
    architecture = TARGET.triple.partition("-")[0]
    for triple in (f"{architecture}-pc-linux-gnu", f"{architecture}-linux-gnu"):
        with frontend.module(f'target triple = "{triple}"\n{SQUARE}', TARGET) as module:
            assert module.triple == triple


@pytest.mark.parametrize("triple", ["riscv64-unknown-linux-gnu", "x86_64-apple-macosx14", "x86_64-linux-gnux32"])
def test_a_foreign_triple_is_refused_by_name(triple: str) -> None:
    with pytest.raises(TargetError, match=rf"m\.ll was made for {triple}.*--target {triple}") as caught:
        _enter(f'target triple = "{triple}"\n{SQUARE}')
    assert caught.value.triple == triple


def test_a_foreign_data_layout_is_refused() -> None:
    with pytest.raises(TargetError, match=r"m\.ll has the data layout 'e-p:32:32'"):
        _enter(f'target datalayout = "e-p:32:32"\n{SQUARE}')


def test_a_module_that_is_held_by_a_traceback_is_collected_without_a_crash() -> None:
    for _ in range(20):
        with pytest.raises(TargetError) as caught:
            _enter(f'target datalayout = "e-p:32:32"\n{SQUARE}')
        caught.cycle = caught
    gc.collect()


def _enter(text: str) -> None:
    with frontend.module(text, TARGET, "m.ll"):
        pass


def test_a_parse_error_speaks_of_the_text_that_was_given() -> None:
    given = "define i32 @f(i32 %x) {\n  ret i32 %x %x\n}\n"
    with (
        pytest.raises(ParseError, match=r"given\.ll:3:1: expected '=' after instruction name") as caught,
        frontend.ErrorsIn(given, "given.ll"),
        frontend.module(given.replace("%x %x", "%x %x, !dbg !1"), TARGET, "given.ll"),
    ):
        pass
    assert (caught.value.line, caught.value.column) == (3, 1)


@pytest.mark.parametrize(
    "fails", ["define void @f(", "%S = type { i1 } define i32 @f() { ret void }", "@v = global %S"]
)
def test_modules_one_after_another_know_nothing_of_each_other(fails: str) -> None:
    for size in (4, 8, 16):
        text = f"%S = type {{ [{size} x i8] }}\n@v = global %S zeroinitializer\n!n = !{{!0}}\n!0 = !{{i32 {size}}}\n"
        with frontend.module(text, TARGET) as module:
            assert f"{{ [{size} x i8] }}" in str(module)
            assert f"!0 = !{{i32 {size}}}" in str(module)
        with pytest.raises(SourceError), frontend.module(fails, TARGET):
            pass


def test_what_modules_leave_in_llvm_has_a_bound() -> None:
    for number in range(40):
        text = "".join(f"define i32 @f{n}() {{ ret i32 {number * 1000 + n} }}\n" for n in range(300))
        with frontend.module(text, TARGET):
            pass
        assert all(held < 300_000 for _, held in frontend._contexts)

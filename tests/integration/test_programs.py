"""Sources become programs, as a dylib in a host and as a plain executable; they are run without a debugger."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from jitdbg.errors import JitdbgError, SourceError, ToolError
from jitdbg.harness.backend import Program
from jitdbg.harness.code_lines import code_lines
from jitdbg.harness.programs import Recipe, as_dylib, as_executable, with_code

Make = Callable[[Recipe, Path], Program]
BOTH = pytest.mark.parametrize("make", [as_dylib, as_executable])
IR = """
declare i32 @printf(ptr, ...)
@format = private constant [18 x i8] c"%d %d %.3f %s %d\\0A\\00"
define void @show(i8 signext %small, i16 zeroext %large, float %real, ptr %text, i1 %yes) {
  %a = sext i8 %small to i32
  %b = zext i16 %large to i32
  %c = fpext float %real to double
  %d = zext i1 %yes to i32
  call i32 (ptr, ...) @printf(ptr @format, i32 %a, i32 %b, double %c, ptr %text, i32 %d)
  ret void
}
"""
C = "#include <stdio.h>\nlong show(long number, double real, const char *text) {\n" + (
    '  return printf("%ld %.2f %s %d\\n", number, real, text ? text : "nothing", LEVEL);\n}\n'
)
CC = "#include <cstdio>\n#include <string>\nextern \"C\" void show() { std::puts(std::string(40, 'x').c_str()); }\n"
MAIN = "#include <stdio.h>\nint main(int count, char **words) { puts(words[count - 1]); return count; }\n"


def written(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text)
    return folder / name


def run(program: Program) -> tuple[int, str]:
    """Run a program; gives its status and the first line printed, behind which `jitdbg run` prints the result."""
    done = subprocess.run(
        program.command, cwd=program.directory, env=program.environment, capture_output=True, text=True, timeout=60
    )
    return done.returncode, (done.stdout + done.stderr).partition("\n")[0]


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """The folder for what is made; its name has a space."""
    path = tmp_path / "made here"
    path.mkdir()
    return path


@BOTH
def test_ir_is_called_by_its_own_types(make: Make, tmp_path: Path, made: Path) -> None:
    call = "show(-3, 65535, 0.1, 'a \"text\"', True)"

    recipe = Recipe(written(tmp_path, "show.ll", IR), call)

    assert run(make(recipe, made)) == (0, '-3 65535 0.100 a "text" 1')


@BOTH
def test_c_is_compiled_with_its_flags_and_at_a_level(make: Make, tmp_path: Path, made: Path) -> None:
    recipe = Recipe(written(tmp_path, "show.c", C), "show(1, 2, None)", flags=("-DLEVEL=__OPTIMIZE__+1",), level=2)

    assert run(make(recipe, made)) == (0, "1 2.00 nothing 2")


@BOTH
def test_cplusplus_has_its_library(make: Make, tmp_path: Path, made: Path) -> None:
    assert run(make(Recipe(written(tmp_path, "show.cc", CC), "show()"), made)) == (0, "x" * 40)


@BOTH
def test_main_gets_arguments_and_gives_the_status(make: Make, tmp_path: Path, made: Path) -> None:
    assert run(make(Recipe(written(tmp_path, "main.c", MAIN), arguments=("one", "-two")), made)) == (3, "-two")


COMPILE = "cc -DLEVEL={level} -g {file} -o {output}"


@BOTH
@pytest.mark.parametrize("options", ["-c", "-shared -fPIC"])
def test_what_a_command_makes_is_called_as_c_would(make: Make, options: str, tmp_path: Path, made: Path) -> None:
    file = written(tmp_path, "show it.c", C)

    recipe = Recipe(file, "show(7, 0.5, 'text')", compile=f"{COMPILE} {options}", level=3)

    assert run(make(recipe, made)) == (0, "7 0.50 text 3")


@pytest.mark.parametrize(
    ("make", "options"), [(as_dylib, ""), (as_dylib, "-c"), (as_dylib, "-shared -fPIC"), (as_executable, "-c")]
)
def test_the_main_of_what_a_command_makes_is_started(make: Make, options: str, tmp_path: Path, made: Path) -> None:
    recipe = Recipe(written(tmp_path, "main.c", MAIN), arguments=("last",), compile=f"{COMPILE} {options}")

    assert run(make(recipe, made)) == (2, "last")


@BOTH
@pytest.mark.parametrize("options", ["-S -emit-llvm", "-c -emit-llvm"])
def test_a_command_may_make_ir(make: Make, options: str, tmp_path: Path, made: Path) -> None:
    from jitdbg.tools import tool

    command = f"{tool('clang').path} -DLEVEL=1 {{file}} -o {{output}} {options}"

    assert run(make(Recipe(written(tmp_path, "s.c", C), "show(1, 1.5, 'x')", compile=command), made)) == (
        0,
        "1 1.50 x 1",
    )


MISTAKES = [
    ("nobody-has-this {file}", ToolError, "there is no program 'nobody-has-this' to compile it with"),
    ("./no-such {file}", ToolError, "there is no program './no-such' to compile it with"),
    ("cc 'open", ToolError, "can't be split into words"),
    ("'' ''", ToolError, "there is no program ''"),
    ("  ", ToolError, "the command is empty"),
    ("true {file}", ToolError, "made no file {output}"),
    ("sh -c 'echo so it goes; exit 3'", ToolError, "failed with 3: so it goes"),
]


@BOTH
@pytest.mark.parametrize(("command", "kind", "words"), MISTAKES)
def test_a_command_that_fails_is_one_sentence(
    make: Make, command: str, kind: type[JitdbgError], words: str, tmp_path: Path, made: Path
) -> None:
    with pytest.raises(kind) as caught:
        make(Recipe(written(tmp_path, "f.toy", ""), "f()", compile=command), made)

    assert words in str(caught.value)
    assert list(made.iterdir()) == []


def test_an_executable_can_not_be_made_of_a_wrong_call(tmp_path: Path, made: Path) -> None:
    file = written(tmp_path, "show.ll", IR)
    for call, words in [
        ("shown()", "no function 'shown' that can be called, but show"),
        ("show(1)", "takes 5 arguments, 1 given"),
        ("show(300, 1, 1.0, None, 1)", "300 does not fit into 8 bits"),
        ("show(1.5, 1, 1.0, None, 1)", "1.5 can't be given as i8"),
        ("show(1, 1, 1.0, 2.5, 1)", "2.5 is no pointer"),
    ]:
        with pytest.raises(JitdbgError, match=words):
            as_executable(Recipe(file, call), made)


def test_a_main_beside_the_call_is_in_the_way_of_an_executable_alone(tmp_path: Path, made: Path) -> None:
    recipe = Recipe(written(tmp_path, "both.c", MAIN + "int f(int n) {\n  return n;\n}\n"), "f(3)")

    assert run(as_dylib(recipe, made)) == (0, "3")
    assert code_lines(with_code(recipe, made), recipe.file).lines == (2, 3, 4)
    with pytest.raises(ToolError, match=r"both\.c has a main of its own, so that no executable can be linked"):
        as_executable(recipe, made)


@pytest.mark.parametrize("options", ["", "-c", "-shared -fPIC"])
def test_lines_with_code_are_those_of_what_a_command_makes(options: str, tmp_path: Path, made: Path) -> None:
    recipe = Recipe(written(tmp_path, "main.c", MAIN), "main_is_not_called()", compile=f"{COMPILE} {options}")

    assert code_lines(with_code(recipe, made), recipe.file).lines == (2,)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path, made: Path) -> None:
    with pytest.raises(SourceError, match="No such file"):
        as_dylib(Recipe(tmp_path / "absent.ll", "f()"), made)


def test_images_go_with_the_folder(tmp_path: Path, made: Path) -> None:
    run(as_dylib(Recipe(written(tmp_path, "show.ll", IR), "show(1, 1, 1, None, 0)"), made))

    assert list(made.rglob("*.so"))


def test_debug_info_of_ir_that_a_command_makes_leads_to_the_files_folder(tmp_path: Path, made: Path) -> None:
    ir = (
        '!llvm.module.flags = !{}\n!1 = !DIFile(filename: "f.toy", directory: ".")\ndefine void @f() {\n  ret void\n}\n'
    )
    written(tmp_path, "f.ir", ir)

    as_dylib(Recipe(written(tmp_path, "f.toy", ""), "f()", compile="cp f.ir {output}"), made)

    assert f'directory: "{tmp_path}"' in (made / "f.ll").read_text()

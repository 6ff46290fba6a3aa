"""Where debug info says that its source files lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from jitdbg.debuginfo.paths import absolute, embedded, kept, may_be_relative
from tests.irtexts import verified


def _file(filename: str, directory: str) -> str:
    return f'!0 = !DIFile(filename: "{filename}", directory: "{directory}")\n'


@pytest.mark.parametrize(
    ("filename", "directory", "expected"),
    [
        ("a.c", "", "/base"),
        ("a.c", ".", "/base"),
        ("a.c", "sub/./x", "/base/sub/x"),
        ("a.c", "../other", "/other"),
        ("a.c", r"s\C3\A4\22b", r"/base/s\C3\A4\22b"),
        ("/abs/a.c", "sub", "/base/sub"),
    ],
)
def test_a_directory_that_is_relative_becomes_one_below_the_base(filename: str, directory: str, expected: str) -> None:
    assert may_be_relative(_file("b.c", "/") + _file(filename, directory))
    assert absolute(_file(filename, directory), "/base") == _file(filename, expected)


@pytest.mark.parametrize(
    ("filename", "directory"),
    [("a.c", "/src"), ("sub/a.c", "/"), ("/abs/a.c", ""), ("a.c", r"C:\5Cwork"), (r"C:\5Cwork\5Ca.c", "")],
)
def test_what_is_absolute_stays(filename: str, directory: str) -> None:
    text = _file(filename, directory)
    assert absolute(text, "/base") is text


def test_files_in_absolute_directories_are_seen_at_once() -> None:
    assert not may_be_relative(_file("a.c", "/src") + _file("sub/a.c", "/") + _file("", "/src"))
    assert may_be_relative('!0 = !DIFile(filename: "directory: ", directory: "sub")\n!1 = !{!"directory: ", !"/"}')


def test_every_file_of_a_module_is_found_however_it_is_laid_out() -> None:
    text = """
    define void @f() !dbg !4 { ret void }
    !llvm.dbg.cu = !{!1}
    !llvm.module.flags = !{!3}
    !1 = distinct !DICompileUnit(language: DW_LANG_C99, file: !2, emissionKind: FullDebug)
    !2 = !DIFile ( directory: "sub" , ; filename: "no.c")
      checksumkind: CSK_MD5, checksum: "00000000000000000000000000000000", source: "filename:",
      filename: /* ) */ "a(1).c" )
    !3 = !{i32 2, !"Debug Info Version", i32 3}
    !4 = distinct !DISubprogram(name: "directory: ", file: !DIFile(filename: "b.h", directory: ""), unit: !1)
    """
    assert may_be_relative(text)
    module = str(verified(absolute(text, "/base")))
    assert '!DIFile(filename: "a(1).c", directory: "/base/sub", checksumkind: CSK_MD5' in module
    assert 'source: "filename:"' in module
    assert '!DIFile(filename: "b.h", directory: "/base")' in module
    assert absolute(text, "/base").count("\n") == text.count("\n")


def test_text_without_files_is_returned_as_it_is() -> None:
    text = "define void @f() { ret void }"
    assert absolute(text, "/base") is text
    assert kept(text, lambda path: path) is text


def test_files_that_exist_lead_to_their_copies(tmp_path: Path) -> None:
    source = tmp_path / 'a "1".c'
    source.write_text("int x;")
    name = source.name.replace('"', "\\22")
    checksum = 'checksumkind: CSK_MD5, checksum: "0123456789abcdef0123456789abcdef"'
    text = (
        f'!0 = !DIFile(filename: "{name}", directory: "{tmp_path}", {checksum})\n'
        f'!1 = !DIFile(filename: "{tmp_path}/{name}", directory: "/elsewhere")\n'
        f'!2 = !DIFile(filename: "missing.c", directory: "{tmp_path}")\n'
        f'!3 = !DIFile(filename: "<stdin>", directory: "{tmp_path}")\n'
    )
    asked: list[str] = []

    def keep(path: str) -> str:
        asked.append(path)
        return '/kept/"a".c'

    lines = kept(text, keep).splitlines()
    assert asked == [str(source)], "once, although two nodes name it"
    assert lines[0] == f'!0 = !DIFile(filename: "/kept/\\22a\\22.c", directory: "{tmp_path}", {checksum})'
    assert lines[1] == '!1 = !DIFile(filename: "/kept/\\22a\\22.c", directory: "/elsewhere")'
    assert lines[2:] == text.splitlines()[2:]


def test_files_that_nobody_keeps_stay_where_they_are(tmp_path: Path) -> None:
    (tmp_path / "a.c").touch()
    text = _file("a.c", str(tmp_path))
    assert kept(text, lambda _: None) is text


def test_files_in_relative_directories_are_not_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.c").touch()
    monkeypatch.chdir(tmp_path)
    text = _file("a.c", "")
    assert kept(text, lambda _: "/kept/a.c") is text


def test_a_text_that_is_embedded_and_in_no_file_is_kept(tmp_path: Path) -> None:
    (tmp_path / "there.toy").touch()
    text = (
        r'!0 = !DIFile(filename: "sub/gone.toy", directory: "/nowhere", source: "one\0A\C3\A4\22")' + "\n"
        f'!1 = !DIFile(filename: "there.toy", directory: "{tmp_path}", source: "one")\n'
        '!2 = !DIFile(filename: "unknown.toy", directory: "/nowhere")\n'
    )
    asked: list[tuple[str, bytes]] = []

    def keep(name: str, data: bytes) -> str:
        asked.append((name, data))
        return "/kept/gone.toy"

    lines = embedded(text, keep).splitlines()
    assert asked == [("gone.toy", 'one\nä"'.encode())]
    assert lines[0].startswith('!0 = !DIFile(filename: "/kept/gone.toy", directory: "/nowhere", source: "one')
    assert lines[1:] == text.splitlines()[1:]


def test_of_two_embedded_files_of_one_name_the_first_is_kept() -> None:
    text = "".join(f'!{n} = !DIFile(filename: "{n}/a.toy", directory: "/x", source: "{n}")\n' for n in (0, 1))
    asked: list[bytes] = []
    embedded(text, lambda _, data: asked.append(data))
    assert asked == [b"0"]

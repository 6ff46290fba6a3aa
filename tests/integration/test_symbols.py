"""Symbolication of loaded libraries, against llvm-symbolizer and addr2line, and through all that a loader can do."""

from __future__ import annotations

import _ctypes
import ctypes
import functools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile

from jitdbg import symbols
from jitdbg.engine import Engine
from jitdbg.symbols import Frame, residents, symbolize
from jitdbg.symbols.demangle import demangle
from jitdbg.symbols.residents import Residents
from jitdbg.tools import tool
from tests.linking import PROGRAMS, run_program
from tests.sources import FIB

FOLDER = tempfile.TemporaryDirectory(prefix="jitdbg-test-")
UNITS = ("symbols_units_a.cc", "symbols_units_b.cc", "symbols_units_c.c")
CLONE = re.compile(r"\.(constprop|isra|part|cold|lto_priv|llvm)\b.*")


# --- building and loading


@functools.cache
def built(compiler: str, flags: str = "", link_flags: str = "", units: tuple[str, ...] = UNITS) -> Path:
    """Return a library that gcc or clang makes of programs, each a unit of its own."""
    path = Path(FOLDER.name, f"{compiler}{len(os.listdir(FOLDER.name))}.so")
    objects = [compiled_unit(compiler, flags, unit, path.with_suffix(f".{unit}.o")) for unit in units]
    run_program([driver(compiler, "x.cc"), "-shared", *objects, *link_flags.split(), "-o", path])
    return path


def compiled_unit(compiler: str, flags: str, unit: str, output: Path) -> Path:
    run_program([driver(compiler, unit), "-g", "-fPIC", *flags.split(), "-c", PROGRAMS / unit, "-o", output])
    return output


def driver(compiler: str, unit: str) -> str:
    is_cxx = unit.endswith(".cc")
    if compiler == "gcc":
        return "g++" if is_cxx else "gcc"
    return tool("clang++" if is_cxx else "clang").path


def library(source: str, folder: Path, *flags: str, name: str = "library.so") -> Path:
    """Return a library that gcc makes of C text, whose file is called after it."""
    text = folder / f"{name}.c"
    text.write_text(source)
    run_program(["gcc", "-g", "-O1", "-fPIC", "-shared", *flags, text, "-o", folder / name])
    return folder / name


def plain(folder: Path, *flags: str) -> Path:
    path = folder / "plain.so"
    source = PROGRAMS / "symbols_plain.c"
    run_program(["gcc", "-g", "-O1", "-fPIC", "-falign-functions=1", "-shared", *flags, source, "-o", path])
    return path


@contextmanager
def loaded(path: Path | str) -> Iterator[ctypes.CDLL]:
    dylib = ctypes.CDLL(str(path))
    try:
        yield dylib
    finally:
        _ctypes.dlclose(dylib._handle)


def address_of(dylib: ctypes.CDLL, name: str) -> int:
    address = ctypes.cast(dylib[name], ctypes.c_void_p).value
    assert address
    return address


def base_of(path: Path) -> int:
    with open("/proc/self/maps") as mappings:
        return min(int(line.split("-")[0], 16) for line in mappings if line.rstrip().endswith(str(path)))


def symbol(path: Path, name: str) -> tuple[int, int]:
    """Return a symbol's address, relative to the image's base, and size."""
    with open(path, "rb") as file:
        table = ELFFile(file).get_section_by_name(".symtab")
        (entry,) = table.get_symbol_by_name(name)
        return entry["st_value"], entry["st_size"]


def code_addresses(path: Path, step: int) -> list[int]:
    with open(path, "rb") as file:
        sections = [section.header for section in ELFFile(file).iter_sections() if section.name.startswith(".text")]
    return [a for header in sections for a in range(header.sh_addr, header.sh_addr + header.sh_size, step)]


def marked(program: str, mark: str) -> int:
    lines = (PROGRAMS / program).read_text().splitlines()
    (line,) = [number for number, text in enumerate(lines, 1) if text.endswith(f"mark: {mark}")]
    return line


# --- against other symbolizers


@dataclass(frozen=True)
class Known:
    """What all symbolizers say of a frame; functions as people read them, clones by their function's name."""

    function: str
    file: str
    line: int
    column: int


def known(function: str, file: str, line: int, column: int) -> Known:
    linkage_name = CLONE.sub("", function)
    return Known(demangle(linkage_name) or linkage_name, file, line, column)


def ours(frames: Sequence[Frame]) -> list[Known]:
    return [known(f.linkage_name or "", f.file or "", f.line or 0, f.column or 0) for f in frames]


def by_llvm(path: Path, addresses: Sequence[int]) -> list[list[Known]]:
    program = tool("llvm-dwarfdump").path.replace("llvm-dwarfdump", "llvm-symbolizer")  # of the same package
    words = [program, f"--obj={path}", "--inlines", "--no-demangle", "--output-style=JSON"]
    done = subprocess.run(words, input="\n".join(map(hex, addresses)), stdout=subprocess.PIPE, text=True, timeout=60)
    answers = [json.loads(line)["Symbol"] for line in done.stdout.splitlines()]
    return [[known(f["FunctionName"], f["FileName"], f["Line"], f["Column"]) for f in frames] for frames in answers]


def by_addr2line(path: Path, addresses: Sequence[int]) -> list[list[Known]]:
    words = ["addr2line", "--inlines", "--functions", "--addresses", f"--exe={path}"]
    done = subprocess.run(words, input="\n".join(map(hex, addresses)), stdout=subprocess.PIPE, text=True, timeout=60)
    answers = re.split(r"^0x[0-9a-f]{16}\n", done.stdout, flags=re.MULTILINE)[1:]
    pairs = re.compile(r"(.*)\n(.*):(\d+|\?)")
    return [[known(f, file, int(line.replace("?", "0")), 0) for f, file, line in pairs.findall(a)] for a in answers]


BUILDS = [
    ("gcc", "-O0 -gdwarf-4", ""),
    ("gcc", "-O0 -gdwarf-5", ""),
    ("gcc", "-O2 -gdwarf-4", ""),
    ("gcc", "-O2 -gdwarf-5 -gz", "-gz"),
    ("gcc", "-O2 -ffunction-sections -fdebug-types-section", "-Wl,--gc-sections"),
    ("gcc", "-O2 -flto", "-flto -O2 -g"),
    ("clang", "-O0 -gdwarf-5", ""),
    ("clang", "-O2 -gdwarf-4", ""),
    ("clang", "-O2 -gdwarf-5 -gz", "-gz"),
    ("clang", "-O2 -gdwarf-5 -gdwarf64", ""),
    ("clang", "-O2 -gembed-source -gdwarf-aranges", "-fuse-ld=mold"),
    ("clang", "-O2 -ffunction-sections", "-fuse-ld=lld -Wl,--gc-sections,--icf=all,--no-rosegment"),
    ("clang", "-O2 -gsimple-template-names", "-fuse-ld=lld"),
    ("clang", "-O2 -gmlt", ""),
]  # fmt: skip


@pytest.mark.parametrize(("compiler", "flags", "link_flags"), BUILDS, ids=lambda text: text.replace(" ", "") or "plain")
def test_every_address_has_the_frames_that_llvm_symbolizer_gives(compiler: str, flags: str, link_flags: str) -> None:
    path = built(compiler, flags, link_flags)
    addresses = code_addresses(path, step=1)
    with loaded(path):
        base = base_of(path)
        frames = [symbolize(base + address) for address in addresses]
    in_units = [index for index, found in enumerate(frames) if found[-1].file]
    expected = by_llvm(path, addresses)
    assert len(in_units) > 500
    assert [ours(frames[index]) for index in in_units] == [expected[index] for index in in_units]
    others = [index for index in range(len(frames)) if index not in set(in_units)]
    assert [ours(frames[i])[0].function for i in others] == [expected[i][0].function for i in others]
    depth = max(len(found) for found in frames)
    assert depth >= (2 if "-O0" in flags else 6)
    assert all(frame.inlined for found in frames for frame in found[:-1])
    assert not any(found[-1].inlined for found in frames)


@pytest.mark.parametrize("flags", ["-O0 -gdwarf-4", "-O2 -gdwarf-4"])
def test_every_address_has_the_frames_that_addr2line_gives(flags: str) -> None:
    path = built("gcc", flags)
    addresses = code_addresses(path, step=1)
    with loaded(path):
        base = base_of(path)
        frames = [symbolize(base + address) for address in addresses]
    # addr2line stretches the last function over the padding behind it, and gives inlined functions names that are not
    # theirs where they have no linkage name.
    pairs = [
        (ours(found), expected)
        for found, expected in zip(frames, by_addr2line(path, addresses), strict=True)
        if found[-1].file and found[-1].function
    ]
    assert len(pairs) > 500
    for found, expected in pairs:
        assert [(frame.file, frame.line) for frame in found] == [(frame.file, frame.line) for frame in expected]
        assert found[-1].function == expected[-1].function


# --- what a frame says


def test_an_inlined_function_comes_before_its_caller(tmp_path: Path) -> None:
    path = plain(tmp_path)
    start, size = symbol(path, "caller")
    with loaded(path) as dylib:
        address = address_of(dylib, "caller")
        chains = [symbolize(address + offset) for offset in range(size)]
        inner, outer = next(frames for frames in chains if len(frames) == 2)
    assert (inner.function, inner.line, inner.inlined) == ("store", marked("symbols_plain.c", "inlined"), True)
    assert (outer.function, outer.line, outer.inlined) == ("caller", marked("symbols_plain.c", "call"), False)
    assert inner.file == outer.file == str(PROGRAMS / "symbols_plain.c")
    assert inner.path == outer.path == str(path)
    assert inner.address == outer.address == address + outer.offset
    assert 0 <= inner.offset <= outer.offset < size
    assert start


def test_a_return_address_belongs_to_the_call_before_it(tmp_path: Path) -> None:
    path = plain(tmp_path)
    start, size = symbol(path, "dies")
    assert start + size == symbol(path, "after")[0]  # the call is the function's last instruction
    with loaded(path) as dylib:
        address = address_of(dylib, "dies") + size
        (pointed,) = symbolize(address)
        (returned,) = symbolize(address, is_return_address=True)
        (before,) = symbolize(address - 1)
    assert (pointed.function, pointed.offset) == ("after", 0)
    assert (returned.function, returned.line) == ("dies", marked("symbols_plain.c", "last call"))
    assert (returned.address, returned.offset) == (address, size)
    assert (before.line, before.offset) == (returned.line, size - 1)


def test_cxx_functions_have_a_name_to_show_and_a_name_to_link() -> None:
    path = built("gcc", "-O2 -gdwarf-5 -gz", "-gz")
    with loaded(path):
        address = base_of(path) + symbol(path, "_ZN8geometry12_GLOBAL__N_16hiddenEi")[0]
        frame = symbolize(address)[-1]
    assert frame.function == "geometry::(anonymous namespace)::hidden(int)"
    assert frame.linkage_name == "_ZN8geometry12_GLOBAL__N_16hiddenEi"
    assert frame.offset == 0


def test_a_cold_part_counts_from_its_functions_entry() -> None:
    path = built("gcc", "-O2 -gdwarf-4")
    entry, _ = symbol(path, "_ZN8geometry7checkedEi")
    cold, _ = symbol(path, "_ZN8geometry7checkedEi.cold")
    with loaded(path):
        frame = symbolize(base_of(path) + cold)[-1]
    assert (frame.function, frame.offset) == ("geometry::checked(int)", cold - entry)
    assert cold < entry


@pytest.mark.parametrize(("strip", "table"), [("-g", ".symtab"), ("-s", ".dynsym")])
def test_without_dwarf_functions_come_from_the_symbol_table(tmp_path: Path, strip: str, table: str) -> None:
    path = plain(tmp_path)
    run_program(["strip", strip, path])
    with loaded(path) as dylib:
        address = address_of(dylib, "caller")
        (frame,) = symbolize(address + 2)
    assert frame == Frame("caller", "caller", 2, None, None, None, False, str(path), address + 2)
    with open(path, "rb") as file:
        assert (ELFFile(file).get_section_by_name(".symtab") is None) == (table == ".dynsym")


def test_code_that_nothing_names_has_a_frame_without_a_function(tmp_path: Path) -> None:
    path = plain(tmp_path)
    run_program(["strip", "-s", path])
    with loaded(path):
        with open(path, "rb") as file:
            place = ELFFile(file).get_section_by_name(".init")["sh_addr"]
        (frame,) = symbolize(base_of(path) + place)
    assert (frame.function, frame.linkage_name, frame.offset, frame.file) == (None, None, place, None)
    assert frame.path == str(path)


def test_assembly_with_lines_has_its_symbols_name(tmp_path: Path) -> None:
    source = tmp_path / "code.s"
    source.write_text('.text\n.globl spot\nspot:\n  nop\n  ret\n.section .note.GNU-stack,"",@progbits\n')
    path = tmp_path / "code.so"
    run_program(["gcc", "-g", "-shared", source, "-o", path])
    with loaded(path) as dylib:
        (frame,) = symbolize(address_of(dylib, "spot") + 1)
    assert (frame.function, frame.offset, frame.file, frame.line) == ("spot", 1, str(source), 5)


def test_split_dwarf_gives_lines_and_the_symbols_name(tmp_path: Path) -> None:
    path = tmp_path / "split.so"
    run_program(["gcc", "-g", "-gsplit-dwarf", "-O1", "-fPIC", "-shared", PROGRAMS / "symbols_plain.c", "-o", path])
    with loaded(path) as dylib:
        (frame,) = symbolize(address_of(dylib, "after"))
    assert frame.function == "after"
    assert frame.file == str(PROGRAMS / "symbols_plain.c")


def test_a_relative_compilation_directory_stays_relative(tmp_path: Path) -> None:
    maps = [f"-fdebug-prefix-map={os.getcwd()}=build", f"-fdebug-prefix-map={tmp_path}=source"]
    path = library("int f(void) { return 1; }\n", tmp_path, *maps)
    with loaded(path) as dylib:
        (frame,) = symbolize(address_of(dylib, "f"))
    assert frame.file == "build/source/library.so.c"


def test_the_main_program_has_the_path_of_its_file() -> None:
    function = address_of(ctypes.pythonapi, "Py_GetVersion")
    (*_, frame) = symbolize(function)
    assert (frame.function, frame.offset) == ("Py_GetVersion", 0)
    assert frame.path in (os.path.realpath(sys.executable), *python_libraries())


def python_libraries() -> list[str]:
    """Give the paths of libpython, where the interpreter is built as a library."""
    with open("/proc/self/maps") as mappings:
        return [line.split()[-1] for line in mappings if "libpython" in line]


def test_the_vdso_has_names_though_it_has_no_file() -> None:
    base = ctypes.CDLL(None).getauxval
    base.restype = ctypes.c_ulong
    start = base(33)  # AT_SYSINFO_EHDR
    frames = {frame.function: frame for offset in range(0, 0x2000, 16) for frame in symbolize(start + offset)}
    named = [frame for name, frame in frames.items() if name and "clock_gettime" in name]
    assert named
    assert "vdso" in named[0].path
    assert named[0].file is None


# --- libraries that come and go


def test_an_address_has_no_frames_after_its_library_has_gone(tmp_path: Path) -> None:
    path = plain(tmp_path)
    with loaded(path) as dylib:
        address = address_of(dylib, "after")
        assert symbolize(address)
    assert symbolize(address) == ()


@pytest.mark.parametrize("flags", [["-Wl,--build-id"], ["-Wl,--build-id=none"]], ids=["build-id", "no build-id"])
def test_another_library_at_the_same_path_and_place_is_noticed(tmp_path: Path, flags: list[str]) -> None:
    places = set()
    for line in (2, 5, 8, 11, 14):
        path = library("\n" * (line - 1) + "int f(void) { return 1; }\n", tmp_path, *flags)
        with loaded(path) as dylib:
            address = address_of(dylib, "f")
            assert [frame.line for frame in symbolize(address)] == [line]
        places.add(address)
    assert len(places) < 5, "the loader never used a place twice: nothing was tested"


def test_a_copy_at_the_same_place_has_its_own_path(tmp_path: Path) -> None:
    first = plain(tmp_path)
    second = tmp_path / "other.so"
    shutil.copy(first, second)
    places = set()
    for path in (first, second, first, second):
        with loaded(path) as dylib:
            address = address_of(dylib, "after")
            assert [frame.path for frame in symbolize(address)] == [str(path)]
        places.add(address)
    assert len(places) < 4, "the loader never used a place twice: nothing was tested"


@pytest.mark.parametrize("fate", ["replaced", "deleted"])
def test_a_file_that_is_not_what_was_loaded_is_not_used(tmp_path: Path, fate: str) -> None:
    path = library("int f(void) { return 1; }\n", tmp_path)
    with loaded(path) as dylib:
        address = address_of(dylib, "f")
        path.unlink()
        if fate == "replaced":
            library("\n\n\nint g(void) { return 2; }\nint f(void) { return g() + 7; }\n", tmp_path)
        assert symbolize(address) == (Frame("f", "f", 0, None, None, None, False, str(path), address),)


def test_a_replaced_file_does_not_disturb_what_was_read_before(tmp_path: Path) -> None:
    path = library("int f(void) { return 1; }\n", tmp_path)
    with loaded(path) as dylib:
        before = symbolize(address_of(dylib, "f"))
        path.unlink()
        assert symbolize(address_of(dylib, "f")) == before
    assert before[0].line == 1


def test_an_image_in_a_memfd_is_read(tmp_path: Path) -> None:
    descriptor = os.memfd_create("image", os.MFD_CLOEXEC)
    try:
        os.write(descriptor, plain(tmp_path).read_bytes())
        path = f"/proc/{os.getpid()}/fd/{descriptor}"
        with loaded(path) as dylib:
            (frame,) = symbolize(address_of(dylib, "after"))
    finally:
        os.close(descriptor)
    assert (frame.function, frame.path) == ("after", path)
    assert frame.line


def test_a_library_loaded_by_a_relative_path_is_found_from_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = plain(tmp_path)
    monkeypatch.chdir(tmp_path)
    with loaded("./plain.so") as dylib:
        monkeypatch.chdir("/")
        (frame,) = symbolize(address_of(dylib, "after"))
    assert (frame.function, frame.path) == ("after", str(path))
    assert frame.line


def test_nothing_is_kept_of_images_that_have_gone(tmp_path: Path) -> None:
    residents = Residents(limit=10)
    paths = [library(f"int f{index}(void) {{ return 1; }}\n", tmp_path, name=f"{index}.so") for index in range(3)]
    for index, path in enumerate(paths):
        with loaded(path) as dylib:
            assert residents.frames(address_of(dylib, f"f{index}"), 0)[0].path == str(path)
            assert len(residents) == 1


def test_the_images_asked_about_last_are_kept(tmp_path: Path) -> None:
    residents = Residents(limit=2)
    paths = [library(f"int f{index}(void) {{ return 1; }}\n", tmp_path, name=f"{index}.so") for index in range(3)]
    with loaded(paths[0]) as first, loaded(paths[1]) as second, loaded(paths[2]) as third:
        addresses = [address_of(dylib, f"f{index}") for index, dylib in enumerate((first, second, third))]
        for address in (addresses[0], addresses[1], addresses[0], addresses[2]):
            residents.frames(address, 0)
        assert len(residents) == 2
        paths[0].unlink()
        paths[1].unlink()
        assert residents.frames(addresses[0], 0)[0].line == 1  # kept: its file is not needed any more
        assert residents.frames(addresses[1], 0)[0].line is None


# --- damage


@contextmanager
def recorded_warnings() -> Iterator[list[str]]:
    messages: list[str] = []
    with warnings.catch_warnings(record=True) as recorded:
        warnings.simplefilter("always")
        yield messages
    messages += [str(warning.message) for warning in recorded]


def with_section(path: Path, section: str, change: Callable[[bytes], bytes]) -> None:
    contents = path.with_suffix(".section")
    run_program(["objcopy", f"--dump-section={section}={contents}", path])
    contents.write_bytes(change(contents.read_bytes()))
    run_program(["objcopy", f"--update-section={section}={contents}", path])


@pytest.mark.parametrize("section", [".debug_info", ".debug_abbrev", ".debug_str"])
@pytest.mark.parametrize("damage", ["noise", "cut"])
def test_damaged_debug_information_is_reported_once_and_leaves_the_symbols(
    tmp_path: Path, section: str, damage: str
) -> None:
    path = plain(tmp_path)
    noise = damage == "noise"
    with_section(path, section, lambda data: b"\xfe\x81" * (len(data) // 2) if noise else data[: len(data) // 2 - 1])
    with loaded(path) as dylib, recorded_warnings() as messages:
        for name in ("caller", "after", "caller"):
            frames = symbolize(address_of(dylib, name))
            assert [(frame.function, frame.offset) for frame in frames] == [(name, 0)]
    (message,) = messages
    assert str(path) in message


def test_damaged_address_ranges_are_replaced_by_the_units_own(tmp_path: Path) -> None:
    path = plain(tmp_path)
    with_section(path, ".debug_aranges", lambda data: data[:-9])
    with loaded(path) as dylib, recorded_warnings() as messages:
        (frame,) = symbolize(address_of(dylib, "after"))
    assert (frame.function, frame.file) == ("after", str(PROGRAMS / "symbols_plain.c"))
    (message,) = messages
    assert str(path) in message


@pytest.mark.parametrize(
    "change", [lambda data: b"\xfe\x81" * (len(data) // 2), lambda data: data[:-9]], ids=["noise", "cut"]
)
def test_a_damaged_line_table_leaves_the_functions(tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    path = plain(tmp_path)
    with_section(path, ".debug_line", change)
    with loaded(path) as dylib, recorded_warnings() as messages:
        _, size = symbol(path, "caller")
        chains = [symbolize(address_of(dylib, "caller") + offset) for offset in range(size)]
    assert {frame.function for frames in chains for frame in frames} == {"caller", "store"}
    assert {frames[0].line for frames in chains} == {None}
    (message,) = messages
    assert str(path) in message


def test_a_compression_that_is_not_understood_is_reported(tmp_path: Path) -> None:
    path = plain(tmp_path)
    objcopy = tool("llvm-dwarfdump").path.replace("llvm-dwarfdump", "llvm-objcopy")
    run_program([objcopy, "--compress-debug-sections=zstd", path])
    with loaded(path) as dylib, recorded_warnings() as messages:
        assert [frame.function for frame in symbolize(address_of(dylib, "after"))] == ["after"]
    (message,) = messages
    assert "ompress" in message


def test_a_file_without_section_headers_names_nothing(tmp_path: Path) -> None:
    path = plain(tmp_path)
    data = bytearray(path.read_bytes())
    data[0x28:0x30] = bytes(8)  # e_shoff
    data[0x3C:0x40] = bytes(4)  # e_shnum, e_shstrndx
    path.write_bytes(data)
    with loaded(path) as dylib:
        address = address_of(dylib, "after")
        (frame,) = symbolize(address)
        assert (frame.function, frame.offset, frame.path) == (None, address - base_of(path), str(path))


# --- threads and processes


def test_threads_agree_while_libraries_come_and_go(tmp_path: Path) -> None:
    path = built("clang", "-O2 -gdwarf-4")
    guest = plain(tmp_path)
    addresses = code_addresses(path, step=3)
    stop = threading.Event()
    trouble: list[BaseException] = []
    seen: list[list[tuple[Frame, ...]]] = []
    guests: set[str | None] = set()

    def symbolize_all() -> None:
        seen.append([symbolize(base + address) for address in addresses])

    def symbolize_guest(address: int) -> None:
        while not stop.is_set():
            guests.update(frame.function for frame in symbolize(address))

    def reload_guest() -> None:
        while not stop.is_set():
            with loaded(guest) as dylib:
                guests.update(frame.function for frame in symbolize(address_of(dylib, "after")))

    with loaded(path):
        base = base_of(path)
        with loaded(guest) as dylib:
            address = address_of(dylib, "after")
        threads = [threading.Thread(target=symbolize_all) for _ in range(4)]
        endless = [threading.Thread(target=reload_guest), threading.Thread(target=symbolize_guest, args=(address,))]
        run_threads(threads, endless, stop, trouble)
    assert not trouble
    assert len(seen) == 4
    assert seen[0] == seen[1] == seen[2] == seen[3]
    assert guests == {"after"}


def run_threads(
    threads: list[threading.Thread],
    endless: list[threading.Thread],
    stop: threading.Event,
    trouble: list[BaseException],
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threading, "excepthook", lambda details: trouble.append(details.exc_value))
        for thread in endless + threads:
            thread.start()
        for thread in threads:
            thread.join()
        stop.set()
        for thread in endless:
            thread.join()


def test_a_forked_child_symbolizes_though_a_thread_was_at_it(tmp_path: Path) -> None:
    path = plain(tmp_path)
    with loaded(path) as dylib:
        address = address_of(dylib, "after")
        expected = symbolize(address)
        held, release = threading.Event(), threading.Event()

        def hold() -> None:
            with symbols._residents._lock:
                held.set()
                release.wait(60)

        thread = threading.Thread(target=hold)
        thread.start()
        held.wait(60)
        child = os.fork()
        if child == 0:
            os._exit(0 if symbolize(address) == expected else 1)
        release.set()
        thread.join()
        assert os.waitpid(child, 0)[1] == 0


def test_a_jit_dylib_is_symbolized_like_any_other() -> None:
    with Engine(debug="ir") as engine:
        dylib = engine.load(FIB, name="fib")
        frames = symbolize(dylib.address("fib"))
        assert [(frame.function, frame.offset, frame.path) for frame in frames] == [("fib", 0, dylib.path)]
        assert frames[0].file
        assert FIB.splitlines()[frames[0].line - 1].strip()


def test_many_addresses_have_the_frames_that_each_has_alone(tmp_path: Path) -> None:
    with Engine(debug="ir") as engine, loaded(library("int f(void) { return 1; }\n", tmp_path)) as other:
        addresses = [engine.load(FIB, name="fib").address("fib") + 1, address_of(other, "f") + 1, 0, 1 << 64, -1]
        addresses += addresses
        for are_return_addresses in (False, True):
            alone = [symbolize(each, is_return_address=are_return_addresses) for each in addresses]
            assert symbols.symbolize_all(addresses, are_return_addresses=are_return_addresses) == alone
        assert [bool(frames) for frames in alone] == [True, True, False, False, False] * 2


def test_more_addresses_of_an_image_than_are_remembered_have_their_own_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(residents, "_ANSWERS", 4)
    with Engine(debug="ir") as engine:
        start = engine.load(FIB, name="fib").address("fib")
        found = symbols.symbolize_all(range(start, start + 20))
    assert [frames[0].offset for frames in found] == list(range(20))

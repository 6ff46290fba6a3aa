from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jitdbg import tools
from jitdbg.errors import ToolError, ToolMissingError
from jitdbg.tools import Host


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole PATH."""
    path = tmp_path / "bin"
    path.mkdir()
    monkeypatch.setenv("PATH", str(path))
    return path


@pytest.fixture(autouse=True)
def fresh_caches() -> Iterator[None]:
    """What a test found out on its PATH is nothing to the next one."""
    cached = (tools.newest_llvm, tools.can_disable_randomization)
    for function in cached:
        function.cache_clear()
    yield
    for function in cached:
        function.cache_clear()


def program(path: Path, script: str = "") -> Path:
    """Make an executable file."""
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def path_of(name: str) -> str | None:
    found = tools.find_tool(name)
    return found.path if found else None


def test_the_newest_version_of_a_versioned_program_is_taken_before_the_plain_name(folder: Path) -> None:
    for name in ("lldb", "lldb-14", "lldb-22", "lldb-9"):
        program(folder / name)

    assert path_of("lldb") == str(folder / "lldb-22")


def test_the_plain_name_serves_where_there_is_no_versioned_one(folder: Path) -> None:
    program(folder / "clang")

    assert path_of("clang") == str(folder / "clang")


def test_earlier_names_of_a_program_are_found(folder: Path) -> None:
    program(folder / "lldb-vscode-17")

    assert path_of("lldb-dap") == str(folder / "lldb-vscode-17")


def test_what_is_not_executable_is_passed_over(folder: Path) -> None:
    (folder / "gdb").write_text("")
    (folder / "lldb-22").mkdir()

    assert path_of("gdb") is None
    assert path_of("lldb") is None


def test_symbolic_links_are_kept(folder: Path, tmp_path: Path) -> None:
    (folder / "mold").symlink_to(program(tmp_path / "elsewhere"))

    assert path_of("mold") == str(folder / "mold")


@pytest.mark.parametrize("by", ["path", "name"])
def test_a_variable_names_the_program(by: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(folder / "clang++-22")
    special = program((tmp_path if by == "path" else folder) / "special")
    monkeypatch.setenv("JITDBG_CLANGXX", str(special) if by == "path" else "special")

    assert path_of("clang++") == str(special)


def test_a_variable_that_leads_nowhere_is_an_error_even_where_the_program_is_installed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(folder / "gdb")
    monkeypatch.setenv("JITDBG_GDB", "/nowhere/gdb")

    with pytest.raises(ToolMissingError, match="JITDBG_GDB is set to '/nowhere/gdb'"):
        tools.find_tool("gdb")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", [known.name for known in tools.PROGRAMS])
def test_a_missing_program_is_named_with_its_cure(name: str) -> None:
    with pytest.raises(ToolMissingError) as caught:
        tools.tool(name)

    sentence = str(caught.value)
    assert sentence.startswith(f"{name} is not installed: install it with `")
    assert sentence.endswith(f"or set JITDBG_{name.upper().replace('-', '_').replace('+', 'X')} to its path")


def test_gdb_is_the_default_debugger_and_lldb_stands_in(folder: Path) -> None:
    program(folder / "lldb")
    assert tools.default_debugger().name == "lldb"

    program(folder / "gdb")
    assert tools.default_debugger().name == "gdb"


@pytest.mark.parametrize(
    ("printed", "version"),
    [
        ("GNU gdb (Debian 13.1-3) 13.1\nCopyright (C) 2023 Free Software Foundation, Inc.", "13.1"),
        ("GNU gdb (Fedora Linux) 16.2-1.fc41", "16.2"),
        ("GNU gdb (Ubuntu 15.0.50.20240403-0ubuntu1) 15.0.50.20240403-git", "15.0.50.20240403"),
        ("lldb version 22.1.8", "22.1.8"),
        ("lldb-dap: Debian LLVM version 22.1.8\n  Optimized build.\nliblldb: lldb version 22.1.8", "22.1.8"),
        ("LLVM (http://llvm.org/):\n  LLVM version 18.1.3\n  Optimized build.", "18.1.3"),
        ("Debian clang version 22.1.8 (1~deb12u1)\nTarget: x86_64-pc-linux-gnu", "22.1.8"),
        ("Debian LLD 22.1.8 (compatible with GNU linkers)", "22.1.8"),
        ("GNU ld (GNU Binutils for Debian) 2.40", "2.40"),
        ("GNU ld version 2.43.1-5.fc41", "2.43.1"),
        ("gcc (GCC) 14.2.1 20240912 (Red Hat 14.2.1-3)", "14.2.1"),
        ("mold 1.10.1 (compatible with GNU ld)", "1.10.1"),
        ("eu-elflint (elfutils) 0.188", "0.188"),
        ("valgrind-3.19.0", "3.19.0"),
        ("no digits here", None),
    ],
)
def test_versions_are_read_as_each_program_prints_them(printed: str, version: str | None) -> None:
    assert tools.parse_version(printed) == version


def test_a_version_is_asked_for_once(folder: Path, tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    program(folder / "mold", f"echo asked >> {asked}; echo mold 2.4")

    versions = [tools.tool("mold").version for _ in range(3)]

    assert versions == ["2.4"] * 3
    assert asked.read_text() == "asked\n"
    assert tools.tool("mold").release == (2, 4)


def test_a_program_that_fails_to_tell_its_version_has_none(folder: Path) -> None:
    program(folder / "perf", "echo 'WARNING: perf not found for kernel 6.1'; exit 2")

    perf = tools.tool("perf")

    assert (perf.version, perf.release) == (None, ())


def test_a_program_that_does_not_answer_is_ended_at_the_deadline(tmp_path: Path) -> None:
    identity = tmp_path / "pid"
    slow = program(tmp_path / "slow", f"echo $$ > {identity}; exec sleep 60")
    started = time.monotonic()

    answer = tools.ask([str(slow)], deadline=0.5)

    assert answer == (-1, "no answer within 0.5 s")
    assert time.monotonic() - started < 10
    assert not Path("/proc", identity.read_text().strip()).exists()


def test_that_a_program_does_not_answer_is_not_taken_for_no_and_not_remembered(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lldb = tools.Tool("lldb", str(program(folder / "lldb", "exec /bin/sleep 60")), "22")
    monkeypatch.setattr(tools, "DEADLINE", 0.2)
    for question in (tools.has_python, tools.has_dap, tools.lldb_bindings, tools.lldb_interpreter):
        with pytest.raises(ToolError, match="gave no answer within"):
            question(lldb)

    monkeypatch.setattr(tools, "DEADLINE", 10)
    program(folder / "lldb", f"echo {folder}")
    assert tools.lldb_bindings(lldb) is None


def test_a_program_that_can_not_be_run_says_why(tmp_path: Path) -> None:
    assert tools.ask([str(tmp_path / "none")]) == (-1, "No such file or directory")


@pytest.mark.parametrize(("name", "option"), [("gdb", "-ex"), ("lldb", "-o")])
def test_python_inside_a_debugger_is_tried_not_guessed(folder: Path, name: str, option: str) -> None:
    program(folder / name, "echo 'error: there is no embedded script interpreter for: python'")
    assert not tools.has_python(tools.tool(name))

    # This one does what it is told after -ex or -o, with a real Python.
    talking = f'while [ "$1" != {option} ]; do shift; done; exec {os.path.realpath("/usr/bin/python3")} -c "${{2#* }}"'
    (folder / name).unlink()
    program(folder / f"{name}-able", talking)
    able = tools.Tool(name, str(folder / f"{name}-able"), "")
    assert tools.has_python(able)


def test_lldb_without_bindings_has_no_interpreter(folder: Path, tmp_path: Path) -> None:
    program(folder / "lldb", f"echo {tmp_path}/no-such-folder")
    lldb = tools.tool("lldb")

    assert tools.lldb_bindings(lldb) is None
    assert tools.lldb_interpreter(lldb) is None


def test_bindings_that_do_not_load_are_told_from_those_that_do(folder: Path, tmp_path: Path) -> None:
    bindings = tmp_path / "bindings" / "lldb"
    bindings.mkdir(parents=True)
    (bindings / "__init__.py").write_text("raise ImportError('made for another Python')")
    program(folder / "lldb", f"echo {bindings.parent}")
    assert tools.lldb_bindings(tools.tool("lldb")) == str(bindings.parent)
    assert tools.lldb_interpreter(tools.tool("lldb")) is None

    (bindings / "__init__.py").write_text("class SBDebugger:\n    GetVersionString = staticmethod(lambda: '0')\n")
    other = tools.Tool("lldb", str(program(folder / "lldb-other", f"echo {bindings.parent}")), "")
    assert tools.lldb_interpreter(other) is not None


OS_RELEASES = {
    "debian": ('ID=debian\nVERSION_ID="12"\n', "debian"),
    "ubuntu": ("ID=ubuntu\nID_LIKE=debian\n", "debian"),
    "mint": ('NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"\n', "debian"),
    "fedora": ("ID=fedora\nPRETTY_NAME='Fedora Linux 42'\n", "fedora"),
    "rocky": ('ID="rocky"\nID_LIKE="rhel centos fedora"\n', "fedora"),
    "arch": ("ID=arch\n# no kin\n\n", None),
}


@pytest.mark.parametrize("name", OS_RELEASES)
def test_the_family_of_packages_is_read_from_os_release(name: str, tmp_path: Path) -> None:
    text, family = OS_RELEASES[name]
    (tmp_path / "os-release").write_text(text)

    assert tools.package_family(tools.read_identifiers(str(tmp_path / "os-release"))) == family


def test_a_system_without_os_release_is_of_no_family(tmp_path: Path) -> None:
    assert tools.package_family(tools.read_identifiers(str(tmp_path / "none"))) is None


def apt_cache(folder: Path, *packages: str) -> None:
    program(folder / "apt-cache", "".join(f"echo {package}\n" for package in packages))


def test_debian_users_are_told_the_newest_llvm_that_their_lists_have(folder: Path) -> None:
    apt_cache(folder, "lldb-9", "lldb-19", "lldb-22", "lldb-22-dev", "lldb-experimental")

    command = tools.install_command("lldb", "debian", Host("debian"))

    assert command == "sudo apt-get install lldb-22"


def test_ubuntu_users_are_told_their_own_names_of_packages() -> None:
    ubuntu = tools.install_command("perf", "debian", Host("debian", is_ubuntu=True))
    debian = tools.install_command("perf", "debian", Host("debian"))

    assert ubuntu == "sudo apt-get install linux-tools-generic"
    assert debian == "sudo apt-get install linux-perf"


def test_root_needs_no_sudo_and_empty_package_lists_an_update() -> None:
    bare = Host("debian", is_root=True, has_package_lists=False)

    assert tools.install_command("gdb", "debian", bare) == "apt-get update && apt-get install gdb"


def test_commands_for_another_family_than_the_hosts_are_the_general_ones() -> None:
    host = Host("fedora", is_root=True)

    assert tools.install_command("lldb", "debian", host) == "sudo apt-get install lldb"
    assert tools.install_command("lldb", "fedora", host) == "dnf install lldb python3-lldb"


def test_users_of_an_unknown_system_are_told_both() -> None:
    assert tools.how_to_install("mold", Host(None)) == (
        "install it with `sudo apt-get install mold` (Debian, Ubuntu) or `sudo dnf install mold` (Fedora)"
    )


@pytest.mark.parametrize("name", ["gdb", "lldb"])
def test_launch_arguments_name_files_that_exist(name: str) -> None:
    words = " ".join(tools.launch_arguments(name))

    for stem in ("settings", "launch"):
        file = Path(tools.scripts_folder(name), f"{stem}.{name}")
        assert file.is_file()
        assert str(file) in words


def test_asking_for_fixed_addresses_leaves_this_process_as_it_was() -> None:
    before = Path("/proc/self/personality").read_text()

    tools.can_disable_randomization()

    assert Path("/proc/self/personality").read_text() == before

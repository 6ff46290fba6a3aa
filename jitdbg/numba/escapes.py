"""Whether the address of something in a library may outlive the library.

A function's address can be stored (a destructor in a heap object, a generator's function), and so can that of constant
data (a frozen array that is returned). Such a library is never unmapped. The answer errs on the side of yes.

Modules are read as LLVM prints them.
"""

from __future__ import annotations

import re
from typing import Final

from jitdbg import irtext

# C functions that read what they are given and keep nothing of it.
_READERS: Final = (
    "PyArg_UnpackTuple PyArg_ParseTupleAndKeywords PyErr_SetString PyErr_Format PyErr_WarnEx PyErr_WarnFormat "
    "PyErr_FormatV PyUnicode_FromString PyUnicode_FromFormat PyObject_GetAttrString PyObject_SetAttrString "
    "PyObject_CallMethod PyObject_CallFunction PyImport_ImportModule PyDict_GetItemString PyDict_SetItemString "
    "PyRun_SimpleString PyUnicode_FromStringAndSize PyBytes_FromStringAndSize PyList_GetItem "
    "numba_unpickle numba_runtime_build_excinfo_struct numba_gil_ensure numba_fatal_error puts printf strlen"
)
_NAME: Final = irtext.NAME
_DEFINED = re.compile(rf"^(?:define [^@\n]*@({_NAME})\(|@({_NAME}) = (?!extern|common))", re.MULTILINE)
_USE = re.compile(rf"@({_NAME})(?!\s*\()(?![\w$.-])")
_HARMLESS = re.compile(
    rf"call [^@\n]*@{irtext.alternatives(_READERS.split())}\("  # read by C
    rf"|= load [^,\n]+, ptr @"  # read or written in place
    rf"|store (?:[^@\n]+), ptr @"
    rf'|store ptr @"?\.const\.picklebuf[^,]*, ptr %'  # an exception that the caller unpickles before it returns
    rf"|^@{_NAME} = [^\n]*"  # data that refers to data: what uses that is looked at
    rf"|^(?:define|declare) "
)


def escapes(text: str) -> bool:
    """Say whether code in the IR text ``text`` lets an address in its own image out."""
    defined = {found[1] or found[2] for found in _DEFINED.finditer(text)}
    return any(
        not _HARMLESS.search(line) and any(found[1] in defined for found in _USE.finditer(line))
        for line in text.splitlines()
        if "@" in line
    )

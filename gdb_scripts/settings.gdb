# Makes gdb ready for code that does not exist yet when the program starts. `jitdbg debug` sources it before the
# program is loaded; `source` it from a ~/.gdbinit to have it always. Nothing here changes how other code is debugged.

# A breakpoint in code that is not compiled yet waits for it. The default asks, and takes silence for a no.
set breakpoint pending on

# gdb asks the servers of DEBUGINFOD_URLS for the debug info of each library that has none, one request for each
# load. No server knows an image that was made a moment ago; those that have debug info carry it themselves.
python
try:
    gdb.execute("set debuginfod enabled off")
except gdb.error:
    pass  # gdb before 12 knows no debuginfod, and then asks nobody
end

# What gdb needs for code that is loaded while the program runs; read by `jitdbg debug` after the user's own ~/.gdbinit.

# A breakpoint in a dylib is set long before the dylib exists.
set breakpoint pending on

# Programs that ignore SIGPIPE (every Python program does) would stop here: a traced process gets ignored signals, too.
handle SIGPIPE nostop noprint pass

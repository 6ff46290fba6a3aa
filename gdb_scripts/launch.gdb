# What a program needs that `jitdbg debug` starts under gdb, whether it makes code or not.

# Programs that ignore SIGPIPE, as every Python program does, would stop here: a traced process gets it all the same.
handle SIGPIPE nostop noprint pass

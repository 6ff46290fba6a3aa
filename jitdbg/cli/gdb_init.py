"""``jitdbg gdb-init``."""

from jitdbg.cli.init import init_command

command = init_command("gdb")

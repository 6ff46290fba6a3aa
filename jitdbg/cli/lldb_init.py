"""``jitdbg lldb-init``."""

from jitdbg.cli.init import init_command

command = init_command("lldb")

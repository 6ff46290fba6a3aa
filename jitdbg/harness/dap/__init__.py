"""Debug adapters, the servers that IDEs talk to, behind a session: what an IDE sees is tested by the same tests.

The protocol is https://microsoft.github.io/debug-adapter-protocol/specification ; ``dialects.py`` has what lldb-dap and
gdb's ``-i dap`` do differently, and what they can't do.
"""

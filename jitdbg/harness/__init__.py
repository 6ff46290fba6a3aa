"""One session for every debugger: drive gdb, lldb and DAP adapters, and get facts rather than prose."""

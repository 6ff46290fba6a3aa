"""IDEs: which debug adapter serves a debug configuration and what it is told, what became of breakpoints, and files
that make editors ready.

Editors stay thin: the VS Code extension (``editors/vscode``) asks ``jitdbg ide session`` and ``jitdbg ide explain``.
"""

"""Emacs: gdb-mi, which comes with it, and dape, which speaks to debug adapters."""

from __future__ import annotations

from collections.abc import Sequence

from jitdbg import tools
from jitdbg.ide.editors.files import MARK, File, Setup, quoted

_TEXT = """;;; jitdbg.el --- JIT code under gdb, and under lldb through dape  -*- lexical-binding: t -*-
;; {mark} emacs`: load this file, as in (load "{path}").

(defvar jitdbg-program '({program})
  "The program and its arguments that are debugged.")

(defvar jitdbg-gdb '({gdb})
  "gdb with the settings and the commands that JIT code needs.")

(defun jitdbg-gdb ()
  "Debug `jitdbg-program' under gdb."
  (interactive)
  (require 'gdb-mi)
  (gdb (combine-and-quote-strings (append jitdbg-gdb (list "--args") jitdbg-program))))

(defun jitdbg-break ()
  "Set a breakpoint at this line, whether its code is there yet or not."
  (interactive)
  (gud-basic-call (format "break %s:%d" (buffer-file-name) (line-number-at-pos))))

;; dape sets breakpoints in modes for programming alone. Where `.ll' has a mode already, that one stays.
(define-derived-mode jitdbg-source-mode prog-mode "JIT source"
  "A mode for the sources of JIT code, in which `dape-breakpoint-toggle' works."
  (setq-local comment-start "; "))

(add-to-list 'auto-mode-alist '("\\\\.ll\\\\'" . jitdbg-source-mode) t)

(dolist (buffer (buffer-list))
  (with-current-buffer buffer
    (when (and buffer-file-name (eq major-mode 'fundamental-mode))
      (normal-mode))))

(with-eval-after-load 'dape
  (add-to-list 'dape-configs
               `(jitdbg
                 modes nil
                 command {adapter}
                 :type "lldb-dap"
                 :request "launch"
                 :program ,(car jitdbg-program)
                 :args ,(vconcat (cdr jitdbg-program))
                 :cwd "."
                 :disableASLR {fixed}
                 :initCommands [{commands}])))
"""
_NEXT = (
    'Load it with (load-file "jitdbg.el"); then M-x jitdbg-gdb, M-x jitdbg-break in a source, and "run"; '
    "or M-x dape-breakpoint-toggle and M-x dape."
)


def setup(command: Sequence[str]) -> Setup:
    """Write Lisp that knows the program."""
    lldb = tools.find_tool("lldb-dap")
    text = _TEXT.format(
        mark=MARK,
        path="jitdbg.el",
        program=_strings(command),
        gdb=_strings([tools.tool("gdb").path, "-i=mi", *tools.launch_arguments("gdb")]),
        adapter=quoted(lldb.path if lldb else "lldb-dap"),
        fixed="t" if tools.can_disable_randomization() else ":json-false",
        commands=_strings(tools.start_commands("lldb")),
    )
    return Setup((File("jitdbg.el", text),), _NEXT)


def _strings(words: Sequence[str]) -> str:
    return " ".join(map(quoted, words))

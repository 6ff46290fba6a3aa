// "Run directive checks on this file": what `jitdbg check` finds becomes diagnostics.

import * as vscode from "vscode";
import { ask, telling } from "./jitdbg";

interface Outcome {
  file: string;
  line: number;
  directive: string;
  status: string;
  message: string;
}

interface Checked {
  ok: boolean;
  missing: string[];
  runs: { debugger: string; outcomes: Outcome[] }[];
}

const GOOD = ["passed", "unsupported", "expected failure"];

export function registerChecks(): vscode.Disposable[] {
  const diagnostics = vscode.languages.createDiagnosticCollection("jitdbg");
  return [
    diagnostics,
    vscode.commands.registerCommand("jitdbg.check", () => telling(() => check(diagnostics))),
    vscode.workspace.onDidChangeTextDocument(({ document }) => diagnostics.delete(document.uri)),
  ];
}

async function check(diagnostics: vscode.DiagnosticCollection): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (!document) {
    return;
  }
  await document.save();
  const folder = vscode.workspace.getWorkspaceFolder(document.uri);
  const progress = { location: vscode.ProgressLocation.Window, title: "Checking directives" };
  const found = await vscode.window.withProgress(progress, () => ask<Checked>(["check", "--json", document.fileName], folder));
  diagnostics.clear();
  for (const [file, listed] of byFile(found)) {
    diagnostics.set(vscode.Uri.file(file), listed);
  }
  tell(found);
}

function byFile(found: Checked): Map<string, vscode.Diagnostic[]> {
  const files = new Map<string, vscode.Diagnostic[]>();
  for (const { debugger: name, outcomes } of found.runs) {
    for (const outcome of outcomes.filter((each) => !GOOD.includes(each.status))) {
      files.set(outcome.file, [...(files.get(outcome.file) ?? []), diagnostic(outcome, name)]);
    }
  }
  return files;
}

function diagnostic(outcome: Outcome, debuggerName: string): vscode.Diagnostic {
  const line = Math.max(outcome.line - 1, 0);
  const range = new vscode.Range(line, 0, line, Number.MAX_SAFE_INTEGER);
  const words = [outcome.status, outcome.message].filter(Boolean).join(": ");
  const made = new vscode.Diagnostic(range, words, vscode.DiagnosticSeverity.Error);
  made.source = debuggerName ? `jitdbg, ${debuggerName}` : "jitdbg";
  return made;
}

function tell(found: Checked): void {
  const outcomes = found.runs.flatMap((run) => run.outcomes);
  const passed = outcomes.filter((outcome) => GOOD.includes(outcome.status)).length;
  const where = found.runs.map((run) => run.debugger).filter(Boolean);
  const missing = found.missing.length ? ` (${found.missing.join(" and ")} is not installed)` : "";
  const words = `${passed} of ${outcomes.length} directives passed under ${where.join(" and ") || "no debugger"}${missing}.`;
  void (found.ok ? vscode.window.showInformationMessage(words) : vscode.window.showWarningMessage(words));
}

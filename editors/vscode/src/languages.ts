// Files of a JIT's own language, by the setting jitdbg.sources: VS Code allows breakpoints by language.

import * as vscode from "vscode";

const LANGUAGE = "jit-source";

export function registerLanguages(): vscode.Disposable[] {
  const all = () => vscode.workspace.textDocuments.forEach((document) => void claim(document));
  all();
  return [
    vscode.workspace.onDidOpenTextDocument((document) => void claim(document)),
    vscode.workspace.onDidChangeConfiguration((event) => event.affectsConfiguration("jitdbg.sources") && all()),
  ];
}

/** Give a file that matches our language, unless an extension knows a better one. */
async function claim(document: vscode.TextDocument): Promise<void> {
  const patterns = vscode.workspace.getConfiguration("jitdbg", document).get<string[]>("sources", []);
  const matches = patterns.some((pattern) => vscode.languages.match({ pattern }, document) > 0);
  if (matches && document.languageId === "plaintext") {
    await vscode.languages.setTextDocumentLanguage(document, LANGUAGE);
  }
}

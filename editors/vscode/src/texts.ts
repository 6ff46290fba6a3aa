// Texts that lie in no file: the IR of a function with the current lines marked, and disassembly.

import * as vscode from "vscode";
import { currentSession, facts } from "./debugconsole";
import { stops } from "./fates";
import { telling } from "./jitdbg";

const SCHEME = "jitdbg";
const CURRENT = "IR of this frame.ll";

interface Ir {
  function: string;
  dylib: string;
  generation: number;
  lines: { number: number; text: string; current: boolean }[];
}

const marked = vscode.window.createTextEditorDecorationType({
  isWholeLine: true,
  backgroundColor: new vscode.ThemeColor("editor.stackFrameHighlightBackground"),
  overviewRulerColor: new vscode.ThemeColor("editor.stackFrameHighlightBackground"),
  before: { contentText: "▶", color: new vscode.ThemeColor("debugIcon.breakpointCurrentStackframeForeground"), margin: "0 0.5ch 0 0" },
});

class Texts implements vscode.TextDocumentContentProvider {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly texts = new Map<string, string>();

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.path) ?? "";
  }

  put(name: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${name}` });
    this.texts.set(uri.path, text);
    this.changed.fire(uri);
    return uri;
  }
}

const texts = new Texts();
/** The lines, counted from 0, that are marked in the IR that is shown, by the document's path. */
const currentLines = new Map<string, number[]>();

export function registerTexts(): vscode.Disposable[] {
  return [
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, texts),
    vscode.commands.registerCommand("jitdbg.showIr", () => telling(() => showIr())),
    vscode.workspace.onDidChangeTextDocument(({ document }) => mark(document.uri)),
    vscode.window.onDidChangeVisibleTextEditors((editors) => editors.forEach((editor) => mark(editor.document.uri))),
    stops.event(() => void follow()),
    vscode.debug.onDidChangeActiveStackItem(() => void follow()),
  ];
}

/** Show the IR of a function, or of the selected frame, beside the source. */
export async function showIr(words?: string): Promise<void> {
  await showDocument(await putIr(words));
}

export async function showText(name: string, text: string): Promise<void> {
  await showDocument(texts.put(name, text));
}

/** Keep the IR of the frame, where it is on view, at the frame that is selected now. */
async function follow(): Promise<void> {
  if (vscode.window.visibleTextEditors.some((editor) => editor.document.uri.path === `/${CURRENT}`)) {
    try {
      await putIr();
    } catch {
      texts.put(CURRENT, "; this frame has no IR\n");
      currentLines.set(`/${CURRENT}`, []);
    }
  }
}

async function putIr(words?: string): Promise<vscode.Uri> {
  const ir = await facts<Ir>(currentSession(), "jit-ir", ...(words ? [words] : []));
  const first = ir.lines[0]?.number ?? 1;
  const header = `; ${ir.function} of the JIT dylib ${ir.dylib} (generation ${ir.generation}), from line ${first} of its IR`;
  const name = words ? `${words.replace(":", ".")}.ll` : CURRENT;
  currentLines.set(`/${name}`, ir.lines.flatMap((line, index) => (line.current ? [index + 1] : [])));
  const uri = texts.put(name, [header, ...ir.lines.map((line) => line.text), ""].join("\n"));
  mark(uri);
  return uri;
}

async function showDocument(uri: vscode.Uri): Promise<void> {
  await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: false });
  mark(uri);
}

function mark(uri: vscode.Uri): void {
  if (uri.scheme !== SCHEME) {
    return;
  }
  const lines = currentLines.get(uri.path) ?? [];
  for (const editor of vscode.window.visibleTextEditors.filter((each) => each.document.uri.path === uri.path)) {
    editor.setDecorations(marked, lines.map((line) => new vscode.Range(line, 0, line, 0)));
    const [first] = lines;
    if (first !== undefined) {
      editor.revealRange(new vscode.Range(first, 0, first, 0), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    }
  }
}

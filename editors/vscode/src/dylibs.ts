// The view "JIT Dylibs": what jit-list and jit-info say, again at each stop; loading and reloading.

import { basename } from "node:path";
import * as vscode from "vscode";
import { TYPE } from "./configurations";
import { command, currentSession, facts } from "./debugconsole";
import { stops } from "./fates";
import { Complaint, telling } from "./jitdbg";
import { showIr, showText } from "./texts";

interface Dylib {
  id: number;
  name: string;
  generation: number;
  functions: number | null;
  source: string;
  path: string;
}

interface JitFunction {
  name: string;
  file: string | null;
  line: number | null;
}

interface Loaded {
  name: string;
  generation: number;
}

const LOADABLE = ["ll", "bc", "c", "cc", "cpp", "o", "so"];

class DylibItem extends vscode.TreeItem {
  override contextValue = "dylib";

  constructor(readonly dylib: Dylib) {
    super(dylib.name, vscode.TreeItemCollapsibleState.Collapsed);
    this.id = `${dylib.id} ${dylib.generation}`;
    this.description = `generation ${dylib.generation}, ${counted(dylib.functions)}`;
    this.tooltip = `${dylib.source || "made in memory"}\n${dylib.path}`;
    this.iconPath = new vscode.ThemeIcon("library");
  }

  get place(): [string, number] | undefined {
    return this.dylib.source ? [this.dylib.source, 1] : undefined;
  }
}

class FunctionItem extends vscode.TreeItem {
  override contextValue = "function";

  constructor(
    readonly dylib: Dylib,
    readonly found: JitFunction,
  ) {
    super(found.name, vscode.TreeItemCollapsibleState.None);
    this.description = found.file ? `${basename(found.file)}:${found.line}` : "no line";
    this.iconPath = new vscode.ThemeIcon("symbol-function");
    this.command = { command: "jitdbg.openSource", title: "Open Source", arguments: [this] };
  }

  get place(): [string, number] | undefined {
    return this.found.file && this.found.line ? [this.found.file, this.found.line] : undefined;
  }

  /** How the commands name it: FUNCTION alone means the latest generation of any dylib. */
  get words(): string {
    return `${this.dylib.name}:${this.found.name}`;
  }
}

class DylibTree implements vscode.TreeDataProvider<vscode.TreeItem> {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly view: () => vscode.TreeView<vscode.TreeItem>) {}

  refresh(): void {
    this.changed.fire();
  }

  getTreeItem(item: vscode.TreeItem): vscode.TreeItem {
    return item;
  }

  async getChildren(parent?: vscode.TreeItem): Promise<vscode.TreeItem[]> {
    const session = vscode.debug.activeDebugSession;
    if (session?.type !== TYPE) {
      return [];
    }
    try {
      return parent instanceof DylibItem ? await functionsOf(session, parent.dylib) : await this.dylibs(session);
    } catch (error) {
      this.view().message = error instanceof Error ? error.message : String(error);
      return [];
    }
  }

  private async dylibs(session: vscode.DebugSession): Promise<vscode.TreeItem[]> {
    const found = await facts<{ dylibs: Dylib[] }>(session, "jit-list");
    this.view().message = found.dylibs.length ? "" : "The program has loaded no JIT dylib.";
    return found.dylibs.map((dylib) => new DylibItem(dylib));
  }
}

async function functionsOf(session: vscode.DebugSession, dylib: Dylib): Promise<vscode.TreeItem[]> {
  const found = await facts<{ functions: JitFunction[] | null }>(session, "jit-info", String(dylib.id));
  return (found.functions ?? []).map((each) => new FunctionItem(dylib, each));
}

export function registerDylibs(): vscode.Disposable[] {
  const tree: DylibTree = new DylibTree(() => view);
  const view = vscode.window.createTreeView("jitdbg.dylibs", { treeDataProvider: tree });
  const changing = (action: () => Promise<void>) => telling(action).then(() => tree.refresh());
  return [
    view,
    stops.event(() => tree.refresh()),
    vscode.debug.onDidChangeActiveDebugSession(() => tree.refresh()),
    vscode.commands.registerCommand("jitdbg.load", (file?: vscode.Uri) => changing(() => load(file))),
    vscode.commands.registerCommand("jitdbg.reload", (item?: DylibItem) => changing(() => reload(item))),
    vscode.commands.registerCommand("jitdbg.openSource", (item: DylibItem | FunctionItem) => telling(() => openSource(item))),
    vscode.commands.registerCommand("jitdbg.openIr", (item: FunctionItem) => telling(() => showIr(item.words))),
    vscode.commands.registerCommand("jitdbg.openDisassembly", (item: FunctionItem) => telling(() => disassembly(item))),
  ];
}

async function load(given?: vscode.Uri): Promise<void> {
  const session = currentSession();
  const file = given instanceof vscode.Uri ? given : await askForFile();
  if (file) {
    tell(await facts<Loaded>(session, "jit-load", file.fsPath));
  }
}

/** Take the file that is open, or ask for one where that can't be loaded. */
async function askForFile(): Promise<vscode.Uri | undefined> {
  const open = vscode.window.activeTextEditor?.document;
  if (open && open.uri.scheme === "file" && LOADABLE.some((ending) => open.fileName.endsWith(`.${ending}`))) {
    await open.save();
    return open.uri;
  }
  const chosen = await vscode.window.showOpenDialog({ filters: { "IR, C, objects and images": LOADABLE } });
  return chosen?.[0];
}

async function reload(item?: DylibItem): Promise<void> {
  const session = currentSession();
  const name = item?.dylib.name ?? (await askForDylib(session));
  if (name) {
    await vscode.workspace.saveAll(false);
    tell(await facts<Loaded>(session, "jit-reload", name));
  }
}

async function askForDylib(session: vscode.DebugSession): Promise<string | undefined> {
  const { dylibs } = await facts<{ dylibs: Dylib[] }>(session, "jit-list");
  // That of the file that is open comes first.
  const open = vscode.window.activeTextEditor?.document.fileName;
  const sorted = [...dylibs.filter((each) => each.source === open), ...dylibs.filter((each) => each.source !== open)];
  const names = [...new Set(sorted.map((dylib) => dylib.name))];
  if (names.length === 0) {
    throw new Complaint("The program has loaded no JIT dylib that could be reloaded.");
  }
  return names.length === 1 ? names[0] : vscode.window.showQuickPick(names, { title: "Reload which JIT dylib?" });
}

function tell({ name, generation }: Loaded): void {
  void vscode.window.showInformationMessage(`Loaded ${name}, generation ${generation}.`);
}

async function openSource(item: DylibItem | FunctionItem): Promise<void> {
  if (!item.place) {
    throw new Complaint(`${item.label} has no source: it was made in memory, or has no debug info.`);
  }
  const [file, line] = item.place;
  const start = new vscode.Position(line - 1, 0);
  await vscode.window.showTextDocument(vscode.Uri.file(file), { selection: new vscode.Range(start, start) });
}

async function disassembly(item: FunctionItem): Promise<void> {
  await showText(`${item.found.name}.s`, await command(currentSession(), "jit-disas", item.words));
}

function counted(functions: number | null): string {
  return functions === null ? "functions unknown" : functions === 1 ? "1 function" : `${functions} functions`;
}

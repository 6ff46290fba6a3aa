// The processes that hold JIT dylibs, to choose one to attach to.

import * as vscode from "vscode";
import { ask, Complaint, telling } from "./jitdbg";

interface Hosts {
  hosts: { pid: number; command: string[]; dylibs: { modules: string[] }[] }[];
}

export function registerHosts(): vscode.Disposable[] {
  return [vscode.commands.registerCommand("jitdbg.pickHost", () => telling(pick))];
}

async function pick(): Promise<string | undefined> {
  const { hosts } = await ask<Hosts>(["ps", "--json"], vscode.workspace.workspaceFolders?.[0]);
  if (hosts.length === 0) {
    throw new Complaint("No process of yours holds a JIT dylib now: start the program first, or give pid a number.");
  }
  const items = hosts.map((host) => ({
    label: String(host.pid),
    description: host.command.join(" "),
    detail: host.dylibs.flatMap((dylib) => dylib.modules).join(", "),
  }));
  return (await vscode.window.showQuickPick(items, { title: "Attach to which process?", matchOnDescription: true }))?.label;
}

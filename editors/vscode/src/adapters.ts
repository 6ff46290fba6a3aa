// Starts the adapter that a configuration was resolved to.

import * as vscode from "vscode";
import { adapterOf } from "./configurations";

export class AdapterFactory implements vscode.DebugAdapterDescriptorFactory {
  createDebugAdapterDescriptor(session: vscode.DebugSession): vscode.DebugAdapterDescriptor {
    const { command, environment } = adapterOf(session);
    const [program = "", ...words] = command;
    return new vscode.DebugAdapterExecutable(program, words, { env: environment });
  }
}

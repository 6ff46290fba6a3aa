// Debug configurations: what is missing is filled in, and `jitdbg ide session` makes an adapter's request of the rest.

import { basename } from "node:path";
import * as vscode from "vscode";
import { ask, telling } from "./jitdbg";

export const TYPE = "jitdbg";
const RUNNABLE = /\.(ll|bc)$/;

/** The adapter of a session; `escape` stands before a command of the debugger's in the debug console. */
export interface Adapter {
  debugger: string;
  command: string[];
  environment: Record<string, string>;
  escape: string;
}

interface Session {
  adapter: Adapter;
  arguments: Record<string, unknown>;
}

interface Functions {
  functions: { name: string; signature: string }[];
}

/** The adapter that a session's configuration was resolved to. */
export function adapterOf(session: vscode.DebugSession): Adapter {
  return session.configuration["jitdbgAdapter"] as Adapter;
}

export class ConfigurationProvider implements vscode.DebugConfigurationProvider {
  constructor(private readonly remembered: vscode.Memento) {}

  provideDebugConfigurations(): vscode.DebugConfiguration[] {
    return [fresh("${file}")];
  }

  /** Without a launch.json, F5 runs the file that is open. */
  resolveDebugConfiguration(
    _folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): vscode.DebugConfiguration {
    return configuration.type ? configuration : { ...fresh("${file}"), ...configuration, type: TYPE };
  }

  async resolveDebugConfigurationWithSubstitutedVariables(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    return telling(async () => {
      const wanted = await this.withCall({ cwd: folder?.uri.fsPath, ...configuration }, folder);
      if (!wanted) {
        return undefined;
      }
      const session = await ask<Session>(["ide", "session", JSON.stringify(wanted)], folder);
      return { ...configuration, ...session.arguments, jitdbgAdapter: session.adapter };
    });
  }

  /** Ask what is to be called of a file without main; undefined where the user does not want to say. */
  private async withCall(
    configuration: vscode.DebugConfiguration,
    folder: vscode.WorkspaceFolder | undefined,
  ): Promise<vscode.DebugConfiguration | undefined> {
    const file = String(configuration["program"] ?? "");
    if (!RUNNABLE.test(file) || configuration["call"] || configuration["args"]) {
      return configuration;
    }
    const { functions } = await ask<Functions>(["run", file, "--json"], folder);
    if (functions.length === 0 || functions.some((each) => each.name === "main")) {
      return configuration;
    }
    const call = await vscode.window.showInputBox({
      title: `Which function of ${basename(file)} shall be called?`,
      value: this.remembered.get(file) ?? `${functions[0]?.name}()`,
      prompt: functions.map((each) => `${each.name}: ${each.signature}`).join("; "),
    });
    await this.remembered.update(file, call);
    return call === undefined ? undefined : { ...configuration, call };
  }
}

function fresh(file: string): vscode.DebugConfiguration {
  return { type: TYPE, request: "launch", name: `JIT code of ${basename(file)}`, program: file };
}

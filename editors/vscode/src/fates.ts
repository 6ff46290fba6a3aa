// Watches a session's traffic: which breakpoints were never set, which images there were, how it ended. What that
// means is asked of `jitdbg ide explain`, and told to the user.

import * as vscode from "vscode";
import { adapterOf } from "./configurations";
import { ask, telling } from "./jitdbg";

/** Fires at each stop of a session of ours. */
export const stops = new vscode.EventEmitter<vscode.DebugSession>();

interface Explanation {
  unset: { file: string; line: number; reason: string }[];
  warnings: string[];
}

interface Breakpoint {
  id?: number;
  verified: boolean;
}

interface Message {
  type: string;
  seq: number;
  request_seq?: number;
  command?: string;
  event?: string;
  arguments?: { source?: { path?: string }; breakpoints?: { line: number }[] };
  body?: { breakpoint?: Breakpoint; breakpoints?: Breakpoint[]; module?: { path?: string } };
}

interface Point {
  line: number;
  id: number | undefined;
  wasSet: boolean;
}

export class FateTrackerFactory implements vscode.DebugAdapterTrackerFactory {
  createDebugAdapterTracker(session: vscode.DebugSession): vscode.DebugAdapterTracker {
    return new FateTracker(session);
  }
}

class FateTracker implements vscode.DebugAdapterTracker {
  private readonly asked = new Map<number, { file: string; lines: number[] }>();
  private readonly points = new Map<string, Point[]>();
  private readonly images = new Set<string>();
  private readonly warned = new Set<string>();
  private looked = 0;
  private ended = false;
  private left = false;

  constructor(private readonly session: vscode.DebugSession) {}

  onWillReceiveMessage(message: Message): void {
    this.left ||= message.command === "disconnect" || message.command === "terminate";
    const file = message.arguments?.source?.path;
    if (message.command === "setBreakpoints" && file) {
      this.asked.set(message.seq, { file, lines: (message.arguments?.breakpoints ?? []).map((each) => each.line) });
    }
  }

  onDidSendMessage(message: Message): void {
    if (message.type === "response" && message.command === "setBreakpoints") {
      this.takeAnswer(message);
    } else if (message.event === "breakpoint" && message.body?.breakpoint) {
      this.take(message.body.breakpoint);
    } else if (message.event === "module" && message.body?.module?.path) {
      this.images.add(message.body.module.path);
    } else if (message.event === "stopped") {
      stops.fire(this.session);
      void this.warn();
    } else if (message.event === "terminated") {
      void this.end();
    }
  }

  /** VS Code gives no code where a signal has ended the adapter, and never the signal. */
  onExit(code: number | undefined): void {
    if (!this.ended && !this.left) {
      const name = adapterOf(this.session).command[0];
      const how = code === undefined ? "by a signal" : `with exit code ${code}`;
      void vscode.window.showErrorMessage(`The debugger ${name} ended by itself, ${how}: the session is over.`, "OK");
    }
  }

  private takeAnswer(message: Message): void {
    const asked = this.asked.get(message.request_seq ?? -1);
    if (!asked) {
      return;
    }
    const before = this.points.get(asked.file) ?? [];
    const found = message.body?.breakpoints ?? [];
    this.points.set(
      asked.file,
      asked.lines.map((line, index) => ({
        line,
        id: found[index]?.id,
        wasSet: (found[index]?.verified ?? false) || before.some((point) => point.line === line && point.wasSet),
      })),
    );
  }

  private take(breakpoint: Breakpoint): void {
    const point = [...this.points.values()].flat().find((each) => each.id === breakpoint.id);
    if (point && breakpoint.verified) {
      point.wasSet = true;
    }
  }

  /** Warn, once each, of sources that were edited since the images loaded by now were made. */
  private async warn(): Promise<void> {
    if (this.images.size === this.looked) {
      return;
    }
    this.looked = this.images.size;
    const found = await telling(() => this.explain([]));
    for (const warning of found?.warnings ?? []) {
      if (!this.warned.has(warning)) {
        this.warned.add(warning);
        void vscode.window.showWarningMessage(warning);
      }
    }
  }

  private async end(): Promise<void> {
    if (this.ended) {
      return;
    }
    this.ended = true;
    const unset = [...this.points].flatMap(([file, points]) =>
      points.filter((point) => !point.wasSet).flatMap((point) => ["-b", `${file}:${point.line}`]),
    );
    if (unset.length) {
      const found = await telling(() => this.explain(unset));
      for (const { file, line, reason } of found?.unset ?? []) {
        const name = vscode.workspace.asRelativePath(file);
        void tell(`The breakpoint at ${name}:${line} was never set: ${reason}.`, file, line);
      }
    }
  }

  private explain(breakpoints: string[]): Promise<Explanation> {
    return ask<Explanation>(["ide", "explain", ...breakpoints, "--", ...this.images], this.session.workspaceFolder);
  }
}

/** Warn of a breakpoint, with a button that leads to it. */
async function tell(words: string, file: string, line: number): Promise<void> {
  if (await vscode.window.showWarningMessage(words, "Show Breakpoint")) {
    const start = new vscode.Position(line - 1, 0);
    await vscode.window.showTextDocument(vscode.Uri.file(file), { selection: new vscode.Range(start, start) });
  }
}

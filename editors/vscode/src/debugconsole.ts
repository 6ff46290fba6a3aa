// The debugger's own commands, through the session's console: jit-list and its family.

import * as vscode from "vscode";
import { adapterOf, TYPE } from "./configurations";
import { Complaint } from "./jitdbg";

const UNKNOWN = /is not a valid command|Undefined command/;

/** The session that is debugged now, where it is one of ours. */
export function currentSession(): vscode.DebugSession {
  const session = vscode.debug.activeDebugSession;
  if (session?.type !== TYPE) {
    throw new Complaint("No JIT code is debugged now: start a session of the type jitdbg first.");
  }
  return session;
}

/** Run a command, for the frame that is selected, and give what it prints. */
export async function command(session: vscode.DebugSession, ...words: string[]): Promise<string> {
  const item = vscode.debug.activeStackItem;
  const frame = item instanceof vscode.DebugStackFrame && item.session === session ? item.frameId : undefined;
  const expression = adapterOf(session).escape + words.map(quoted).join(" ");
  const arguments_ = { expression, context: "repl", ...(frame === undefined ? {} : { frameId: frame }) };
  try {
    const answer = (await session.customRequest("evaluate", arguments_)) as { result: string };
    return checked(answer.result, session);
  } catch (error) {
    throw error instanceof Complaint ? error : complaint(error instanceof Error ? error.message : String(error), session);
  }
}

/** Run a command that prints JSON. */
export async function facts<Facts>(session: vscode.DebugSession, ...words: string[]): Promise<Facts> {
  const printed = await command(session, ...words, "--json");
  const start = printed.indexOf("{");
  try {
    return JSON.parse(printed.slice(start)) as Facts;
  } catch {
    throw complaint(printed, session);
  }
}

/** lldb-dap refuses no command: it gives what was printed. */
function checked(printed: string, session: vscode.DebugSession): string {
  const refused = /^error: (.*)/m.exec(printed);
  if (refused) {
    throw complaint(refused[1] ?? "", session);
  }
  return printed;
}

function complaint(words: string, session: vscode.DebugSession): Complaint {
  if (UNKNOWN.test(words)) {
    const name = adapterOf(session).command[0];
    return new Complaint(
      `${name} has no Python, which jitdbg's commands need: install a debugger that has (jitdbg doctor says how).`,
    );
  }
  return new Complaint(words.trim().split("\n")[0] ?? "");
}

function quoted(word: string): string {
  return /^[\w./:$+=@%-]+$/.test(word) ? word : `"${word.replace(/["\\]/g, "\\$&")}"`;
}

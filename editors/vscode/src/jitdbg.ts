// The program jitdbg: where it is, and asking it.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";

const ENVIRONMENTS = [".venv", "venv"];
const OUTPUT_LIMIT = 256 * 1024 * 1024;

/** A failure that is told to the user as it stands: one sentence. */
export class Complaint extends Error {}

/** Run a subcommand that prints JSON and give the document, also where a check failed (exit code 1). */
export async function ask<Answer>(words: string[], folder?: vscode.WorkspaceFolder): Promise<Answer> {
  const program = command(folder);
  const { code, output, errors } = await run(program, words, folder?.uri.fsPath);
  if (code === "ENOENT") {
    throw new Complaint(
      `The program ${program} is missing: install jitdbg (pip install jitdbg), or set jitdbg.command to its path.`,
    );
  }
  if (code !== 0 && code !== 1) {
    throw new Complaint(sentence(errors) || `${program} ended with ${code}.`);
  }
  try {
    return JSON.parse(output) as Answer;
  } catch {
    throw new Complaint(sentence(errors) || `${program} ${words[0]} printed no JSON: is it the right version?`);
  }
}

function command(folder?: vscode.WorkspaceFolder): string {
  const configured = vscode.workspace.getConfiguration("jitdbg", folder).get("command", "");
  if (configured) {
    return configured;
  }
  const found = ENVIRONMENTS.map((name) => join(folder?.uri.fsPath ?? "", name, "bin", "jitdbg")).find(existsSync);
  return (folder && found) || "jitdbg";
}

interface Ended {
  code: number | string;
  output: string;
  errors: string;
}

function run(program: string, words: string[], directory?: string): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { maxBuffer: OUTPUT_LIMIT, ...(directory ? { cwd: directory } : {}) };
    execFile(program, words, options, (error, output, errors) =>
      resolve({ code: error ? (error.code ?? error.signal ?? error.message) : 0, output, errors }),
    );
  });
}

/** Give the last line of what was complained of, without the program's name before it. */
function sentence(errors: string): string {
  const last = errors.trim().split("\n").pop() ?? "";
  const words = last.replace(/^(jitdbg: error|Error): /, "");
  return words && words.charAt(0).toUpperCase() + words.slice(1);
}

/** Do something for the user and tell them of a complaint. */
export async function telling<Result>(action: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await action();
  } catch (error) {
    // A message with a button is shown whole, one without on a single line.
    void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error), "OK");
    return undefined;
  }
}

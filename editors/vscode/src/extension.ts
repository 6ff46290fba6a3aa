// What the extension consists of, and nothing else. All that is known of debuggers, adapters and images is asked of the
// program jitdbg; all that is known of the program that is debugged, of the debugger.

import * as vscode from "vscode";
import { AdapterFactory } from "./adapters";
import { registerChecks } from "./checks";
import { ConfigurationProvider, TYPE } from "./configurations";
import { registerDylibs } from "./dylibs";
import { FateTrackerFactory } from "./fates";
import { registerHosts } from "./hosts";
import { registerLanguages } from "./languages";
import { registerTexts } from "./texts";

export function activate(context: vscode.ExtensionContext): void {
  const provider = new ConfigurationProvider(context.workspaceState);
  context.subscriptions.push(
    vscode.debug.registerDebugConfigurationProvider(TYPE, provider),
    vscode.debug.registerDebugAdapterDescriptorFactory(TYPE, new AdapterFactory()),
    vscode.debug.registerDebugAdapterTrackerFactory(TYPE, new FateTrackerFactory()),
    ...registerHosts(),
    ...registerLanguages(),
    ...registerTexts(),
    ...registerDylibs(),
    ...registerChecks(),
  );
}

import { loadConfig } from "../config.ts";
import { checkBroker } from "./broker.ts";
import { type Check, fine, mustDo } from "./check.ts";
import { edgeCommand } from "./edge_command.ts";
import { checkKnowledge } from "./knowledge.ts";
import { checkMachine } from "./machine.ts";
import { checkModels } from "./models.ts";
import { checkPort } from "./port.ts";
import { checkSenses } from "./senses.ts";
import { checkTap } from "./tap.ts";

/** What a doctor found. */
export interface Diagnosis {
  /** Nothing has to be done. */
  ok: boolean;
  checks: Check[];
}

/**
 * Checks everything that a guard needs, each in its own right: one that fails keeps no other from
 * being made. Nothing is changed, and a running agent isn't disturbed.
 *
 * @param file path of the configuration
 * @param state overrides its state folder
 */
export async function diagnose(file: string, state?: string): Promise<Diagnosis> {
  const loaded = await loadConfig(file, state);
  if (!loaded.ok) {
    const todo = `'${edgeCommand("config example")}' prints one to begin with, ` +
      `'${edgeCommand(`config check ${file}`)}' checks it`;
    return { ok: false, checks: [mustDo("configuration", loaded.issue, todo)] };
  }
  const config = loaded.value;
  const command = (words: string) => edgeCommand(words, file);
  const names = config.printer.map(({ name }) => name).join(", ");
  const groups = await Promise.all([
    checkMachine(config),
    checkKnowledge(config, command),
    checkModels(),
    ...config.printer.map(async (printer) => [
      await checkPort(printer),
      ...await checkTap(config, printer, command),
    ]),
    checkSenses(config),
    checkBroker(config),
  ]);
  const checks = [fine("configuration", `${file}: ${names}`), ...groups.flat()];
  return { ok: checks.every((check) => check.state !== "do"), checks };
}

const SIGNS: Record<Check["state"], string> = {
  "ok": "  ok  ",
  "hint": " hint ",
  "do": "  DO  ",
  "not-checked": "  --  ",
};

/** A diagnosis for a person: each check in a line, and below it what to do. */
export function diagnosisText({ checks }: Diagnosis): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ name, state, found, todo }) => {
    const says = state === "not-checked" ? `not checked: ${found}` : found;
    const line = `${SIGNS[state]} ${name.padEnd(width)}  ${says}`;
    return todo === null ? [line] : [line, `${" ".repeat(width + 9)}→ ${todo}`];
  });
  return [...lines, "", inSum(checks)].join("\n");
}

function inSum(checks: readonly Check[]): string {
  const count = (state: Check["state"]) => checks.filter((check) => check.state === state).length;
  const [todo, hints, unchecked] = [count("do"), count("hint"), count("not-checked")];
  const parts = [
    todo === 0 ? "nothing has to be done" : `${todo} thing${todo === 1 ? "" : "s"} to do`,
    ...(hints > 0 ? [`${hints} hint${hints === 1 ? "" : "s"}`] : []),
    ...(unchecked > 0 ? [`${unchecked} not checked`] : []),
  ];
  return parts.join(", ");
}

import type { Machine } from "../device/machine.ts";
import type { Command } from "./command.ts";

/** What a firmware says to a command that it doesn't know. */
export function unknownCommand(m: Machine, c: Command): string {
  const text = c.text.trim();
  if (m.fw.p.dialect === "klipper") return `// Unknown command:"${text.split(" ")[0]}"`;
  if (m.fw.p.dialect === "prusa") return `Unknown ${text[0] ?? ""} code: ${text}`;
  return `echo:Unknown command: "${text}"`;
}

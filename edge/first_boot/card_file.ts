import { parse, TomlError } from "smol-toml";
import { z } from "zod";
import { configIssues } from "../config/issues.ts";
import type { ConfigNode } from "../config/nodes.ts";
import { CardConfig, defaultWay, type HostWay } from "./card_schema.ts";

const BYTES_MAX = 65_536;
const UTF16_MARKS = { "255,254": "utf-16le", "254,255": "utf-16be" } as const;

/** What a card says, or each thing that is wrong with it, in words for whoever wrote it. */
export type ReadCard = { ok: true; value: CardConfig } | { ok: false; issues: string[] };

/**
 * The text of a file that any editor may have saved: with a byte order mark or without, in UTF-8 or
 * UTF-16, with the line ends of Windows or Unix. Bytes of an old Windows encoding are an issue.
 */
export function cardText(bytes: Uint8Array): string | null {
  const mark = bytes.subarray(0, 2).join() as keyof typeof UTF16_MARKS;
  try {
    const text = new TextDecoder(UTF16_MARKS[mark] ?? "utf-8", { fatal: true }).decode(bytes);
    return text.replaceAll(/\r\n?/g, "\n");
  } catch {
    return null;
  }
}

/**
 * Reads `printwarden.toml` as it stands on the card.
 *
 * @param way - how a computer reaches the printers that don't say it
 */
export function readCard(bytes: Uint8Array, way: HostWay = defaultWay(false)): ReadCard {
  if (bytes.length > BYTES_MAX) {
    return wrong(`the file is too long: ${BYTES_MAX} bytes at most, got ${bytes.length}`);
  }
  const text = cardText(bytes);
  if (text === null) return wrong("the file isn't text as UTF-8: save it as UTF-8 in your editor");
  let table: unknown;
  try {
    table = withWay(parse(text), way);
  } catch (error) {
    return wrong(syntaxIssue(error));
  }
  const checked = CardConfig.safeParse(table);
  if (!checked.success) {
    return { ok: false, issues: configIssues(checked.error.issues, table, cardTree()) };
  }
  const issues = clashes(checked.data);
  return issues.length > 0 ? { ok: false, issues } : { ok: true, value: checked.data };
}

/** The same, and each printer that doesn't name its way has this one. */
function withWay(table: Record<string, unknown>, host: HostWay): Record<string, unknown> {
  const { printer } = table;
  if (!Array.isArray(printer)) return table;
  const isBlock = (block: unknown) => Object(block) === block && !Array.isArray(block);
  return { ...table, printer: printer.map((block) => isBlock(block) ? { host, ...block } : block) };
}

function cardTree(): ConfigNode {
  return z.toJSONSchema(CardConfig, { io: "input" }) as ConfigNode;
}

function wrong(issue: string): ReadCard {
  return { ok: false, issues: [issue] };
}

/** The line alone: the parser's own message quotes what stands there, which may be a secret. */
function syntaxIssue(error: unknown): string {
  if (!(error instanceof TomlError)) throw error;
  const reason = error.message.split("\n")[0]!.replace(/^Invalid TOML document: /, "");
  return `line ${error.line} can't be read (${reason}): text stands in "quotes", after a '='`;
}

/** What each block says rightly by itself, but not beside the others. */
function clashes({ printer }: CardConfig): string[] {
  const issues: string[] = [];
  for (const key of ["name", "usb"] as const) {
    const values = printer.map((block) => block[key].toLowerCase());
    const twice = values.find((value, index) => values.indexOf(value) !== index);
    if (twice === undefined) continue;
    const cure = key === "usb" ? "; the list of what is plugged in, below, tells them apart" : "";
    issues.push(`two printers have ${key} = "${twice}": each needs its own${cure}`);
  }
  if (printer.length > 1 && printer.some(({ usb }) => usb.toLowerCase() === "auto")) {
    issues.push(`usb = "auto" is for a single printer: say of each of several which it is`);
  }
  if (printer.filter(({ host }) => host === "usb").length > 1) {
    issues.push(`host = "usb" is for one printer alone: there is one USB cable to the computer`);
  }
  return issues;
}

import { join } from "node:path";
import { stringify } from "smol-toml";
import { reasonOf } from "../../shared/reason.ts";
import { cardText, readCard } from "./card_file.ts";
import type { CardConfig, HostWay } from "./card_schema.ts";
import { writeAll } from "../disk/durable.ts";
import { writeLasting } from "./lasting_file.ts";
import { withoutSecrets } from "./without_secrets.ts";

const FILE = "printwarden.toml";
const STATUS_FILE = "printwarden-status.txt";

/** What lies on the card: a configuration, mistakes, or nothing. */
export type FoundCard =
  | { kind: "none" }
  | { kind: "mistakes"; issues: string[] }
  | { kind: "right"; value: CardConfig };

/** Reads the card's configuration; printers that don't name their way have this one. */
export async function findCard(card: string, way: HostWay): Promise<FoundCard> {
  let bytes: Uint8Array;
  try {
    bytes = await Deno.readFile(join(card, FILE));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { kind: "none" };
    const reason = reasonOf(error);
    return { kind: "mistakes", issues: [`the file can't be read: ${reason}`] };
  }
  const read = readCard(bytes, way);
  return read.ok ? { kind: "right", value: read.value } : { kind: "mistakes", issues: read.issues };
}

/** Whether the file on the card holds one of these still. */
export async function holdsSecret(card: string, secrets: readonly string[]): Promise<boolean> {
  const text = cardText(await Deno.readFile(join(card, FILE))) ?? "";
  return secrets.some((secret) => secret !== "" && text.includes(secret));
}

/**
 * Takes secrets off the card: the file is replaced by one without them, whole at any moment, and
 * the place where the old one stood is written over. What the card's own controller keeps of it
 * elsewhere is out of reach.
 */
export async function removeSecrets(
  card: string,
  secrets: readonly string[],
  way: HostWay,
): Promise<void> {
  const path = join(card, FILE);
  const bytes = await Deno.readFile(path);
  const text = cardText(bytes) ?? "";
  const cut = withoutSecrets(text, secrets) ?? await withoutComments(card, way);
  using old = await Deno.open(path, { write: true });
  await writeLasting(path, withLineEndsOf(bytes, cut));
  await writeAll(old, new Uint8Array(bytes.length).fill(0x20));
  await old.syncData();
}

/** Writes down beside the configuration how things stand. */
export async function writeStatus(card: string, text: string): Promise<void> {
  await writeLasting(join(card, STATUS_FILE), text.replaceAll("\n", "\r\n"));
}

/** Whether the status on the card says this already. */
export async function statusStands(card: string, text: string): Promise<boolean> {
  const now = await Deno.readTextFile(join(card, STATUS_FILE)).catch(() => "");
  return now === text.replaceAll("\n", "\r\n");
}

/** For a file whose secrets stand where nobody would look for them, in a comment say. */
async function withoutComments(card: string, way: HostWay): Promise<string> {
  const found = await findCard(card, way);
  if (found.kind !== "right") throw new Error("Cannot take secrets off a card that isn't right");
  const { wifi, ...rest } = found.value;
  const plain = { ...rest, token: "", ...(wifi ? { wifi: { ...wifi, password: "" } } : {}) };
  return `# Rewritten, since a secret stood in a comment.\n${stringify(plain)}\n`;
}

function withLineEndsOf(bytes: Uint8Array, text: string): string {
  return bytes.includes(0x0d) ? text.replaceAll("\n", "\r\n") : text;
}

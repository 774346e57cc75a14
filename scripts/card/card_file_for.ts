import { readCard } from "../../edge/first_boot/card_file.ts";
import { refused, type Result } from "../../shared/result.ts";

/**
 * A card's `printwarden.toml`, made of one that all cards share.
 *
 * @param template what the cards have in common: Wi-Fi, printers, comments
 * @param name how this one is found in the network
 * @param token what lets this one in
 */
export function cardFileFor(template: string, name: string, token: string): Result<string> {
  const text = [["name", name], ["token", token]].reduce(
    (before, [key, value]) => withKey(before, key!, `${key} = ${JSON.stringify(value)}`),
    template,
  );
  const read = readCard(new TextEncoder().encode(text));
  if (read.ok) return { ok: true, value: text };
  return refused(`Cannot make a card's file of the template: ${read.issues.join("; ")}`);
}

/** Sets a key that stands above all tables, or puts it first. */
function withKey(text: string, key: string, line: string): string {
  const tables = text.search(/^[ \t]*\[/m);
  const head = tables < 0 ? text : text.slice(0, tables);
  const pattern = new RegExp(`^[ \\t]*${key}[ \\t]*=[^\\r\\n]*`, "m");
  if (!pattern.test(head)) return `${line}\n${text}`;
  return head.replace(pattern, () => line) + text.slice(head.length);
}

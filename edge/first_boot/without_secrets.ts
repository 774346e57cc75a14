import { parse } from "smol-toml";

const SECRET_LINE =
  /^([ \t]*(?:token|password)[ \t]*=[ \t]*)("(?:[^"\\\n]|\\.)*"|'[^'\n]*')(.*)$/gm;
const NOTE = "# taken from the card";

/**
 * The card's text with its secrets taken out and a note in their place; all else stays as the person
 * wrote it, line ends included.
 *
 * @param text as it stands in the file
 * @param secrets what has to go; the others are still needed
 * @returns null if one of them stands where it can't be cut out
 */
export function withoutSecrets(text: string, secrets: readonly string[]): string | null {
  const cut = text.replaceAll(SECRET_LINE, (line, key: string, value: string, rest: string) => {
    const meant = parse(`value = ${value}`).value;
    if (meant === "" || !secrets.includes(String(meant))) return line;
    const end = rest.endsWith("\r") ? "\r" : "";
    return `${key}""  ${NOTE}${end}`;
  });
  return secrets.some((secret) => secret !== "" && cut.includes(secret)) ? null : cut;
}

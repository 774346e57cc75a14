import { type ConfigNode, configTree, requirement, solid } from "./nodes.ts";

const WIDTH = 96;

function wrap(text: string): string[] {
  const lines: string[] = [];
  let line = "#";
  for (const word of text.split(" ")) {
    if (line.length + word.length + 1 > WIDTH) {
      lines.push(line);
      line = "#";
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}

function toml(value: unknown): string {
  return JSON.stringify(value ?? "");
}

function isTable(node: ConfigNode): boolean {
  return node.properties !== undefined || node.items !== undefined;
}

function entry(key: string, raw: ConfigNode, required: boolean): string[] {
  const node = solid(raw);
  const bounds = `${required ? "required" : "optional"}: ${requirement(node)}`;
  const example = node.examples?.[0];
  const value = node.default ?? example;
  const off = required || (node.default !== null && node.default !== undefined) ? "" : "# ";
  return [...wrap(`${node.description ?? ""} (${bounds})`), `${off}${key} = ${toml(value)}`];
}

function table(path: string, raw: ConfigNode): string[] {
  const node = raw.items ?? raw;
  const head = path === "" ? [] : [raw.items ? `[[${path}]]` : `[${path}]`];
  const about = raw.description ? wrap(raw.description) : [];
  const properties = Object.entries(node.properties ?? {});
  const own = properties.filter(([, child]) => !isTable(child))
    .flatMap(([key, child]) => entry(key, child, node.required?.includes(key) ?? false));
  const inner = properties.filter(([, child]) => isTable(child))
    .flatMap(([key, child]) => ["", ...table(path === "" ? key : `${path}.${key}`, child)]);
  return [...about, ...head, ...own, ...inner];
}

/** A complete configuration with every key, its meaning, bounds and default, ready to be edited. */
export function describeConfig(): string {
  return [
    "# Printwarden, edge agent. Every key stands here with its meaning and bounds;",
    "# a key that is left out has the value shown, those marked 'required' have none.",
    "",
    ...table("", configTree()),
    "",
  ].join("\n");
}

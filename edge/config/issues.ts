import type { z } from "zod";
import { type ConfigNode, configTree, nodeAt, requirement } from "./nodes.ts";
import { suggest } from "./suggest.ts";

type Issue = z.core.$ZodIssue;

/** A path as it is written in TOML: `printer[0].baud`. */
function keyName(path: readonly PropertyKey[]): string {
  return path.map((key) => typeof key === "number" ? `[${key}]` : `.${String(key)}`)
    .join("").replace(/^\./, "");
}

function shown(value: unknown): string {
  const text = typeof value === "bigint" ? String(value) : JSON.stringify(value);
  return text === undefined ? "nothing" : text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

function unknownKey(
  path: readonly PropertyKey[],
  key: string,
  input: unknown,
  tree: ConfigNode,
): string {
  const known = Object.keys(nodeAt(path, tree)?.properties ?? {});
  const meant = suggest(key, known);
  const hint = meant
    ? `did you mean '${keyName([...path, meant])}'?`
    : `known: ${known.join(", ")}`;
  const secret = meant !== null && nodeAt([...path, meant], tree)?.secret;
  const value = secret ? "not shown" : shown(valueAt(input, [...path, key]));
  return `'${
    keyName([...path, key])
  }' is no key of the configuration (its value: ${value}); ${hint}`;
}

/**
 * What is wrong, key by key: the key's name, what it requires, and what came.
 *
 * @param tree the schema that found it, as a tree; the edge's configuration if none is given
 */
export function configIssues(
  issues: readonly Issue[],
  input: unknown,
  tree: ConfigNode = configTree(),
): string[] {
  return issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => unknownKey(issue.path, key, input, tree));
    }
    const name = keyName(issue.path) || "the file";
    const node = nodeAt(issue.path, tree);
    if (!node || (issue.code === "custom" && !node.form)) return [`'${name}': ${issue.message}`];
    const got = node.secret ? "something else" : shown(valueAt(input, issue.path));
    return [`'${name}': ${requirement(node)} was required, got ${got}`];
  });
}

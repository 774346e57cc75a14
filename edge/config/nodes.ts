import { z } from "zod";
import { Config } from "./schema.ts";

/** One place of the configuration, as its schema describes it. */
export interface ConfigNode {
  type?: string;
  anyOf?: ConfigNode[];
  enum?: (string | number)[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  default?: unknown;
  description?: string;
  examples?: unknown[];
  unit?: string;
  form?: string;
  /** Whether what came may never be repeated. */
  secret?: boolean;
  required?: string[];
  properties?: Record<string, ConfigNode>;
  items?: ConfigNode;
}

/** The configuration's schema as a tree to walk. */
export function configTree(): ConfigNode {
  return z.toJSONSchema(Config, { io: "input" }) as ConfigNode;
}

/** The node that holds the real constraints of a nullable one. */
export function solid(node: ConfigNode): ConfigNode {
  const inner = node.anyOf?.find((option) => option.type !== "null");
  return inner ? { ...inner, ...node, anyOf: undefined, type: inner.type } : node;
}

/** The node at a path of keys and indices, if the schema knows it. */
export function nodeAt(
  path: readonly PropertyKey[],
  tree: ConfigNode = configTree(),
): ConfigNode | undefined {
  let node: ConfigNode | undefined = tree;
  for (const key of path) {
    node = typeof key === "number" ? node?.items : node?.properties?.[String(key)];
  }
  return node && solid(node);
}

/** What a place requires, in words: `an integer from 1200 to 4000000 baud`. */
export function requirement(node: ConfigNode): string {
  if (node.enum) return `one of ${node.enum.map((value) => `"${value}"`).join(", ")}`;
  if (node.form) return `text of the form ${node.form}`;
  const unit = node.unit ? ` ${node.unit}` : "";
  const limits = node.minimum === undefined
    ? ""
    : ` from ${node.minimum} to ${node.maximum}${unit}`;
  switch (node.type) {
    case "integer":
      return `an integer${limits}`;
    case "number":
      return `a number${limits}`;
    case "boolean":
      return "true or false";
    case "array":
      return `${node.minItems} to ${node.maxItems} blocks`;
    case "object":
      return "a table";
    default:
      return `text of ${node.minLength ?? 0} to ${node.maxLength} characters`;
  }
}

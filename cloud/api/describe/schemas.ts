import { z } from "zod";

type JsonSchema = Record<string, unknown>;

/** JSON Schemas (2020-12) of zod's, those with a name once under it and referred to elsewhere. */
export interface Schemas {
  /** The schema itself, or a reference to it if it has a name. */
  of(schema: z.ZodType): JsonSchema;
  /** By name. */
  named: Record<string, JsonSchema>;
}

/**
 * @param names the schemas that get a name of their own
 * @param io what is read of one that turns its input into something else
 */
export function jsonSchemas(names: Record<string, z.ZodType>, io: "input" | "output"): Schemas {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(names)) registry.add(schema, { id });
  const uri = (id: string) => `#/components/schemas/${id}`;
  const options = { io, unrepresentable: "any" } as const;
  const made = z.toJSONSchema(registry, { ...options, uri }).schemas;
  const named = Object.fromEntries(
    Object.entries(made).map(([name, schema]) => [name, plain(schema)]),
  );
  return {
    named,
    of(schema) {
      const id = registry.get(schema)?.id;
      return id === undefined ? plain(z.toJSONSchema(schema, options)) : { $ref: uri(id) };
    },
  };
}

/** Without what a schema in the midst of a document doesn't need. */
function plain(schema: object): JsonSchema {
  const { $schema: _dialect, $id: _id, id: _name, ...rest } = schema as JsonSchema;
  return rest;
}

import type { z } from "zod";
import { Deviation } from "../../../shared/deviation.ts";
import { Manifest } from "../../../shared/manifest.ts";
import { Presence } from "../../../shared/presence.ts";
import { PRODUCT } from "../../exports/product.ts";
import * as bodies from "../bodies.ts";
import * as answers from "./answers.ts";
import type { Answer, Operation } from "./operation.ts";
import { OPERATIONS } from "./operations.ts";
import { jsonSchemas, type Schemas } from "./schemas.ts";

const NAMES: Record<string, z.ZodType> = { ...bodies, ...answers, Deviation, Manifest, Presence };

/** The HTTP API as OpenAPI 3.1, made of the very schemas that the code decodes with. */
export function openApi(): Record<string, unknown> {
  const schemas = jsonSchemas(NAMES, "input");
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of OPERATIONS) {
    const { path, method } = operation;
    (paths[path] ??= {})[method] = described(operation, schemas);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: `${PRODUCT.name}'s HTTP API`,
      version: PRODUCT.version,
      description: "Cases of a fleet's printers: read, decided, exported, measured.",
      license: { name: "See LICENSE" },
    },
    servers: [{ url: "/", description: "The console's own address" }],
    security: [{ token: [] }],
    paths,
    components: {
      schemas: schemas.named,
      securitySchemes: {
        token: {
          type: "http",
          scheme: "bearer",
          description: "Made by 'deno task cloud token'; its scopes bound what it may",
        },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "pw-session",
          description: "Somebody signed in; acts only from the console's own pages",
        },
      },
    },
  };
}

function described(operation: Operation, schemas: Schemas): Record<string, unknown> {
  const { id, summary, description, scopes, body } = operation;
  return {
    operationId: id,
    summary,
    ...(description ? { description } : {}),
    security: scopes.length === 0 ? [] : [{ token: [...scopes] }, { session: [] }],
    parameters: [...pathParameters(operation, schemas), ...queryParameters(operation, schemas)],
    ...(body
      ? {
        requestBody: {
          required: true,
          content: { "application/json": { schema: schemas.of(body) } },
        },
      }
      : {}),
    responses: Object.fromEntries(
      Object.entries(operation.answers).map((
        [status, answer],
      ) => [status, answered(answer, schemas)]),
    ),
  };
}

function pathParameters({ pathParameters = {} }: Operation, schemas: Schemas) {
  return Object.entries(pathParameters).map(([name, schema]) => ({
    name,
    in: "path",
    required: true,
    schema: schemas.of(schema),
  }));
}

function queryParameters({ query }: Operation, schemas: Schemas) {
  return Object.entries(query?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: "query",
    required: false,
    schema: schemas.of(schema as z.ZodType),
  }));
}

function answered({ description, schema, mediaTypes }: Answer, schemas: Schemas) {
  const types = mediaTypes ?? (schema ? ["application/json"] : []);
  const content = types.map((type) => [type, schema ? { schema: schemas.of(schema) } : {}]);
  return { description, content: Object.fromEntries(content) };
}

import type { z } from "zod";
import type { TokenScope } from "../../auth/records.ts";

/** One answer: of a schema as JSON, or of another media type. */
export interface Answer {
  description: string;
  schema?: z.ZodType;
  mediaTypes?: readonly string[];
}

/** One thing that the HTTP API does. */
export interface Operation {
  method: "get" | "post" | "put" | "delete";
  /** From the server's root, with parameters as `{name}`. */
  path: string;
  id: string;
  summary: string;
  description?: string;
  /** Tokens with any of these may; none: whoever asks. */
  scopes: readonly TokenScope[];
  pathParameters?: Record<string, z.ZodType>;
  query?: z.ZodObject;
  body?: z.ZodType;
  answers: Record<number, Answer>;
}

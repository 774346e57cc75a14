import type { z } from "zod";
import { refused, type Result } from "../../shared/result.ts";
import type { Ctx } from "../console/context.ts";

/** Reads a JSON body against its schema; a refusal names the fields. */
export async function readBody<T>(c: Ctx, schema: z.ZodType<T>): Promise<Result<T>> {
  if (!/^application\/json\s*(;|$)/i.test(c.req.header("Content-Type") ?? "")) {
    return refused("Cannot read the body: 'application/json' was required");
  }
  let body: unknown;
  try {
    body = await c.req.json();
  } catch {
    return refused("Cannot read the body: JSON was required");
  }
  const checked = schema.safeParse(body);
  if (checked.success) return { ok: true, value: checked.data };
  const issues = checked.error.issues.slice(0, 3).map((issue) =>
    `'${issue.path.join(".")}': ${issue.message}`
  );
  return refused(`Cannot read the body: ${issues.join("; ")}`);
}

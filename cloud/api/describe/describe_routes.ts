import { Hono } from "hono";
import type { Env } from "../../console/context.ts";
import { asyncApi } from "./asyncapi.ts";
import { openApi } from "./openapi.ts";

/** The descriptions that other programs are made from. */
export function describeRoutes(): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/openapi.json", (c) => c.json(openApi()));
  app.get("/asyncapi.json", (c) => c.json(asyncApi()));
  return app;
}

import { Hono } from "hono";
import { refused, type Result } from "../../shared/result.ts";
import { SavedView, VIEWS_MAX } from "../personal/records.ts";
import type { Ctx, Env, Parts } from "./context.ts";
import { readForm } from "./form.ts";
import { queryText, readListQuery } from "./list_query.ts";

/** What somebody keeps: lists by name. Dropping one drops no case. */
export function viewRoutes(
  parts: Parts,
  /** The list, with what was wrong said on it. */
  listWith: (c: Ctx, issue: string) => Response | Promise<Response>,
): Hono<Env> {
  const app = new Hono<Env>();
  const change = (path: string, make: (views: SavedView[], view: SavedView) => SavedView[]) =>
    app.post(path, async (c) => {
      const view = await readView(c);
      if (!view.ok) return await listWith(c, view.issue);
      const personId = c.get("identity")!.actor.id;
      const { views, sequence } = parts.model.personal.viewsOf(personId);
      const next = make(views, view.value);
      if (next.length > VIEWS_MAX) {
        return await listWith(c, `At most ${VIEWS_MAX} views can be kept: please forget one first`);
      }
      const saved = await parts.personal.saveViews(personId, next, sequence);
      if (!saved.ok) return await listWith(c, saved.issue);
      return c.redirect(view.value.query === "" ? "/" : `/?${view.value.query}`, 303);
    });

  change("/views/save", (views, view) => [
    ...views.filter((one) => one.name !== view.name && one.query !== view.query),
    view,
  ]);
  change("/views/drop", (views, view) => views.filter((one) => one.name !== view.name));
  return app;
}

/** A view keeps only what the list itself understands. */
async function readView(c: Ctx): Promise<Result<SavedView>> {
  const typed = await readForm(c);
  if (!typed.ok) return typed;
  const view = SavedView.safeParse(typed.value);
  if (!view.success) return refused("Please give the view a name of 1 to 40 plain characters");
  const query = readListQuery(Object.fromEntries(new URLSearchParams(view.data.query)));
  if (!query.ok) return refused(query.issue);
  return { ok: true, value: { name: view.data.name, query: queryText(query.value) } };
}

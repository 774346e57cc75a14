import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import type { Change } from "../read_model/projection.ts";
import type { Ctx, Env, Parts } from "./context.ts";

const LISTENERS_MAX = 512;
const HEARTBEAT_MS = 15_000;
/** What a listener hasn't read yet is gathered into one event, which names so many cases at most. */
const GATHERED_MAX = 200;

interface Gathered {
  cases: Set<string>;
  printers: boolean;
  /** Signs of life alone; a page looks again at them with the next heartbeat. */
  signs: boolean;
  /** This person changed something that they keep for themselves, perhaps in another window. */
  mine: boolean;
}

const nothing = (): Gathered => ({
  cases: new Set(),
  printers: false,
  signs: false,
  mine: false,
});
const isNews = ({ cases, printers, mine }: Gathered) => cases.size > 0 || printers || mine;

/** Tells open pages what has changed, by server-sent events; the pages fetch it themselves. */
export function liveRoute(parts: Parts, identify: (c: Ctx) => boolean): Hono<Env> {
  const app = new Hono<Env>();
  let listeners = 0;

  app.get("/live", (c) => {
    if (listeners >= LISTENERS_MAX) return c.text("Too many pages listen at this moment", 503);
    c.header("X-Accel-Buffering", "no");
    return streamSSE(c, async (stream) => {
      let gathered = nothing();
      const me = c.get("identity")?.actor.id;
      let wake = () => {};
      const gather = (change: Change) => {
        for (const id of change.cases) {
          if (gathered.cases.size < GATHERED_MAX) gathered.cases.add(id);
        }
        gathered.printers ||= change.printers || change.refused > 0;
        gathered.signs ||= change.signs;
        gathered.mine ||= me !== undefined && change.people.has(me);
        if (!isNews(gathered)) return;
        wake();
      };
      listeners++;
      const stopListening = parts.onChange(gather);
      const end = () => wake();
      parts.closing.addEventListener("abort", end, { once: true });
      stream.onAbort(end);
      try {
        await stream.writeSSE({ event: "hello", data: "{}" });
        while (!stream.aborted && !parts.closing.aborted) {
          if (!isNews(gathered)) {
            await sleepUntil((resolve) => (wake = resolve));
          }
          if (stream.aborted || parts.closing.aborted || !identify(c)) break;
          const { cases, printers } = gathered;
          const event = isNews(gathered) || gathered.signs ? "change" : "still-here";
          gathered = nothing();
          await stream.writeSSE({ event, data: JSON.stringify({ cases: [...cases], printers }) });
        }
      } finally {
        listeners--;
        stopListening();
        parts.closing.removeEventListener("abort", end);
      }
    });
  });
  return app;
}

/** Resolves when woken, or when the next heartbeat is due. */
function sleepUntil(give: (resolve: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, HEARTBEAT_MS);
    give(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

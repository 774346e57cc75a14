import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import type { Change } from "../read_model/projection.ts";
import type { Ctx, Env, Parts } from "./context.ts";

const LISTENERS_MAX = 512;
/** More windows than these of one person leave no room for others. */
const OF_PERSON_MAX = 16;
const HEARTBEAT_MS = 15_000;
/** What a listener hasn't read yet is gathered into one event, which names so many cases at most. */
const GATHERED_MAX = 200;

interface Gathered {
  cases: Set<string>;
  printers: boolean;
  /** This person changed something that they keep for themselves, perhaps in another window. */
  mine: boolean;
}

const nothing = (): Gathered => ({
  cases: new Set(),
  printers: false,
  mine: false,
});
const isNews = ({ cases, printers, mine }: Gathered) => cases.size > 0 || printers || mine;

/**
 * Tells open pages what has changed, by server-sent events; the pages fetch it themselves. Each event
 * says how far the read model has come: a page that shows less has missed something, perhaps between
 * its making and its listening, and looks again. So it does at signs of life, which wake nobody.
 */
export function liveRoute(parts: Parts, identify: (c: Ctx) => boolean): Hono<Env> {
  const app = new Hono<Env>();
  const listening = new Map<string, number>();

  /** Takes a place for somebody, if there is one; the result gives it back. */
  function takePlace(who: string): (() => void) | null {
    const own = listening.get(who) ?? 0;
    const all = [...listening.values()].reduce((sum, number) => sum + number, 0);
    if (own >= OF_PERSON_MAX || all >= LISTENERS_MAX) return null;
    listening.set(who, own + 1);
    return () => {
      const left = listening.get(who)! - 1;
      if (left > 0) listening.set(who, left);
      else listening.delete(who);
    };
  }

  app.get("/live", (c) => {
    const me = c.get("identity")?.actor.id;
    const leave = takePlace(me ?? "");
    if (!leave) return c.text("Too many pages listen at this moment", 503);
    c.header("X-Accel-Buffering", "no");
    return streamSSE(c, async (stream) => {
      let gathered = nothing();
      let wake = () => {};
      const gather = (change: Change) => {
        for (const id of change.cases) {
          if (gathered.cases.size < GATHERED_MAX) gathered.cases.add(id);
        }
        gathered.printers ||= change.printers || change.refused > 0;
        gathered.mine ||= me !== undefined && change.people.has(me);
        if (!isNews(gathered)) return;
        wake();
      };
      const stopListening = parts.onChange(gather);
      const end = () => wake();
      parts.closing.addEventListener("abort", end, { once: true });
      stream.onAbort(end);
      try {
        const position = parts.position();
        await stream.writeSSE({ event: "hello", data: JSON.stringify({ position }) });
        while (!stream.aborted && !parts.closing.aborted) {
          if (!isNews(gathered)) {
            await sleepUntil((resolve) => (wake = resolve));
          }
          if (stream.aborted || parts.closing.aborted || !identify(c)) break;
          const { cases, printers } = gathered;
          const event = isNews(gathered) ? "change" : "still-here";
          const told = { cases: [...cases], printers, position: parts.position() };
          gathered = nothing();
          await stream.writeSSE({ event, data: JSON.stringify(told) });
        }
      } finally {
        leave();
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

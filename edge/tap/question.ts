import type { Lane } from "./lane.ts";

/** Both sides must be silent for so long before a question: no answer is under way then. */
const SILENT_MS = 600;
/** Without such a silence it is given up, and so is an answer that doesn't come. */
const SILENCE_WITHIN_MS = 6000, ANSWER_WITHIN_MS = 4000;

/** A question of the agent's on its way. */
export interface Asking {
  id: string;
  line: string;
  sinceMs: number;
  quietSinceMs: number;
  /** What both sides had said when last looked at. */
  bytes: number;
  sent: boolean;
}

/**
 * Goes on with a question: waits for silence, sends it, and waits for its answer, which the host
 * doesn't hear. Null while it is under way. Mutates `asking`.
 */
export function stepAsking(
  asking: Asking,
  lanes: { toPrinter: Lane; toHost: Lane },
  nowMs: number,
  send: (line: string) => void,
): { issue: string | null } | null {
  const { toPrinter, toHost } = lanes;
  if (asking.sent) {
    if (!toHost.isDiverting) return { issue: null };
    return nowMs - asking.sinceMs > ANSWER_WITHIN_MS ? { issue: "no answer came" } : null;
  }
  // A line that the host sends meanwhile waits in the lane: it isn't asked then.
  const bytes = toHost.readBytes + toPrinter.readBytes;
  if (bytes !== asking.bytes) Object.assign(asking, { bytes, quietSinceMs: nowMs });
  const silent = nowMs - asking.quietSinceMs >= SILENT_MS;
  if (silent && toPrinter.isHolding && toPrinter.queuedBytes === 0 && toHost.isAtBoundary) {
    Object.assign(asking, { sent: true, sinceMs: nowMs });
    toHost.divert(true);
    send(asking.line);
    return null;
  }
  if (toPrinter.queuedBytes > 0) return { issue: "the host has something to say" };
  return nowMs - asking.sinceMs > SILENCE_WITHIN_MS ? { issue: "the line is never silent" } : null;
}

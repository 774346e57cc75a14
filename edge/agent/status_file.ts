import { join } from "node:path";
import { z } from "zod";
import { PrinterState } from "../../shared/presence.ts";

/** What a running agent says to other programs of its own device, in its run folder. */
export const AgentStatus = z.strictObject({
  v: z.literal(1),
  version: z.string().max(40),
  pid: z.int().min(1),
  /** When it was written, and how long the agent had run by then. */
  wallMs: z.number(),
  upS: z.number().min(0),
  printers: z.array(z.strictObject({
    name: z.string().max(64),
    state: PrinterState,
    /** How long ago the broker took a sign of life of it, s; null if it hasn't yet. */
    toldS: z.number().min(0).nullable(),
  })).max(64),
});
export type AgentStatus = z.infer<typeof AgentStatus>;

/** A printer's run as far as its status tells of it. */
interface Told {
  readonly name: string;
  readonly presence: { readonly state: PrinterState | null; readonly takenMs: number | null };
}

/**
 * What there is to say.
 *
 * @param startMs when the agent began, and `nowMs`, on the same monotonic clock as presence
 */
export function statusOf(
  version: string,
  startMs: number,
  nowMs: number,
  wallMs: number,
  printers: readonly Told[],
): AgentStatus {
  return {
    v: 1,
    version,
    pid: Deno.pid,
    wallMs,
    upS: (nowMs - startMs) / 1000,
    printers: printers.map(({ name, presence: { state, takenMs } }) => ({
      name,
      state: state ?? "offline",
      toldS: takenMs === null ? null : (nowMs - takenMs) / 1000,
    })),
  };
}

function statusFile(run: string): string {
  return join(run, "agent.json");
}

/** Writes the status whole or not at all. @throws {Error} if the folder takes none */
export async function writeStatus(run: string, status: AgentStatus): Promise<void> {
  const file = statusFile(run);
  await Deno.writeTextFile(`${file}.new`, JSON.stringify(status));
  await Deno.rename(`${file}.new`, file);
}

/** Reads what an agent said last; null if there is nothing that can be read. */
export async function readStatus(run: string): Promise<AgentStatus | null> {
  try {
    const checked = AgentStatus.safeParse(JSON.parse(await Deno.readTextFile(statusFile(run))));
    return checked.success ? checked.data : null;
  } catch {
    return null;
  }
}

import type { Forward } from "./forward_config.ts";
import { type ForwarderParts, type ForwardStatus, startForwarder } from "./forwarder_shell.ts";
import { openSink } from "./open_sink_shell.ts";
import type { Sink } from "./sink.ts";

/** A forward with its receiver opened. */
export interface OpenForward {
  forward: Forward;
  sink: Sink;
}

/**
 * Opens the receivers of every forward; nothing is sent yet.
 *
 * @param folder that their files are seen from
 * @throws {Error} with a sentence for the operator if one of their files can't be read
 */
export async function openForwards(
  forwards: readonly Forward[],
  folder: string,
): Promise<OpenForward[]> {
  return await Promise.all(
    forwards.map(async (forward) => ({ forward, sink: await openSink(forward, folder) })),
  );
}

/** Starts them all. */
export async function startForwards(
  opened: readonly OpenForward[],
  parts: ForwarderParts,
  signal: AbortSignal,
): Promise<{ statuses: ForwardStatus[]; working: Promise<void>[] }> {
  const started = await Promise.all(
    opened.map(({ forward, sink }) => startForwarder(forward, sink, parts, signal)),
  );
  return {
    statuses: started.map(({ status }) => status),
    working: started.map(({ ended }) => ended),
  };
}

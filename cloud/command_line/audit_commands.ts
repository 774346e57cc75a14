import { auditRows, checkAudit, type KnownRow } from "../auth/audit_check.ts";
import type { Broker } from "../broker/broker.ts";
import { type Flags, UsageError, withBroker } from "./flags.ts";

export async function audit(flags: Flags, what: string | undefined): Promise<void> {
  if (what !== "verify" && what !== "export") {
    throw new UsageError(
      `Cannot audit: 'audit verify' or 'audit export' was required, got '${what ?? ""}'`,
    );
  }
  const known = knownRow(flags.known);
  await withBroker(flags, async (broker) => {
    const stop = new AbortController();
    const run = what === "verify"
      ? verifyAudit(broker, stop.signal, known)
      : exportAudit(broker, stop.signal);
    await run.finally(() => stop.abort());
  });
}

async function verifyAudit(broker: Broker, signal: AbortSignal, known: KnownRow | null) {
  const found = await checkAudit(broker, signal, known);
  if (found.ok) {
    console.log(`The audit log holds: ${found.rows} rows, the last with digest ${found.head}`);
    if (found.rows > 0) console.log(`To note elsewhere: --known ${found.rows}:${found.head}`);
    return;
  }
  console.error(`The audit log is broken at row ${found.sequence}: ${found.issue}`);
  Deno.exitCode = 1;
}

/** One row a line, as stored: the digest of a line's bytes is what the next one names. */
async function exportAudit(broker: Broker, signal: AbortSignal): Promise<void> {
  for await (const { bytes } of auditRows(broker, signal)) {
    console.log(new TextDecoder().decode(bytes));
  }
}

function knownRow(text: string | undefined): KnownRow | null {
  if (text === undefined) return null;
  const [, sequence, digest] = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (sequence && digest) return { sequence: Number(sequence), digest };
  throw new UsageError(`Cannot read --known: ROW:DIGEST was required, got '${text}'`);
}

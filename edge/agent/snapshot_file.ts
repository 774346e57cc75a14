import { join } from "node:path";
import { z } from "zod";
import { Uuid } from "../../shared/ids.ts";
import { Kind } from "../../shared/kinds.ts";
import { reasonOf } from "../../shared/reason.ts";
import { refused, type Result } from "../../shared/result.ts";
import { Severity, Verdict } from "../../shared/verdict.ts";
import type { Finding } from "../finding.ts";
import type { SourcePosition } from "../source/observation.ts";

const Position = z.strictObject({ bootId: Uuid, runId: z.string(), seq: z.int().min(0) });

/**
 * As much of a finding as its deviation is told apart by; the rest is checked as it is sent. An agent
 * of another version may have written it.
 */
const Waiting = z.looseObject({
  identity: z.string().min(1),
  episode: z.int(),
  phase: z.enum(["opened", "updated", "closed"]),
  startedS: z.number(),
  detectedS: z.number(),
  endedS: z.number().nullable(),
  kind: Kind,
  verdict: Verdict,
  severity: Severity,
  cause: z.looseObject({ id: z.string(), title: z.string() }),
});

/** The frame around an analysis' own snapshot, which only the analysis can read. */
const SnapshotFile = z.strictObject({
  version: z.literal(1),
  printer: z.string(),
  position: Position.nullable(),
  analysis: z.unknown(),
  /** Findings that waited for their turn; one that is none any longer is left out. */
  waiting: z.array(Waiting.nullable().catch(null)).max(1000),
});

export interface Snapshot {
  printer: string;
  position: SourcePosition | null;
  analysis: unknown;
  waiting: Finding[];
}

/** Where a printer's snapshot stands. */
export function snapshotFile(run: string, printer: string): string {
  return join(run, `${printer}.snapshot.json`);
}

/** A larger snapshot is none that we wrote, bytes. */
const SNAPSHOT_BYTES_MAX = 64 * 1_048_576;

/** Reads a printer's snapshot; null where there is none. */
export async function readSnapshot(
  file: string,
  printer: string,
): Promise<Result<Snapshot | null>> {
  const problem = (got: string) =>
    refused(`Cannot read the snapshot '${file}': one of this printer was required, got ${got}`);
  let text: string;
  try {
    const { size } = await Deno.stat(file);
    if (size > SNAPSHOT_BYTES_MAX) return problem(`${size} bytes`);
    text = await Deno.readTextFile(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { ok: true, value: null };
    return problem(reasonOf(error));
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return problem(reasonOf(error));
  }
  const checked = SnapshotFile.safeParse(parsed);
  if (!checked.success) return problem(checked.error.issues[0]?.message ?? "another form");
  const { position, analysis, waiting } = checked.data;
  if (checked.data.printer !== printer) return problem(`one of '${checked.data.printer}'`);
  const whole = waiting.filter((one) => one !== null) as unknown[] as Finding[];
  return { ok: true, value: { printer, position, analysis, waiting: whole } };
}

/**
 * Writes a snapshot so that a reader finds the old one or the new one, never half of one.
 *
 * @param text from `encodeSnapshot`
 * @throws {Error} if the folder takes no file
 */
export async function writeSnapshot(file: string, text: string): Promise<void> {
  const temporary = `${file}.new`;
  await Deno.writeTextFile(temporary, text, { mode: 0o600 });
  await Deno.rename(temporary, file);
}

/** A snapshot as text: taken at once, so that the analysis may go on while it is written. */
export function encodeSnapshot(snapshot: Snapshot): string {
  return JSON.stringify({ version: 1, ...snapshot });
}

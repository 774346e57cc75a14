import { join } from "node:path";
import type { Logger } from "@logtape/logtape";
import type { PrinterAnalysis } from "../analysis.ts";
import type { Config } from "../config.ts";
import { pairDigest, readCandidate } from "../network/model_folders_file.ts";
import { wait } from "../../shared/wait.ts";
import { freshCounts, Shadow, ShadowCounts } from "./shadow.ts";
import { analysisWith } from "./tap_printer.ts";

/** How often the counts are written down, ms. */
const EVERY_MS = 20_000;

/** A candidate's analysis of one printer, with what was counted so far. */
export interface CandidatePlan {
  analysis: PrinterAnalysis;
  shadow: Shadow;
}

function shadowFile(state: string, printer: string): string {
  return join(state, "models", `shadow-${printer}.json`);
}

/** What a candidate's shadow run has counted on one printer; null for none, or another candidate. */
export async function readCounts(
  state: string,
  printer: string,
  digest: string,
): Promise<ShadowCounts | null> {
  try {
    const text = await Deno.readTextFile(shadowFile(state, printer));
    const read = ShadowCounts.safeParse(JSON.parse(text));
    return read.success && read.data.digest === digest ? read.data : null;
  } catch {
    // Counts that can't be read begin anew.
    return null;
  }
}

/** The candidate to run beside the models in use; one that can't be read is told and left out. */
export async function readShadow(
  config: Config,
  printer: string,
  log: Logger,
): Promise<CandidatePlan | null> {
  const candidate = await readCandidate(config.state);
  if (!candidate.ok) log.warn("the candidate is left out: {issue}", { issue: candidate.issue });
  if (!candidate.ok || candidate.value === null) return null;
  const analysis = await analysisWith(config, printer, candidate.value, log);
  if (!analysis.ok) return null;
  const digest = pairDigest(candidate.value);
  const counts = await readCounts(config.state, printer, digest) ?? freshCounts(digest);
  log.info("candidate {digest} runs in {printer}'s shadow", { digest, printer });
  return { analysis: analysis.value, shadow: new Shadow(counts) };
}

/** Writes down what was counted, now and then and at the end. */
export async function keepShadows(
  config: Config,
  shadows: ReadonlyMap<string, CandidatePlan>,
  signal: AbortSignal,
  log: Logger,
): Promise<void> {
  while (shadows.size > 0 && !signal.aborted) {
    await wait(EVERY_MS, signal);
    for (const [printer, { shadow }] of shadows) {
      try {
        const file = shadowFile(config.state, printer);
        await Deno.writeTextFile(`${file}.new`, JSON.stringify(shadow.counts), { mode: 0o600 });
        await Deno.rename(`${file}.new`, file);
      } catch (error) {
        log.error("a candidate's counts can't be kept: {reason}", { reason: String(error) });
      }
    }
  }
}

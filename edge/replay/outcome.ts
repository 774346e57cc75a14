import type { Verdict } from "../../shared/verdict.ts";
import type { LogCounts } from "../source/replay/log_file.ts";

/** More broken lines than one in ten, and nothing that was found in the log can be relied on. */
const BROKEN_SHARE_MAX = 0.1;

/** What a whole replay came to. */
export interface Outcome {
  path: string;
  format: string;
  counts: LogCounts;
  coveredS: number;
  byVerdict: Record<Verdict, number>;
  notes: string[];
}

/** No deviations yet, by verdict; the gravest first. */
export function noDeviations(): Record<Verdict, number> {
  return { "potential-cyberthreat": 0, "undetermined": 0, "expected-anomaly": 0 };
}

/** The summary in one line. */
export function outcomeText({ counts, coveredS, byVerdict, notes, format }: Outcome): string {
  const total = Object.values(byVerdict).reduce((sum, count) => sum + count, 0);
  const found = Object.entries(byVerdict).filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${count} ${verdict}`).join(", ");
  const deviations = total === 0 ? "no deviation" : `${total} deviation${plural(total)}: ${found}`;
  const parts = [
    `${format}: ${counts.lines.toLocaleString("en")} line${plural(counts.lines)}`,
    `${(coveredS / 3600).toFixed(2)} h`,
    deviations,
    brokenText(counts),
    ...(counts.cutOff ? ["the last line is cut off"] : []),
    ...notes,
  ];
  return parts.join("; ");
}

function brokenText({ broken, firstBroken }: LogCounts): string {
  if (broken === 0) return "no broken line";
  const where = firstBroken === null ? "" : `, the first is line ${firstBroken.line}`;
  return `${broken.toLocaleString("en")} broken line${plural(broken)}${where}`;
}

function plural(count: number): string {
  return count === 1 ? "" : "s";
}

/** Why a log that was read to its end is still none to rely on; null if it is. */
export function outcomeIssue({ path, format, counts }: Outcome): string | null {
  const { rows, broken, firstBroken, cutOff } = counts;
  if (rows === 0) {
    const got = broken > 0 || cutOff ? `${broken + Number(cutOff)} broken ones` : "none";
    return `Cannot replay '${path}': lines of a ${format} that say something were required, got ${got}`;
  }
  if (broken <= BROKEN_SHARE_MAX * (rows + broken)) return null;
  const shown = firstBroken === null
    ? ""
    : `; line ${firstBroken.line}: ${inQuotes(firstBroken.text)}`;
  return `Cannot rely on '${path}': at most one broken line in ten was required, ` +
    `got ${broken} of ${rows + broken}${shown}`;
}

function inQuotes(text: string): string {
  return JSON.stringify(text);
}

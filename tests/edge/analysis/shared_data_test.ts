import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { AnalysisOptions } from "../../../edge/analysis.ts";
import type { Finding } from "../../../edge/finding.ts";
import type { Observation } from "../../../edge/source/observation.ts";
import { type Entry, readShared, readTranscript } from "../gcode/shared_data.ts";
import { NOTHING_KNOWN, opened, referenceOf, run, threats } from "./runs.ts";

/** Times that never run backwards: a log that starts anew goes on after a minute. */
function onward(): (timeS: number) => number {
  let offsetS = 0, lastS = 0;
  return (timeS) => {
    if (timeS + offsetS < lastS - 5) offsetS = lastS + 60 - timeS;
    return lastS = Math.max(lastS, timeS + offsetS);
  };
}

/** The rows of a heater's CSV; its header names the columns. */
function heaterRows(text: string): Observation[] {
  const [head, ...rows] = text.trim().split("\n");
  const names = head!.split(","), clock = onward();
  return rows.flatMap((text) => {
    const cells = text.split(",").map(Number);
    const row = Object.fromEntries(names.map((name, i) => [name, cells[i]!]));
    const eventTimeS = clock(row.t!);
    return (["hotend", "bed"] as const).flatMap((heater): Observation[] => {
      const prefix = heater === "hotend" ? "ext" : "bed";
      const measuredC = row[`${prefix}_temp`]!, targetC = row[`${prefix}_target`]!;
      const duty = row[`${prefix}_pwm`]!;
      if (![measuredC, targetC, duty].every(Number.isFinite)) return [];
      return [{ type: "heater", eventTimeS, heater, measuredC, targetC, duty }];
    });
  });
}

/** Both ways of a serial line from a transcript. */
function transcriptRows(entries: Entry[]): Observation[] {
  return entries.flatMap(({ t: eventTimeS, dir, line }): Observation[] => {
    if (dir === ">") return [{ type: "sent", eventTimeS, line, origin: "host" }];
    return dir === "<" ? [{ type: "received", eventTimeS, line }] : [];
  });
}

function replay(options: AnalysisOptions, name: string): Finding[] | null {
  const entries = readTranscript(name);
  return entries && run(options, transcriptRows(entries)).findings;
}

const job = readShared("transcripts/tab.gcode");
const transcript = (name: string) =>
  job === null ? null : replay({ ...NOTHING_KNOWN, reference: referenceOf(job) }, name);

const transcripts = suite("transcripts of real firmware, held against their job");

for (
  const [name, kind, atS] of [
    ["marlin21-hotend-10", "temperature", 126.3],
    ["marlin21-void", "flow", 139.3],
  ] as const
) {
  transcripts(`${name}: a threat of kind ${kind} at ${atS} s, and no other`, () => {
    const findings = transcript(name);
    if (findings === null) return;
    const found = opened(findings);
    assert.is(threats(found)[0]?.kind, kind);
    const offS = Math.abs(threats(found)[0]!.detectedS - atS);
    assert.ok(offS <= 0.5, `${threats(found)[0]!.detectedS}`);
    assert.equal([...new Set(threats(found).map((one) => one.kind))], [kind]);
  });
}

for (const name of ["marlin21-normal", "marlin205-normal", "octoprint-virtual-resends"]) {
  transcripts(`${name}: nothing at all`, () => {
    const findings = transcript(name);
    if (findings === null) return;
    assert.equal(opened(findings).map(({ summary }) => summary), []);
  });

  transcripts(`${name}: no threat either when no job is registered`, () => {
    const findings = replay(NOTHING_KNOWN, name);
    if (findings === null) return;
    assert.equal(threats(findings).map(({ summary }) => summary), []);
  });
}

const TRACES = [
  "cartesian-a",
  "custom-a",
  "custom-b",
  "ender3-b",
  "ender3pro-a",
  "kp3s-a",
  "sidewinderx2-a",
  "voron24-a",
];

const heaters = suite("heaters of real printers, untouched");

for (const name of TRACES) {
  heaters(`${name}: no threat`, () => {
    const text = readShared(`heaters/${name}.csv`);
    if (text === null) return;
    const { findings } = run(NOTHING_KNOWN, heaterRows(text));
    assert.equal(threats(findings).map(({ summary, detectedS }) => [detectedS, summary]), []);
  });
}

transcripts.run();
heaters.run();

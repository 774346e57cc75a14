import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createAnalysis } from "../../../edge/analysis.ts";
import type { Reference } from "../../../edge/analysis/reference_watch.ts";
import { readKnownIssues } from "../../../edge/classifier/known_issues_file.ts";
import { manifestOfFile } from "../../../edge/reference/manifest_file.ts";
import { createReference } from "../../../edge/reference/reference.ts";
import type { DeviationLine } from "../../../edge/replay/deviation_line.ts";
import { replay } from "../../../edge/replay/replay.ts";
import {
  RECORDED_PART,
  recordedPrint,
  type TranscriptRow,
  transcriptText,
} from "../../../scripts/recorded_print.ts";
import { openLog, withFile } from "../source/replay/read_log.ts";

const test = suite("replay");
const known = await readKnownIssues();
if (!known.ok) throw new Error(known.issue);
const { issues, digest } = known.value;
const digests = { twin: digest, detector: digest, classifier: digest };
const manifest = await manifestOfFile(RECORDED_PART);
if (!manifest.ok) throw new Error(manifest.issue);
const made = createReference(manifest.value);
if (!made.ok) throw new Error(made.issue);
const reference = made.value as Reference;

async function examine(content: string, signal?: AbortSignal) {
  return await withFile(content, async (path) => {
    const log = await openLog(path);
    const analysis = createAnalysis({ issues, digests, profile: null, reference });
    const lines: DeviationLine[] = [];
    const { outcome } = await replay(
      log,
      analysis,
      { settled: (line) => lines.push(line) },
      signal,
    );
    return { lines, outcome };
  });
}

const ATTACK = { id: "A01", atS: 330, forS: 40, size: -10 };
const rows: TranscriptRow[] = [...recordedPrint({ printer: 7, run: 9, injections: [ATTACK] })];
const transcript = transcriptText(rows);

/** What a deviation is, whichever log told of it. */
function essence({ at, verdict, kind, cause }: DeviationLine, startS: number) {
  return { afterS: Math.round(at - startS), verdict, kind, cause };
}

/** The same rows as OctoPrint would have logged them, from noon on. */
function octoprintText(): string {
  const startMs = Date.UTC(2024, 4, 1, 12);
  return rows.map(({ t, dir, line }) => {
    const at = new Date(startMs + Math.round((t - rows[0]!.t) * 1000)).toISOString();
    const stamp = `${at.slice(0, 10)} ${at.slice(11, 19)},${at.slice(20, 23)}`;
    return `${stamp} - ${dir === ">" ? "Send" : "Recv"}: ${line}\n`;
  }).join("");
}

test("a transcript and OctoPrint's log of one print give the same deviations", async () => {
  const told = await examine(transcript);
  const logged = await examine(octoprintText());
  assert.ok(told.lines.length > 0);
  assert.equal(
    logged.lines.map((line) => essence(line, 0)),
    told.lines.map((line) => essence(line, rows[0]!.t)),
  );
  assert.match(logged.lines[0]!.clock ?? "", /^2024-05-01 12:05:/);
  assert.is(told.lines[0]!.clock, null);
});

test("the same log gives the same lines, to the last digit", async () => {
  assert.equal((await examine(transcript)).lines, (await examine(transcript)).lines);
});

test("a deviation names the line of the log that told of it", async () => {
  const { lines } = await examine(transcript);
  const found = lines.find(({ kind }) => kind === "temperature")!;
  assert.match(transcript.split("\n")[found.line - 1]!, /M104 S195/);
});

test("a log whose clock begins at any moment tells times on that clock", async () => {
  const shiftS = 1_700_000_000;
  const { lines } = await examine(transcriptText(rows, shiftS));
  const plain = await examine(transcript);
  const rounded = (each: DeviationLine[], lessS: number) =>
    each.map((
      { at, endedAt, kind },
    ) => [kind, ...[at, endedAt!].map((s) => Math.round(s - lessS))]);
  assert.equal(rounded(lines, shiftS), rounded(plain.lines, 0));
});

test("two prints in one log, the second on a clock begun anew, are both told in their own time", async () => {
  const { lines, outcome } = await examine(transcript + transcript);
  const tampered = lines.filter(({ kind }) => kind === "temperature");
  assert.ok(tampered.length >= 1);
  assert.ok(tampered.every(({ at }) => at > 325 && at < 345), JSON.stringify(tampered));
  assert.is(outcome.counts.broken, 0);
});

test("a few broken lines change no verdict and are counted", async () => {
  const lines = transcript.split("\n");
  for (let at = 500; at < lines.length; at += 1500) lines.splice(at, 0, '{"t": 12, "dir": ');
  const broken = await examine(lines.join("\n"));
  const whole = await examine(transcript);
  assert.ok(broken.outcome.counts.broken > 10);
  assert.equal(
    broken.lines.map((line) => essence(line, 0)),
    whole.lines.map((line) => essence(line, 0)),
  );
});

/** The host's and the printer's lines until `endS`, then temperatures alone. */
function stopped(endS: number, tailS: number): TranscriptRow[] {
  const begin = rows.filter(({ t }) => t < endS);
  const answered = begin.slice(0, begin.findLastIndex(({ line }) => line.startsWith("ok")) + 1);
  const lastS = answered.at(-1)!.t;
  const tail = Array.from({ length: tailS }, (_, i): TranscriptRow => {
    return { t: lastS + i + 1, dir: "<", line: " T:205.00 /205.00 B:55.00 /55.00 @:60 B@:20" };
  });
  return [...answered, ...tail];
}

test("a job whose rest never came is told at the log's end, a recording that stops isn't", async () => {
  const dropped = (lines: DeviationLine[]) => lines.filter(({ kind }) => kind === "dropped");
  const ended = await examine(transcriptText(stopped(300, 5)));
  assert.is(dropped(ended.lines).length, 1);
  assert.ok(Math.abs(dropped(ended.lines)[0]!.at - 304) < 5);
  assert.is(dropped((await examine(transcriptText(stopped(300, 1)))).lines).length, 0);
});

test("a replay can be called off", async () => {
  const { outcome } = await examine(transcript, AbortSignal.abort());
  assert.is(outcome.counts.lines, 0);
});

test.run();

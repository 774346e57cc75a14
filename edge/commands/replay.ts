import { basename } from "node:path";
import { reasonOf } from "../../shared/reason.ts";
import { createAnalysis, learntProfile, type PrinterProfile } from "../analysis.ts";
import { readKnownIssues } from "../classifier/known_issues_file.ts";
import { readModels } from "../network/models_file.ts";
import type { Reference } from "../analysis/reference_watch.ts";
import { manifestOfFile } from "../reference/manifest_file.ts";
import { createReference } from "../reference/reference.ts";
import { outcomeIssue, outcomeText } from "../replay/outcome.ts";
import { Progress } from "../replay/progress.ts";
import { Gathering } from "../replay/report/gathering.ts";
import type { Report } from "../replay/report/page.tsx";
import { replay } from "../replay/replay.ts";
import { LogFile } from "../source/replay/log_file.ts";
import { type ProfileFile, readProfile, writeProfile } from "../twin/thermal/profile_file.ts";
import { argsOf, fail, fromCaller } from "./command_line.ts";

export const HELP = `Usage: edge replay FILE [options]

Examines a log that lies on a disk, as if it were a print under guard. No hardware is needed.

  FILE                  a transcript (JSON lines {"t","dir","line"}), an OctoPrint serial.log, a
                        klippy.log, or a heater CSV (t,ext_target,ext_temp,ext_pwm,…)
  --job FILE.gcode      what the print should have been: every line sent is held against it
  --dialect NAME        of the job: marlin (default), prusa or klipper
  --report OUT.html     write a readable page with plots
  --profile FILE        start from what is known of this printer's heaters
  --save-profile FILE   write down what this log taught of them

Each deviation is one JSON line on stdout, once nothing more can come of it; 'at' is when it was
detected, in seconds of the file's own time. A summary goes to stderr. Exit code 2: the file is no
log, or too much of it is broken.
`;

const DIALECTS = ["marlin", "prusa", "klipper"] as const;

const OPTIONS = {
  job: { type: "string" },
  dialect: { type: "string", default: "marlin" },
  report: { type: "string" },
  profile: { type: "string" },
  "save-profile": { type: "string" },
  help: { type: "boolean", short: "h", default: false },
} as const;

interface ReplayValues {
  job?: string;
  dialect: string;
  report?: string;
  profile?: string;
  "save-profile"?: string;
}

/** Replays a log through the whole analysis; exit code 2 if it is none. */
export async function run(args: string[]): Promise<void> {
  const { values, positionals } = argsOf({ args, options: OPTIONS, allowPositionals: true });
  if (values.help) return console.log(HELP);
  const [file, ...rest] = positionals;
  if (file === undefined || rest.length > 0) {
    fail(`Cannot replay: one file was required\n\n${HELP}`);
  }
  const opened = await LogFile.open(fromCaller(file));
  if (!opened.ok) fail(opened.issue);
  await examine(opened.value, values);
}

async function examine(log: LogFile, values: ReplayValues): Promise<void> {
  const { issues, digests } = await knownIssues();
  const profile = await knownProfile(values.profile);
  const reference = await referenceOf(values.job, values.dialect, log);
  const models = await readModels();
  if (!models.ok) fail(models.issue);
  const analysis = createAnalysis({ issues, digests, profile, reference, models: models.value });
  const gathering = values.report === undefined ? null : new Gathering();
  const progress = new Progress(Deno.stderr, log.sizeBytes, () => performance.now());
  const { outcome, state } = await replay(log, analysis, {
    observed: gathering ? (observation) => gathering.observed(observation) : undefined,
    settled(line, finding) {
      progress.clear();
      console.log(JSON.stringify(line));
      gathering?.settled(line, finding);
    },
    progressed: ({ counts, coveredS }) => progress.show(counts.bytes, coveredS / 3600),
  });
  progress.clear();
  const doubt = outcomeIssue(outcome);
  if (doubt !== null && outcome.counts.rows === 0) fail(doubt);
  if (values["save-profile"] !== undefined) {
    await saveProfile(values["save-profile"], learntProfile(state), profile);
  }
  if (gathering && values.report !== undefined) {
    await saveReport(values.report, {
      fileName: basename(log.path),
      jobName: values.job === undefined ? null : basename(values.job),
      outcome,
      doubt,
      seen: gathering,
      issues,
      writtenWallTime: new Date().toISOString().slice(0, 16).replace("T", " ") + " UTC",
    });
  }
  console.error(outcomeText(outcome));
  if (doubt !== null) fail(doubt);
}

/** The module of the report brings a renderer of pages: it is loaded only when one is wanted. */
async function saveReport(path: string, report: Report): Promise<void> {
  const { writeReport } = await import("../replay/report/report_file.ts");
  try {
    await writeReport(fromCaller(path), report);
  } catch (error) {
    const reason = reasonOf(error);
    fail(`Cannot write the report '${path}': a folder that takes files was required: ${reason}`);
  }
}

async function knownIssues() {
  const read = await readKnownIssues();
  if (!read.ok) fail(read.issue);
  const { issues, digest } = read.value;
  // Nothing of a replay goes on the wire, where the digests would have to tell who spoke.
  return { issues, digests: { twin: digest, detector: digest, classifier: digest } };
}

async function knownProfile(path: string | undefined): Promise<ProfileFile | null> {
  if (path === undefined) return null;
  const profile = await readProfile(fromCaller(path));
  if (!profile.ok) fail(profile.issue);
  if (profile.value === null) {
    fail(`Cannot read the profile ${path}: a file was required, there is none`);
  }
  return profile.value;
}

async function referenceOf(
  job: string | undefined,
  dialectName: string,
  log: LogFile,
): Promise<Reference | null> {
  const dialect = DIALECTS.find((known) => known === dialectName);
  if (!dialect) {
    fail(`Cannot replay: --dialect of ${DIALECTS.join(", ")} was required, got '${dialectName}'`);
  }
  if (job === undefined) return null;
  const manifest = await manifestOfFile(fromCaller(job), { dialect });
  if (!manifest.ok) fail(manifest.issue);
  const reference = createReference(manifest.value);
  if (!reference.ok) fail(reference.issue);
  if (!log.format.hasCommands) {
    console.error(`A ${log.format.name} doesn't hold the lines sent: --job tells nothing here`);
  }
  return reference.value as Reference;
}

async function saveProfile(
  path: string,
  learnt: PrinterProfile,
  before: ProfileFile | null,
): Promise<void> {
  if (!learnt.hotend && !learnt.bed) {
    console.error(`Nothing to save in '${path}': the log is too short or too uneven to teach`);
    return;
  }
  const hotend = learnt.hotend ?? before?.hotend ?? null;
  const bed = learnt.bed ?? before?.bed ?? null;
  const senses = learnt.senses ?? before?.senses;
  const pace = learnt.pace ?? before?.pace;
  const revision = (before?.revision ?? 0) + 1;
  try {
    await writeProfile(fromCaller(path), { version: 2, revision, hotend, bed, senses, pace });
  } catch (error) {
    const reason = reasonOf(error);
    fail(`Cannot save the profile '${path}': a folder that takes files was required: ${reason}`);
  }
}

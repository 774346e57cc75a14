import { basename, join } from "node:path";
import { latestJobFile, readJob } from "../agent/job_folder.ts";
import { readBrokerKey } from "../agent/seed_file.ts";
import { readKnownIssues } from "../classifier/known_issues_file.ts";
import { type Config, signingKeyFile } from "../config.ts";
import { loadTrust } from "../respond/trust.ts";
import { readProfile } from "../twin/thermal/profile_file.ts";
import { type EdgeCommand, edgeCommand } from "./edge_command.ts";
import { type Check, fine, hint, mustDo, tried } from "./check.ts";

/**
 * Keys, known issues, and what is known of each printer.
 *
 * @param command a command of the edge as it is typed
 */
export async function checkKnowledge(config: Config, command: EdgeCommand): Promise<Check[]> {
  const printers = config.printer.flatMap(({ name }) => [
    tried(`calibration of ${name}`, () => profile(config, name)),
    tried(`job of ${name}`, () => job(config, name, command)),
  ]);
  return await Promise.all([
    tried("device key", () => deviceKey("device key", config.nats.keyFile)),
    tried("signing key", () => deviceKey("signing key", signingKeyFile(config))),
    tried("trust file", () => trust(config.nats.trustFile)),
    tried("known issues", knownIssues),
    ...printers,
  ]);
}

async function deviceKey(name: string, file: string): Promise<Check> {
  const seed = await readBrokerKey(file);
  if (!seed.ok) {
    return mustDo(name, seed.issue, "copy the device's key from its enrolment to that file");
  }
  const { mode } = await Deno.stat(file);
  if (mode !== null && (mode & 0o077) !== 0) {
    return mustDo(name, `others may read '${file}'`, `sudo chmod 600 '${file}'`);
  }
  return fine(name, "it is there, and its owner's alone");
}

async function trust(file: string): Promise<Check> {
  const read = await loadTrust(file);
  if (!read.ok) {
    return mustDo("trust file", read.issue, "copy trust.json from the device's enrolment");
  }
  const { keys, experts } = read.value;
  if (keys.size === 0) {
    return mustDo("trust file", "no key is pinned: no decision is believed", "enrol an expert");
  }
  const { mode } = await Deno.stat(file);
  if (mode !== null && (mode & 0o022) !== 0) {
    return mustDo("trust file", `others may change '${file}'`, `sudo chmod go-w '${file}'`);
  }
  const { size } = keys;
  const whose = experts.required === 0
    ? "no expert's own passkey is asked for"
    : `${experts.required} expert${experts.required === 1 ? "" : "s"} must confirm each`;
  return fine("trust file", `decisions by ${size} key${size === 1 ? "" : "s"}; ${whose}`);
}

async function knownIssues(): Promise<Check> {
  const known = await readKnownIssues();
  if (!known.ok) return mustDo("known issues", known.issue, "install the program again");
  return fine("known issues", `${known.value.issues.length}, all readable`);
}

async function profile(config: Config, printer: string): Promise<Check> {
  const name = `calibration of ${printer}`;
  const file = join(config.state, "profiles", `${printer}.json`);
  const read = await readProfile(file);
  if (!read.ok) {
    return mustDo(name, read.issue, `restore '${file}', or remove it to learn the printer anew`);
  }
  if (read.value !== null) return fine(name, `revision ${read.value.revision}`);
  return hint(
    name,
    "none yet: until the heaters are known the guard is a weak one",
    "print two ordinary parts first, or teach it from a log: " +
      edgeCommand(`replay LOG --save-profile '${file}'`),
  );
}

async function job(config: Config, printer: string, command: EdgeCommand): Promise<Check> {
  const name = `job of ${printer}`;
  const add = command(`job add FILE.gcode --printer ${printer}`);
  const file = await latestJobFile(config.state, printer);
  if (file === null) {
    return hint(
      name,
      "none is registered: what is printed is judged by physics alone",
      `before each print: ${add}`,
    );
  }
  const read = await readJob(file);
  if (!read.ok) return mustDo(name, read.issue, `register the job again: ${add}`);
  const { label, by, addedWallTime } = read.value;
  return fine(name, `${label || basename(file)}, ${addedWallTime}${by && `, by ${by}`}`);
}

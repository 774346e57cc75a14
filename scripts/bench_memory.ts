import { fromCaller } from "../edge/commands/command_line.ts";
import { loadConfig } from "../edge/config.ts";
import { agentPermissions } from "../edge/config/permissions.ts";
import { decode } from "../shared/codec.ts";
import { presenceSubject } from "../shared/subjects.ts";
import { wait } from "../shared/wait.ts";
import { type Resident, residentOf } from "./bench/memory/resident.ts";
import { hoursOfLines } from "./bench/memory/hour_of_lines.ts";
import { writeBundle } from "./bundle.ts";
import { type Played, playLines } from "./bench/memory/play_lines.ts";
import { endChild } from "./end_child.ts";
import { Line } from "./printer/shell/libc.ts";
import { type ProvisionedSite, SITE, startProvisionedSite, until } from "./provisioned_site.ts";
import { valuesOf } from "./command_line.ts";

const HELP =
  `Usage: deno task bench memory [--hours 1] [--speed 60] [--bundle DIR | --sources] [--json]

Memory of the real tap and the real agent after so many hours' worth of lines of virtual prints,
passed --speed times as fast as they were printed; with a nats-server that both would have.

Measured are the programs that cards, installations, containers and releases carry: bundled for it,
or by 'deno task bundle --out DIR' before. Both with the environment of their systemd units, and with
Deno's cache filled, as ExecStartPre leaves it: a start that has to parse it all first keeps 70 MB
more for as long as it runs (20 of the sources).

  --bundle DIR  where a bundle lies
  --sources     the sources instead, which take some 15 MB more

  tapMB, agentMB          resident at the end, of which tapOwnMB and agentOwnMB are not shared with
                          other Deno programs on the machine
  tapPeakMB, agentPeakMB  the most that they ever were
  lines, seen             what was passed on the wire, and what the agent says that it saw of it
`;

const ROOT = new URL("../", import.meta.url).pathname;
const DEVICE = "dev1", PRINTER = "p1";
const SETTLE_MS = 3000;
const SEED = 7;

/** Where the edge's programs lie, and what their files end in. */
export interface Programs {
  folder: string;
  suffix: "ts" | "js";
}

/** This folder's sources, or where `--bundle` says that a bundle lies. */
export function programsIn(bundle?: string): Programs {
  return bundle === undefined
    ? { folder: ROOT, suffix: "ts" }
    : { folder: `${fromCaller(bundle)}/`, suffix: "js" };
}

interface Figures {
  tapMB: number;
  agentMB: number;
  tapOwnMB: number;
  agentOwnMB: number;
  tapPeakMB: number;
  agentPeakMB: number;
  lines: number;
  seen: number;
  hours: number;
}

/** Measures; prints a sentence or JSON. */
export async function benchMemory(args: string[]): Promise<void> {
  const values = valuesOf(HELP, args, {
    hours: { type: "string", default: "1" },
    speed: { type: "string", default: "60" },
    bundle: { type: "string" },
    sources: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  });
  if (values === null) return;
  const hours = positive("hours", values.hours, 1000);
  const speed = positive("speed", values.speed, 1000);
  const isGiven = values.sources || values.bundle !== undefined;
  const figures = isGiven
    ? await memoryAfter(hours, speed, programsIn(values.bundle))
    : await bundled((programs) => memoryAfter(hours, speed, programs));
  if (values.json) return console.log(JSON.stringify(figures));
  console.log(
    `after ${figures.hours} h of lines (${figures.seen} of ${figures.lines} seen): tap ` +
      `${figures.tapMB} MB (its own ${figures.tapOwnMB}, at most ${figures.tapPeakMB} in all), ` +
      `agent ${figures.agentMB} MB (its own ${figures.agentOwnMB}, at most ${figures.agentPeakMB})`,
  );
}

/** Works with a bundle that is made for it, and taken away again. */
async function bundled<T>(work: (programs: Programs) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir({ prefix: "printwarden-bundle-" });
  try {
    await writeBundle(`${folder}/bundle`);
    return await work(programsIn(`${folder}/bundle`));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function positive(name: string, text: string, most: number): number {
  const value = Number(text);
  if (value > 0 && value <= most) return value;
  throw new RangeError(
    `Cannot bench: --${name} above 0, at most ${most}, was required, got '${text}'`,
  );
}

/** Runs tap and agent in a folder of their own for so many hours of lines. */
export async function memoryAfter(
  hours: number,
  speed: number,
  programs: Programs = programsIn(),
): Promise<Figures> {
  const site = await startProvisionedSite([DEVICE]);
  const children: Deno.ChildProcess[] = [];
  const folder = await Deno.makeTempDir({ prefix: "printwarden-memory-" });
  try {
    // Whoever connects as the aggregator makes the streams.
    await site.broker();
    await fillCache(programs);
    const { line: printer, path } = Line.makePty();
    const args = ["--port", path, "--printer", PRINTER, "--state", folder];
    const tap = service(programs, "printwarden-tap@", ["--allow-ffi"], ["edge/tap/main", ...args]);
    children.push(tap);
    const agent = await startAgent(programs, site, folder);
    children.push(agent);
    const hostPort = await until(
      "the host's port",
      () => Deno.readLink(`${folder}/run/${PRINTER}.tty`).catch(() => null),
    );
    await until("the agent to see", async () => await linesSeen(site) !== null);
    const host = Line.open(hostPort, 115_200);
    const played = await playLines({ host, printer }, hoursOfLines(hours, SEED), speed);
    const seen = await allSeen(site, played);
    const held = { tap: residentOf(tap.pid), agent: residentOf(agent.pid) };
    host.close();
    printer.close();
    return figuresOf(held, played, seen, hours);
  } finally {
    for (const child of children) await endChild(child);
    await site.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

/** Has Deno parse both programs once, so that it needn't in the processes that are measured. */
async function fillCache({ folder, suffix }: Programs): Promise<void> {
  const files = ["edge/main", "edge/tap/main"].map((program) => `${program}.${suffix}`);
  const args = ["cache", "--quiet", ...files];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: folder })
    .output();
  if (!success) throw new Error(`Cannot measure: ${new TextDecoder().decode(stderr)}`);
}

/** A program as its systemd unit starts it, with the environment that stands there. */
export function service(
  { folder, suffix }: Programs,
  unit: string,
  permissions: string[],
  [program, ...args]: string[],
): Deno.ChildProcess {
  const text = Deno.readTextFileSync(`${ROOT}scripts/systemd/${unit}.service`);
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", ...permissions, `${program}.${suffix}`, ...args],
    cwd: folder,
    env: environmentOf(text),
    stdout: "null",
    stderr: "null",
  }).spawn();
}

/** The variables that a unit sets, out of its text [pure]; values hold no space. */
export function environmentOf(unit: string): Record<string, string> {
  const set = [...unit.matchAll(/^Environment=(.*)$/gm)].flatMap(([, line]) => line!.split(" "));
  return Object.fromEntries(set.map((one) => {
    const at = one.indexOf("=");
    return [one.slice(0, at), one.slice(at + 1)];
  }));
}

async function startAgent(
  programs: Programs,
  site: ProvisionedSite,
  folder: string,
): Promise<Deno.ChildProcess> {
  const keys = site.provisioned.deviceFolders[DEVICE];
  const file = `${folder}/printwarden.toml`;
  await Deno.writeTextFile(
    file,
    `site = "${SITE}"\ndevice = "${DEVICE}"\nstate = "${folder}"\nclock = "trusted"\n` +
      `[nats]\nurl = "${site.natsUrl}"\nkeyFile = "${keys}/device.nk"\ncaFile = "${keys}/ca.pem"\n` +
      `trustFile = "${keys}/trust.json"\npresenceIntervalS = 1\n` +
      `[[printer]]\nname = "${PRINTER}"\nport = "unused"\n`,
  );
  return await agentService(programs, file);
}

/**
 * The agent as its unit starts it: asked for its permissions first. A program whose parsed code isn't
 * kept yet holds 60 MB more for as long as it runs, and by its unit that is never the agent itself.
 *
 * @param file its configuration
 */
export async function agentService(
  programs: Programs,
  file: string,
): Promise<Deno.ChildProcess> {
  const config = await loadConfig(file);
  if (!config.ok) throw new Error(config.issue);
  const asked = service(programs, "printwarden-agent", ["--allow-read", "--allow-env"], [
    ...["edge/main", "config", "permissions", file],
  ]);
  if (!(await asked.status).success) throw new Error("Cannot ask the agent for its permissions");
  const permissions = agentPermissions(config.value, file, programs.folder);
  const words = ["edge/main", "run", "--config", file];
  return service(programs, "printwarden-agent", permissions, words);
}

/** Lines that the agent says that it has seen from both sides; null before its first presence. */
async function linesSeen(site: ProvisionedSite): Promise<number | null> {
  const operator = await watcherOf(site);
  const subject = presenceSubject({ site: SITE, device: DEVICE, printer: PRINTER });
  const last = await operator.last("PW_PRESENCE", subject);
  const read = last ? decode("presence", last.bytes) : null;
  if (!read?.ok) return null;
  const { linesSent, linesReceived } = read.value.data.counters;
  return linesSent + linesReceived;
}

const watchers = new WeakMap<ProvisionedSite, ReturnType<ProvisionedSite["broker"]>>();

function watcherOf(site: ProvisionedSite): ReturnType<ProvisionedSite["broker"]> {
  const known = watchers.get(site) ?? site.broker();
  watchers.set(site, known);
  return known;
}

/** Waits until all was seen, or nothing more comes. */
async function allSeen(site: ProvisionedSite, { host, printer }: Played): Promise<number> {
  for (let before = -1;;) {
    const seen = await linesSeen(site) ?? 0;
    if (seen >= host + printer || seen === before) return seen;
    before = seen;
    await wait(SETTLE_MS);
  }
}

function figuresOf(
  { tap, agent }: { tap: Resident; agent: Resident },
  played: Played,
  seen: number,
  hours: number,
): Figures {
  return {
    tapMB: tap.residentMB,
    agentMB: agent.residentMB,
    tapOwnMB: tap.ownMB,
    agentOwnMB: agent.ownMB,
    tapPeakMB: tap.peakMB,
    agentPeakMB: agent.peakMB,
    lines: played.host + played.printer,
    seen,
    hours,
  };
}

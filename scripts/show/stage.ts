import { loadConfig } from "../../edge/config.ts";
import { agentPermissions } from "../../edge/config/permissions.ts";
import { natsUrlOf } from "../../cloud/provision/ports_file.ts";
import { provision } from "../../cloud/provision/provision.ts";
import { wait } from "../../shared/wait.ts";
import { drawPrinter } from "../printer/draw/draw_printer.ts";
import type { PrinterParameters } from "../printer/parameters.ts";
import { calibrate } from "./calibrate.ts";
import { type Child, startChild } from "./child.ts";
import type { Narrator } from "./narrator.ts";

/** The names on this stage: identities are random in a real site, and readable here. */
export const SITE = "demo", DEVICE = "pi", PRINTER = "printer1";
const CALIBRATION_PART = "scripts/parts/gear-prusaslicer.gcode";
/** How long a part may take to be ready, ms. */
const READY_MS = 120_000;

/** Everything that runs, and where it keeps its things. */
export interface Stage {
  root: string;
  state: string;
  part: string;
  printerSeed: number;
  natsUrl: string;
  children: Child[];
}

/** The first draw at or after `seed` whose firmware tells its duty: many do, the show needs it. */
export function tellingPrinter(seed: number): { seed: number; printer: PrinterParameters } {
  for (let drawn = seed;; drawn++) {
    const printer = drawPrinter(drawn, { dialect: "marlin21" });
    if (printer.firmware.reportsDuty && printer.firmware.autoReport) {
      return { seed: drawn, printer };
    }
  }
}

/** Folders, keys, configuration and calibration profile: all that stands before anything runs. */
export async function prepareStage(
  root: string,
  part: string,
  seed: number,
  tell: Narrator,
): Promise<Stage> {
  const state = await Deno.makeTempDir({ prefix: "printwarden-demo-" });
  for (const folder of ["logs", "edge/run", "edge/profiles", "cloud"]) {
    await Deno.mkdir(`${state}/${folder}`, { recursive: true });
  }
  const { seed: printerSeed, printer } = tellingPrinter(seed);
  tell.step("calibrating the twin: two prints on the virtual printer, in accelerated time");
  const gcode = await Deno.readTextFile(`${root}${CALIBRATION_PART}`);
  await calibrate(printer, gcode, `${state}/edge/profiles/${PRINTER}.json`);
  tell.step("making keys: broker, aggregator, device");
  await provision({ state: `${state}/cloud`, site: SITE, devices: [DEVICE] });
  return { root, state, part: `${root}${part}`, printerSeed, natsUrl: "", children: [] };
}

function deno(stage: Stage, name: string, args: string[], onLine?: (line: string) => void): Child {
  const child = startChild({
    name,
    command: Deno.execPath(),
    args: ["run", "--quiet", "--config", `${stage.root}deno.json`, ...args],
    logFolder: `${stage.state}/logs`,
    onLine,
  });
  stage.children.push(child);
  return child;
}

/** Waits until `look` gives something; fails with the log's name if it doesn't, or if it ends. */
export async function until<T>(
  child: Child,
  what: string,
  look: () => Promise<T | null> | T | null,
): Promise<T> {
  let code: number | null = null;
  child.ended.then((ended) => code = ended);
  const endMs = performance.now() + READY_MS;
  while (performance.now() < endMs && code === null) {
    const found = await look();
    if (found !== null) return found;
    await wait(100);
  }
  const log = (await Deno.readTextFile(child.logFile)).trim().split("\n").slice(-8).join("\n");
  const why = code === null ? `nothing came in ${READY_MS / 1000} s` : `it ended with code ${code}`;
  throw new Error(`Cannot go on: ${child.name} had to ${what}, ${why}; its log says:\n${log}`);
}

async function exists(path: string): Promise<true | null> {
  try {
    await Deno.lstat(path);
    return true;
  } catch {
    return null;
  }
}

export async function startBroker(stage: Stage): Promise<void> {
  const config = `${stage.state}/cloud/broker/nats-server.conf`;
  const broker = startChild({
    name: "nats-server",
    command: "nats-server",
    args: ["-c", config],
    logFolder: `${stage.state}/logs`,
  });
  stage.children.push(broker);
  const ports = `${stage.state}/cloud/broker/ports`;
  stage.natsUrl = await until(broker, "listen", () => natsUrlOf(ports));
}

/** Starts the aggregator; returns the console's address and the set-up link of the first person. */
export async function startCloud(
  stage: Stage,
  port: number,
): Promise<{ url: string; setUpUrl: string | null; token: string }> {
  let url: string | null = null, setUpUrl: string | null = null;
  const args = ["serve", "--state", `${stage.state}/cloud`, "--nats", stage.natsUrl];
  const cloud = deno(
    stage,
    "aggregator",
    ["-A", "cloud/main.ts", ...args, "--port", String(port)],
    (line) => {
      url ??= /^Console: (\S+)/.exec(line)?.[1] ?? null;
      setUpUrl ??= /^\s+(http\S+)$/.exec(line)?.[1] ?? null;
    },
  );
  const address = await until(cloud, "open its console", () => url);
  let token: string | null = null;
  const asked = deno(
    stage,
    "token",
    ["-A", "cloud/main.ts", "token", "--name", "demo", "--days", "1"]
      .concat(["--state", `${stage.state}/cloud`, "--nats", stage.natsUrl]),
    (line) => token ??= line.trim() || null,
  );
  await asked.ended;
  if (token === null) throw new Error(`Cannot go on: no API token came; see ${asked.logFile}`);
  return { url: address, setUpUrl, token };
}

/** Starts the virtual printer, hot, on a terminal of its own. */
export async function startPrinter(stage: Stage, onLine: (line: string) => void): Promise<Child> {
  const link = `${stage.state}/edge/run/${PRINTER}.port`;
  const printer = deno(
    stage,
    "printer",
    ["-A", "scripts/printer/main.ts", "--link", link, "--seed", String(stage.printerSeed)]
      .concat(["--dialect", "marlin21", "--warm", "210,60"]),
    onLine,
  );
  await until(printer, "offer its terminal", () => exists(link));
  return printer;
}

/** Starts the tap between the printer's terminal and the host's. */
export async function startTap(stage: Stage): Promise<void> {
  const run = `${stage.state}/edge/run`;
  const args = ["--port", `${run}/${PRINTER}.port`, "--printer", PRINTER, "--orders"];
  const tap = deno(
    stage,
    "tap",
    ["-A", "edge/tap/main.ts", ...args, "--state", `${stage.state}/edge`],
  );
  await until(tap, "offer the host's port", () => exists(`${run}/${PRINTER}.tty`));
}

function edgeConfig(stage: Stage): string {
  const device = `${stage.state}/cloud/devices/${DEVICE}`;
  return `site = "${SITE}"
device = "${DEVICE}"
state = "${stage.state}/edge"
clock = "trusted"

[nats]
url = "${stage.natsUrl}"
keyFile = "${device}/device.nk"
caFile = "${device}/ca.pem"
trustFile = "${device}/trust.json"
presenceIntervalS = 2

[[printer]]
name = "${PRINTER}"
label = "The demo's printer"
port = "${stage.state}/edge/run/${PRINTER}.port"
response = "pause"
revisionIntervalS = 2
`;
}

/** Registers the job and starts the agent. */
export async function startAgent(stage: Stage): Promise<void> {
  const config = `${stage.state}/edge/printwarden.toml`;
  await Deno.writeTextFile(config, edgeConfig(stage));
  const added = deno(
    stage,
    "job",
    ["-A", "edge/main.ts", "job", "add", stage.part]
      .concat(["--printer", PRINTER, "--config", config]),
  );
  if (await added.ended !== 0) {
    throw new Error(`Cannot register the job: ${await Deno.readTextFile(added.logFile)}`);
  }
  const loaded = await loadConfig(config);
  if (!loaded.ok) throw new Error(loaded.issue);
  const permissions = agentPermissions(loaded.value, config, stage.root);
  deno(stage, "agent", ["--no-prompt", ...permissions, "edge/main.ts", "run", "--config", config]);
}

/** Starts whoever tampers with the line, between the host and the tap. */
export async function startMiddle(
  stage: Stage,
  tampered: (line: string) => void,
): Promise<Child> {
  const run = `${stage.state}/edge/run`, wire = `${run}/${PRINTER}.wire`;
  const middle = deno(
    stage,
    "middle",
    ["-A", "scripts/printer/middle.ts", "--port", `${run}/${PRINTER}.tty`, "--link", wire],
    tampered,
  );
  await until(middle, "stand in the middle", () => exists(wire));
  return middle;
}

/** Starts the host, which streams the part. */
export function startHost(stage: Stage, played: (line: string) => void): Child {
  const wire = `${stage.state}/edge/run/${PRINTER}.wire`;
  const args = ["-A", "scripts/printer/player.ts", "--port", wire, stage.part];
  return deno(stage, "host", args, played);
}

/** Ends everything, last started first. */
export async function clearStage(stage: Stage): Promise<void> {
  for (const child of [...stage.children].reverse()) await child.stop();
}

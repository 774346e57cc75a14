import { reasonOf } from "../shared/reason.ts";
import { parsedArgs } from "./command_line.ts";
import { GROWTH_FROM_H, GROWTH_MAX_MB_PER_H, soakIssues } from "./soak/judge.ts";
import { missedLines, slopePerH, type Standing } from "./soak/standing.ts";
import { type ProvisionedSite, SITE, startProvisionedSite } from "./provisioned_site.ts";
import { endChild } from "./end_child.ts";
import { unlessAsked } from "./unless_asked.ts";

const HELP = `Simulated printing for days, in accelerated time: does anything grow or get lost?

  deno task soak [--hours 24] [--printers 20] [--devices 2] [--seed N] [--json]

Each device's agent is a process of its own over the real analysis, outbox and a real nats-server;
its printers print one part again and again, some prints disturbed, as fast as the machine goes.
After each simulated hour it says what it holds, and how many lines it has missed.

  heapSlopeMBPerH       growth of what V8 holds after tidying up, of the worst device, per simulated
                        hour, without the first quarter
  residentSlopeMBPerH   the same of the resident memory
  fileSlopeMBPerH       the same of all files in the state folder
  missedLines           lines that were given and not seen by an analysis

The exit code is 1 if a line was missed, a message given up or left waiting, or the disk failed;
from ${GROWTH_FROM_H} simulated hours on also if something grew by more MB an hour than
${Object.entries(GROWTH_MAX_MB_PER_H).map(([name, most]) => `  ${name} ${most}`).join("\n")}
`;

const ROOT = new URL("../", import.meta.url).pathname;

interface Options {
  hours: number;
  printers: number;
  devices: number;
  seed: number;
}

/** What a soak has shown. */
export interface SoakFigures extends Options {
  lines: number;
  missedLines: number;
  heapSlopeMBPerH: number;
  residentSlopeMBPerH: number;
  fileSlopeMBPerH: number;
  residentMB: number;
  fileMB: number;
  /** Messages given up by outboxes, and those still waiting at the end. */
  dropped: number;
  pending: number;
  diskFaults: number;
  messages: number;
  seconds: number;
}

/** Runs it; `told` hears of each simulated hour of each device. */
export async function soak(
  options: Options,
  told: (device: string, standing: Standing) => void,
): Promise<SoakFigures> {
  const startMs = performance.now();
  const devices = Array.from({ length: options.devices }, (_, index) => `dev${index + 1}`);
  const site = await startProvisionedSite(devices);
  const folder = await Deno.makeTempDir({ prefix: "printwarden-soak-" });
  const over = new AbortController();
  try {
    // Whoever connects as the aggregator makes the streams.
    const broker = await site.broker();
    const rows = await unlessAsked(Promise.all(devices.map((device, at) => {
      const count = Math.ceil((options.printers - at) / options.devices);
      const agent = startAgent(site, `${folder}/${device}`, device, count, options);
      over.signal.addEventListener("abort", () => void endChild(agent, "SIGKILL"));
      return standingsOf(agent, device, told);
    })));
    const { lastSequence: messages } = await broker.head("PW_DEVIATIONS");
    const seconds = Math.round((performance.now() - startMs) / 1000);
    return { ...figuresOf(rows, options), messages, seconds };
  } finally {
    over.abort();
    await site.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

function startAgent(
  site: ProvisionedSite,
  state: string,
  device: string,
  printers: number,
  { hours, seed }: Options,
): Deno.ChildProcess {
  Deno.mkdirSync(state, { recursive: true });
  const file = `${state}/printwarden.toml`;
  Deno.writeTextFileSync(file, configOf(site, state, device, printers));
  const flags = "--v8-flags=--expose-gc,--max-semi-space-size=1";
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", flags, "scripts/soak/agent.ts", file, `${hours}`, `${seed}`],
    cwd: ROOT,
    stdout: "piped",
    stderr: "null",
  }).spawn();
}

/** What an agent says of each of its hours, to its end. */
async function standingsOf(
  agent: Deno.ChildProcess,
  device: string,
  told: (device: string, standing: Standing) => void,
): Promise<Standing[]> {
  const rows: Standing[] = [];
  let rest = "";
  for await (const text of agent.stdout.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const row = JSON.parse(line) as Standing;
      rows.push(row);
      told(device, row);
    }
  }
  const { code } = await agent.status;
  if (code !== 0) throw new Error(`Cannot soak: the agent of ${device} ended with code ${code}`);
  return rows;
}

function configOf(site: ProvisionedSite, state: string, device: string, count: number): string {
  const keys = site.provisioned.deviceFolders[device];
  const printers = Array.from(
    { length: count },
    (_, at) => `[[printer]]\nname = "p${at + 1}"\nport = "unused/${at + 1}"\n`,
  );
  return `site = "${SITE}"\ndevice = "${device}"\nstate = "${state}"\nclock = "trusted"\n` +
    `[nats]\nurl = "${site.natsUrl}"\nkeyFile = "${keys}/device.nk"\ncaFile = "${keys}/ca.pem"\n` +
    `trustFile = "${keys}/trust.json"\n${printers.join("")}`;
}

function figuresOf(
  devices: readonly Standing[][],
  options: Options,
): Omit<SoakFigures, "messages" | "seconds"> {
  const ends = devices.map((rows) => rows.at(-1)!);
  const sum = (of: (row: Standing) => number) => ends.reduce((all, row) => all + of(row), 0);
  const most = (of: (rows: readonly Standing[]) => number) =>
    Math.round(Math.max(...devices.map(of)) * 1000) / 1000;
  return {
    ...options,
    lines: sum(({ given }) => given),
    missedLines: sum(missedLines),
    heapSlopeMBPerH: most((rows) => slopePerH(rows, ({ heapMB }) => heapMB)),
    residentSlopeMBPerH: most((rows) => slopePerH(rows, ({ residentMB }) => residentMB)),
    fileSlopeMBPerH: most((rows) => slopePerH(rows, ({ fileMB }) => fileMB)),
    residentMB: most((rows) => rows.at(-1)!.residentMB),
    fileMB: most((rows) => rows.at(-1)!.fileMB),
    dropped: sum(({ dropped }) => dropped),
    pending: sum(({ pending }) => pending),
    diskFaults: sum(({ diskFaults }) => diskFaults),
  };
}

function readOptions(args: string[]): Options & { json: boolean } | null {
  const { values } = parsedArgs({
    args,
    options: {
      hours: { type: "string", default: "24" },
      printers: { type: "string", default: "20" },
      devices: { type: "string", default: "2" },
      seed: { type: "string", default: "7" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return null;
  const whole = (name: "hours" | "printers" | "devices" | "seed", most: number) => {
    const value = Number(values[name]);
    if (Number.isInteger(value) && value >= 1 && value <= most) return value;
    throw new RangeError(
      `Cannot read --${name}: a whole number from 1 to ${most} was required, got '${values[name]}'`,
    );
  };
  return {
    hours: whole("hours", 1000),
    printers: whole("printers", 160),
    devices: whole("devices", 16),
    seed: whole("seed", 2 ** 31 - 1),
    json: values.json,
  };
}

function hourWords(device: string, row: Standing): string {
  const { simulatedH, residentMB, heapMB, fileMB, lines } = row;
  return `${device}: ${simulatedH} h, ${residentMB} MB resident, ${heapMB.toFixed(1)} MB of ` +
    `objects, ${fileMB.toFixed(2)} MB of files; ${missedLines(row)} of ${lines} lines missed`;
}

function goodWords({ hours }: SoakFigures): string {
  const growth = hours < GROWTH_FROM_H
    ? `growth is judged from ${GROWTH_FROM_H} h on`
    : "nothing grew beyond its bounds";
  return `All is well: nothing was missed or lost; ${growth}`;
}

if (import.meta.main) {
  try {
    const options = readOptions(Deno.args);
    if (options === null) console.log(HELP);
    else {
      const { json, ...wish } = options;
      const figures = await soak(wish, (device, row) => console.error(hourWords(device, row)));
      console.log(json ? JSON.stringify(figures) : figures);
      const issues = soakIssues(figures);
      for (const issue of issues) console.error(issue);
      if (issues.length === 0) console.error(goodWords(figures));
      Deno.exitCode = issues.length > 0 ? 1 : 0;
    }
  } catch (error) {
    console.error(reasonOf(error));
    Deno.exit(2);
  }
}

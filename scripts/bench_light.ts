import { loadConfig, sensesSocket } from "../edge/config.ts";
import { cpuS } from "./bench/light/cpu.ts";
import { driveLines, PINS } from "./bench/light/drive_lines.ts";
import { hoursOfLines, type WireLine } from "./bench/memory/hour_of_lines.ts";
import { playLines } from "./bench/memory/play_lines.ts";
import { residentOf } from "./bench/memory/resident.ts";
import { agentService, type Programs, programsIn, service } from "./bench_memory.ts";
import { Line } from "./printer/shell/libc.ts";
import { type ProvisionedSite, SITE, startProvisionedSite, until } from "./provisioned_site.ts";
import { valuesOf } from "./command_line.ts";

const HELP = `Usage: deno task bench light [--seconds 60] [--rate 250] [--bundle DIR] [--json]

What tap, agent and senses take of a machine while a host sends so many lines a second and every
sense is on: gates of 7.6 and 50 Hz, a tachometer at 5,000 turns, an encoder, a thermometer read ten
times a second, air, door and supply. The lines of the senses are named pipes, told by the same epoll.

  tapMB, agentMB, sensesMB           resident memory at the end
  tapCpu, agentCpu, sensesCpu, cpu   share of one core, and of all three together, while it ran
  linesPerS, readings                what the host sent, and whether the agent's snapshot has readings

--bundle DIR measures tap and agent as 'deno task bundle --out DIR' has written them, which cards and
devices run, instead of this folder's sources.
`;

const DEVICE = "dev1", PRINTER = "p1", SEED = 7;
const WARM_UP_S = 5;

interface Figures {
  tapMB: number;
  agentMB: number;
  sensesMB: number;
  tapCpu: number;
  agentCpu: number;
  sensesCpu: number;
  cpu: number;
  linesPerS: number;
  readings: boolean;
}

/** Measures; prints a sentence or JSON. */
export async function benchLight(args: string[]): Promise<void> {
  const values = valuesOf(HELP, args, {
    seconds: { type: "string", default: "60" },
    rate: { type: "string", default: "250" },
    bundle: { type: "string" },
    json: { type: "boolean", default: false },
  });
  if (values === null) return;
  const figures = await measure(
    whole("seconds", values.seconds, 3600),
    whole("rate", values.rate, 2000),
    programsIn(values.bundle),
  );
  if (values.json) return console.log(JSON.stringify(figures));
  const { tapMB, agentMB, sensesMB, tapCpu, agentCpu, sensesCpu, cpu, linesPerS } = figures;
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  console.log(
    `at ${linesPerS} lines/s: tap ${tapMB} MB, ${
      percent(tapCpu)
    } of a core; agent ${agentMB} MB, ` +
      `${percent(agentCpu)}; senses ${sensesMB} MB, ${percent(sensesCpu)}; ${percent(cpu)} in all`,
  );
}

function whole(name: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0 && value <= most) return value;
  throw new RangeError(
    `Cannot bench: --${name}, a whole number from 1 to ${most}, was required, got '${text}'`,
  );
}

/** The host's lines of a print at a steady rate, each with the printer's next answer. */
function* atRate(rate: number, seconds: number): Generator<WireLine> {
  let hostLines = 0;
  for (const line of hoursOfLines(24, SEED)) {
    const atS = hostLines / rate;
    if (atS > seconds) return;
    if (line.from === "host") hostLines++;
    yield { ...line, atS };
  }
}

async function writeConfig(site: ProvisionedSite, folder: string): Promise<string> {
  const keys = site.provisioned.deviceFolders[DEVICE];
  const file = `${folder}/printwarden.toml`;
  await Deno.writeTextFile(`${folder}/temp1_input`, "205250\n");
  await Deno.writeTextFile(
    file,
    `site = "${SITE}"\ndevice = "${DEVICE}"\nstate = "${folder}"\nclock = "trusted"\n` +
      `[nats]\nurl = "${site.natsUrl}"\nkeyFile = "${keys}/device.nk"\ncaFile = "${keys}/ca.pem"\n` +
      `trustFile = "${keys}/trust.json"\n` +
      `[[printer]]\nname = "${PRINTER}"\nport = "unused"\nsuite = "S2"\n` +
      `[printer.senses]\nheaterGate = { pin = ${PINS.gate} }\nfanGate = { pin = ${PINS.fan} }\n` +
      `tachometer = { pin = ${PINS.tachometer} }\nencoder = { pin = ${PINS.a}, pinB = ${PINS.b} }\n` +
      `hotend = { device = "${folder}/temp1_input" }\nambient = { file = "${folder}/temp1_input" }\n` +
      `door = { pin = ${PINS.door} }\nsupply = { pin = ${PINS.supply} }\nrelay = { pin = 26 }\n`,
  );
  return file;
}

/** Runs tap, agent and senses as programs of their own, and looks what they take. */
async function measure(seconds: number, rate: number, programs: Programs): Promise<Figures> {
  const site = await startProvisionedSite([DEVICE]);
  const children: Deno.ChildProcess[] = [];
  const folder = await Deno.makeTempDir({ prefix: "printwarden-light-" });
  const started = (child: Deno.ChildProcess) => {
    children.push(child);
    return child;
  };
  let stopLines = () => {};
  try {
    await site.broker();
    const file = await writeConfig(site, folder);
    const config = await loadConfig(file);
    if (!config.ok) throw new Error(config.issue);
    stopLines = await driveLines(`${folder}/lines`);
    const { line: printer, path } = Line.makePty();
    const port = ["--port", path, "--printer", PRINTER, "--state", folder];
    const tap = started(
      service(programs, "printwarden-tap@", ["--allow-ffi"], ["edge/tap/main", ...port]),
    );
    const standIn = ["scripts/bench/light/senses_stand_in", file, `${folder}/lines`];
    const senses = started(service(programsIn(), "printwarden-senses", ["-A"], standIn));
    await until("the senses", () => Deno.stat(sensesSocket(config.value)).catch(() => null));
    const agent = started(await agentService(programs, file));
    const hostPort = await until(
      "the host's port",
      () => Deno.readLink(`${folder}/run/${PRINTER}.tty`).catch(() => null),
    );
    const snapshot = `${folder}/run/${PRINTER}.snapshot.json`;
    await until("the agent", () => Deno.stat(snapshot).catch(() => null));
    const host = Line.open(hostPort, 115_200);
    const ends = { host, printer };
    await playLines(ends, atRate(rate, WARM_UP_S), 1);
    const processes = { tap: tap.pid, agent: agent.pid, senses: senses.pid };
    const before = mapped(processes, cpuS), beganMs = performance.now();
    const { host: lines } = await playLines(ends, atRate(rate, seconds), 1);
    const tookS = (performance.now() - beganMs) / 1000;
    const after = mapped(processes, cpuS), held = mapped(processes, residentOf);
    const readings = await until("readings in the snapshot", async () => {
      const text = await Deno.readTextFile(snapshot).catch(() => "");
      return /"gateDuty":/.test(text) && /"probeC":205/.test(text) ? true : null;
    });
    host.close();
    printer.close();
    const share = (name: "tap" | "agent" | "senses") => (after[name] - before[name]) / tookS;
    return {
      tapMB: held.tap.residentMB,
      agentMB: held.agent.residentMB,
      sensesMB: held.senses.residentMB,
      tapCpu: rounded(share("tap")),
      agentCpu: rounded(share("agent")),
      sensesCpu: rounded(share("senses")),
      cpu: rounded(share("tap") + share("agent") + share("senses")),
      linesPerS: Math.round(lines / tookS),
      readings,
    };
  } finally {
    for (const child of children) {
      child.kill("SIGTERM");
      await child.status;
    }
    stopLines();
    await site.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

function mapped<T>(pids: Record<"tap" | "agent" | "senses", number>, of: (pid: number) => T) {
  return { tap: of(pids.tap), agent: of(pids.agent), senses: of(pids.senses) };
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

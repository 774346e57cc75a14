import { files } from "../edge/serial/files.ts";
import { type Libc, loadLibc } from "../edge/serial/libc.ts";
import { openPty } from "../edge/serial/pty.ts";
import { Duress, type Hardship } from "./bench/duress.ts";
import { LineRig } from "./bench/line_rig.ts";
import { valuesOf, wholeNumber } from "./command_line.ts";

const HELP = `Usage: deno task bench tap [--json] [options]

Lines of 40 bytes from a host to a printer that answers each with an ok, over four links in turn:
bare (one pty), socat (two ptys bridged), tap (with an agent reading its mirror), and tapBusy (the
same while that agent keeps a core busy).

  paced      lines leave at --rate whatever became of the ones before; the delay is from the
             host's write of a line to the printer's read of it
  flat out   each line leaves when the ok of the one before has come, as printing hosts do it

  --lines N    paced lines for each link (default 10000; 1000000 for the million-line check)
  --rate N     paced lines a second (default 1000)
  --flat N     flat-out lines for each link (default 40000)
  --rounds N   into how many turns that is cut, in rotating order (default 10)
  --duress     four more: a tap whose agent hangs (tapHung) or is killed again and again
               (tapCrashing), and socat and tap with four other programs burning all the CPU
               (socatStarved, tapStarved)

p99OfSocat: the median of a tap's rounds' p99 over that of socat beside it
  --json       one JSON object on standard output
`;

const LATE_MS = 20;
const WARM_UP_LINES = 500;
const KINDS = ["bare", "socat", "tap", "tapBusy"] as const;
const DURESS_KINDS = [...KINDS, "tapHung", "tapCrashing", "socatStarved", "tapStarved"] as const;
type Kind = (typeof DURESS_KINDS)[number];
const HARDSHIPS: Partial<Record<Kind, Hardship>> = {
  tapBusy: "busy",
  tapHung: "hung",
  tapCrashing: "crashing",
  socatStarved: "starved",
  tapStarved: "starved",
};
/** Burners and killers need a while to be there. */
const SETTLE_MS = 400;

/** The figures of one link. */
interface Figures {
  linesPerS: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
  /** The median of the rounds' own p99: a burst of somebody else's work spoils one round alone. */
  roundP99Ms: number;
  /** Paced lines, and those later than 20 ms among them. */
  lines: number;
  late: number;
  p99OfSocat?: number;
}

interface Options {
  lines: number;
  rate: number;
  flat: number;
  rounds: number;
  duress: boolean;
  json: boolean;
}

/** Measures the tap; prints a table or JSON. Exits with 2 on a wrong option. */
export async function benchTap(args: string[]): Promise<void> {
  const options = readOptions(args);
  if (options === null) return;
  const folder = await Deno.makeTempDir({ prefix: "printwarden-bench-" });
  const children: Deno.ChildProcess[] = [];
  let duress: Duress | null = null;
  try {
    const links = await openLinks(loadLibc(), folder, children);
    duress = links.duress;
    print(await measure(links, options), options);
  } finally {
    await duress?.stop();
    for (const child of children.reverse()) {
      child.kill("SIGTERM");
      await child.status;
    }
    await Deno.remove(folder, { recursive: true });
  }
}

function readOptions(args: string[]): Options | null {
  const values = valuesOf(HELP, args, {
    lines: { type: "string", default: "10000" },
    rate: { type: "string", default: "1000" },
    flat: { type: "string", default: "40000" },
    rounds: { type: "string", default: "10" },
    duress: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  });
  if (values === null) return null;
  const whole = (name: "lines" | "rate" | "flat" | "rounds") =>
    wholeNumber(name, values[name], 1, 1e9);
  return {
    lines: whole("lines"),
    rate: whole("rate"),
    flat: whole("flat"),
    rounds: whole("rounds"),
    duress: values.duress,
    json: values.json,
  };
}

interface Links {
  rigs: Map<Kind, LineRig>;
  duress: Duress;
}

async function openLinks(
  libc: Libc,
  folder: string,
  children: Deno.ChildProcess[],
): Promise<Links> {
  const rigs = new Map<Kind, LineRig>();
  const bare = openPty(libc, 115_200);
  rigs.set("bare", new LineRig(libc, bare.masterFd, bare.slavePath));

  const socatLink = `${folder}/socat.tty`;
  const behindSocat = openPty(libc, 115_200);
  const bridge = startSocat(socatLink, behindSocat.slavePath);
  if (bridge === null) console.error("socat is not installed, so it isn't measured");
  else {
    children.push(bridge);
    await appears(libc, socatLink);
    const rig = new LineRig(libc, behindSocat.masterFd, socatLink);
    for (const kind of ["socat", "socatStarved"] as const) rigs.set(kind, rig);
  }

  const behindTap = openPty(libc, 115_200);
  children.push(startTap(folder, behindTap.slavePath));
  await appears(libc, `${folder}/run/bench.tty`);
  const rig = new LineRig(libc, behindTap.masterFd, `${folder}/run/bench.tty`);
  for (const kind of DURESS_KINDS) if (kind.startsWith("tap")) rigs.set(kind, rig);
  const duress = new Duress(`${folder}/run/bench.sock`);
  await pause(1500);
  return { rigs, duress };
}

function startSocat(link: string, port: string): Deno.ChildProcess | null {
  try {
    return new Deno.Command("socat", {
      args: [`PTY,raw,echo=0,link=${link}`, `${port},raw,echo=0`],
    })
      .spawn();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function startTap(folder: string, port: string): Deno.ChildProcess {
  const main = new URL("../edge/tap/main.ts", import.meta.url).pathname;
  const args = ["run", "--allow-ffi", main, "--port", port, "--printer", "bench"];
  return new Deno.Command(Deno.execPath(), { args: [...args, "--state", folder], stderr: "null" })
    .spawn();
}

async function appears(libc: Libc, path: string): Promise<void> {
  const disk = files(libc);
  for (let tries = 0; tries < 200; tries++) {
    if (disk.exists(path)) return;
    await pause(50);
  }
  throw new Error(`Cannot measure: ${path} was required within 10 s, but it did not appear`);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function measure(links: Links, options: Options): Promise<Map<Kind, Figures>> {
  const delays = new Map<Kind, Float64Array[]>();
  const rates = new Map<Kind, number[]>();
  const kinds = options.duress ? DURESS_KINDS : KINDS;
  for (const kind of kinds) {
    const rig = links.rigs.get(kind);
    if (rig === undefined) continue;
    rig.run({ lines: WARM_UP_LINES, ratePerS: 0, window: 1 });
    delays.set(kind, []);
    rates.set(kind, []);
  }
  const lines = Math.ceil(options.lines / options.rounds);
  const flat = Math.ceil(options.flat / options.rounds);
  for (let round = 0; round < options.rounds; round++) {
    for (let turn = 0; turn < kinds.length; turn++) {
      const kind = kinds[(round + turn) % kinds.length] ?? "bare";
      const rig = links.rigs.get(kind);
      if (rig === undefined) continue;
      await links.duress.set(HARDSHIPS[kind] ?? "none");
      await pause(options.duress ? SETTLE_MS : 100);
      const paced = rig.run({ lines, ratePerS: options.rate, window: Infinity });
      delays.get(kind)?.push(paced.delaysMs);
      rates.get(kind)?.push(flat / rig.run({ lines: flat, ratePerS: 0, window: 1 }).tookS);
    }
    if (!options.json) console.error(`round ${round + 1} of ${options.rounds}`);
  }
  await links.duress.set("none");
  const figures = new Map([...delays].map(([kind, each]) => [
    kind,
    figuresOf(each, rates.get(kind) ?? []),
  ]));
  compare(figures);
  return figures;
}

/** Holds each tap against the socat that suffered the same. */
function compare(figures: Map<Kind, Figures>): void {
  for (const [kind, figure] of figures) {
    const socat = figures.get(kind === "tapStarved" ? "socatStarved" : "socat");
    if (!kind.startsWith("tap") || socat === undefined) continue;
    figure.p99OfSocat = round(figure.roundP99Ms / socat.roundP99Ms);
  }
}

function figuresOf(delays: Float64Array[], rates: number[]): Figures {
  const all = new Float64Array(delays.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of delays) {
    all.set(part, at);
    at += part.length;
  }
  all.sort();
  const share = (q: number) => quantile(all, q);
  const late = all.length - all.findIndex((ms) => ms > LATE_MS);
  return {
    linesPerS: Math.round(median(rates)),
    p50Ms: round(share(0.5)),
    p99Ms: round(share(0.99)),
    maxMs: round(share(1)),
    roundP99Ms: round(median(delays.map((part) => quantile(part.slice().sort(), 0.99)))),
    lines: all.length,
    late: (all.at(-1) ?? 0) > LATE_MS ? late : 0,
  };
}

/** @param sorted in rising order */
function quantile(sorted: Float64Array, q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}

function median(values: number[]): number {
  return quantile(Float64Array.from(values).sort(), 0.5);
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

function print(figures: Map<Kind, Figures>, options: Options): void {
  if (options.json) {
    console.log(JSON.stringify(Object.fromEntries(figures)));
    return;
  }
  console.log(`paced at ${options.rate} lines/s, and flat out one line at a time:`);
  console.table(Object.fromEntries(figures));
}

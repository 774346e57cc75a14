import { parseArgs } from "node:util";
import { files } from "../edge/serial/files.ts";
import { type Libc, loadLibc } from "../edge/serial/libc.ts";
import { openPty } from "../edge/serial/pty.ts";
import { LineRig } from "./bench/line_rig.ts";

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
  --json       one JSON object on standard output
`;

const LATE_MS = 20;
const WARM_UP_LINES = 500;
const KINDS = ["bare", "socat", "tap", "tapBusy"] as const;
type Kind = (typeof KINDS)[number];

/** The figures of one link. */
interface Figures {
  linesPerS: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
  /** Paced lines, and those later than 20 ms among them. */
  lines: number;
  late: number;
}

interface Options {
  lines: number;
  rate: number;
  flat: number;
  rounds: number;
  json: boolean;
}

/** Measures the tap; prints a table or JSON. Exits with 2 on a wrong option. */
export async function benchTap(args: string[]): Promise<void> {
  const options = readOptions(args);
  if (options === null) return;
  const folder = await Deno.makeTempDir({ prefix: "printwarden-bench-" });
  const children: Deno.ChildProcess[] = [];
  try {
    const links = await openLinks(loadLibc(), folder, children);
    const figures = await measure(links, options);
    print(figures, options);
  } finally {
    for (const child of children.reverse()) {
      child.kill("SIGTERM");
      await child.status;
    }
    await Deno.remove(folder, { recursive: true });
  }
}

function readOptions(args: string[]): Options | null {
  const { values } = parseArgs({
    args,
    options: {
      lines: { type: "string", default: "10000" },
      rate: { type: "string", default: "1000" },
      flat: { type: "string", default: "40000" },
      rounds: { type: "string", default: "10" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return null;
  }
  const whole = (name: "lines" | "rate" | "flat" | "rounds") => {
    const value = Number(values[name]);
    if (Number.isInteger(value) && value > 0) return value;
    console.error(`--${name}: a whole number above 0 was required, got '${values[name]}'`);
    Deno.exit(2);
  };
  return {
    lines: whole("lines"),
    rate: whole("rate"),
    flat: whole("flat"),
    rounds: whole("rounds"),
    json: values.json,
  };
}

interface Links {
  rigs: Map<Kind, LineRig>;
  setBusy(isBusy: boolean): Promise<void>;
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
    rigs.set("socat", new LineRig(libc, behindSocat.masterFd, socatLink));
  }

  const behindTap = openPty(libc, 115_200);
  children.push(startTap(folder, behindTap.slavePath));
  await appears(libc, `${folder}/run/bench.tty`);
  const reader = startReader(`${folder}/run/bench.sock`);
  children.push(reader);
  const rig = new LineRig(libc, behindTap.masterFd, `${folder}/run/bench.tty`);
  rigs.set("tap", rig);
  rigs.set("tapBusy", rig);
  const input = reader.stdin.getWriter();
  const setBusy = (isBusy: boolean) => input.write(new TextEncoder().encode(isBusy ? "b" : "i"));
  await pause(1500);
  return { rigs, setBusy };
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

function startReader(socket: string) {
  const script = new URL("./bench/mirror_reader.ts", import.meta.url).pathname;
  const args = ["run", "-A", script, socket];
  return new Deno.Command(Deno.execPath(), { args, stdin: "piped" }).spawn();
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
  for (const [kind, rig] of links.rigs) {
    rig.run({ lines: WARM_UP_LINES, ratePerS: 0, window: 1 });
    delays.set(kind, []);
    rates.set(kind, []);
  }
  const lines = Math.ceil(options.lines / options.rounds);
  const flat = Math.ceil(options.flat / options.rounds);
  for (let round = 0; round < options.rounds; round++) {
    for (let turn = 0; turn < KINDS.length; turn++) {
      const kind = KINDS[(round + turn) % KINDS.length] ?? "bare";
      const rig = links.rigs.get(kind);
      if (rig === undefined) continue;
      await links.setBusy(kind === "tapBusy");
      await pause(100);
      const paced = rig.run({ lines, ratePerS: options.rate, window: Infinity });
      delays.get(kind)?.push(paced.delaysMs);
      rates.get(kind)?.push(flat / rig.run({ lines: flat, ratePerS: 0, window: 1 }).tookS);
    }
    if (!options.json) console.error(`round ${round + 1} of ${options.rounds}`);
  }
  return new Map([...links.rigs.keys()].map((kind) => [
    kind,
    figuresOf(delays.get(kind) ?? [], rates.get(kind) ?? []),
  ]));
}

function figuresOf(delays: Float64Array[], rates: number[]): Figures {
  const all = new Float64Array(delays.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of delays) {
    all.set(part, at);
    at += part.length;
  }
  all.sort();
  const share = (q: number) => all[Math.min(all.length - 1, Math.floor(q * all.length))] ?? 0;
  const late = all.length - all.findIndex((ms) => ms > LATE_MS);
  return {
    linesPerS: Math.round(Float64Array.from(rates).sort()[Math.floor(rates.length / 2)] ?? 0),
    p50Ms: round(share(0.5)),
    p99Ms: round(share(0.99)),
    maxMs: round(share(1)),
    lines: all.length,
    late: (all.at(-1) ?? 0) > LATE_MS ? late : 0,
  };
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

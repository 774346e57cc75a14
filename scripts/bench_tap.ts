import { loadLibc } from "../edge/serial/libc.ts";
import { wait } from "../shared/wait.ts";
import type { Duress, Hardship } from "./bench/duress.ts";
import type { LineRig } from "./bench/line_rig.ts";
import { compare, type Figures, figuresOf } from "./bench/tap/tap_figures.ts";
import { DURESS_KINDS, type Kind, KINDS, type Links, openLinks } from "./bench/tap/tap_links.ts";
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

const WARM_UP_LINES = 500;
const HARDSHIPS: Partial<Record<Kind, Hardship>> = {
  tapBusy: "busy",
  tapHung: "hung",
  tapCrashing: "crashing",
  socatStarved: "starved",
  tapStarved: "starved",
};
/** Burners and killers need a while to be there. */
const SETTLE_MS = 400;

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

interface Measured {
  delays: Float64Array[];
  rates: number[];
}

async function measure(links: Links, options: Options): Promise<Map<Kind, Figures>> {
  const kinds = (options.duress ? DURESS_KINDS : KINDS).filter((kind) => links.rigs.has(kind));
  const measured = new Map<Kind, Measured>();
  for (const kind of kinds) {
    links.rigs.get(kind)!.run({ lines: WARM_UP_LINES, ratePerS: 0, window: 1 });
    measured.set(kind, { delays: [], rates: [] });
  }
  for (let round = 0; round < options.rounds; round++) {
    for (let turn = 0; turn < kinds.length; turn++) {
      const kind = kinds[(round + turn) % kinds.length]!;
      await links.duress.set(HARDSHIPS[kind] ?? "none");
      await wait(options.duress ? SETTLE_MS : 100);
      takeTurn(links.rigs.get(kind)!, options, measured.get(kind)!);
    }
    if (!options.json) console.error(`round ${round + 1} of ${options.rounds}`);
  }
  await links.duress.set("none");
  const figures = new Map(
    [...measured].map(([kind, { delays, rates }]) => [kind, figuresOf(delays, rates)]),
  );
  compare(figures);
  return figures;
}

/** One link's part of a round. */
function takeTurn(rig: LineRig, options: Options, { delays, rates }: Measured): void {
  const lines = Math.ceil(options.lines / options.rounds);
  const flat = Math.ceil(options.flat / options.rounds);
  delays.push(rig.run({ lines, ratePerS: options.rate, window: Infinity }).delaysMs);
  rates.push(flat / rig.run({ lines: flat, ratePerS: 0, window: 1 }).tookS);
}

function print(figures: Map<Kind, Figures>, options: Options): void {
  if (options.json) {
    console.log(JSON.stringify(Object.fromEntries(figures)));
    return;
  }
  console.log(`paced at ${options.rate} lines/s, and flat out one line at a time:`);
  console.table(Object.fromEntries(figures));
}

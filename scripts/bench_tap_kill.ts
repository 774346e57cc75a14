import { cString, type Libc, loadLibc } from "../edge/serial/libc.ts";
import { openPty, touchSlave } from "../edge/serial/pty.ts";
import { encodeTermios, setTermios } from "../edge/serial/termios.ts";
import { wait } from "../shared/wait.ts";
import { Keeper } from "./keeper/keeper.ts";
import { valuesOf } from "./command_line.ts";

const HELP = `Usage: deno task bench tap-kill [--kills N] [--seed N] [--json]

Kills the tap with SIGKILL again and again while numbered lines cross it in both directions, two
hundred a second each way, and a stand-in for systemd keeps its descriptors.

  stallMs    from a kill to the moment when the oldest waiting line came through: the delay of the
             latest line around that kill (median, and the longest of all)
  lost       bytes that were written and never came; doubled: bytes that came twice
  hangUps    ends that saw their line closed

  --kills N    how often (default 100)
  --seed N     of the moments (default 1)
  --json       one JSON object on standard output
`;
const LINE_MS = 5;
const O_RDWR_NOCTTY_NONBLOCK_CLOEXEC = 2 | 0o400 | 0o4000 | 0o2000000;
const AGAIN_WITHIN_MS = 10_000;

/** One direction: writes stamped lines at one end, reads and checks them at the other. */
class Way {
  written = 0;
  expected = 0;
  lost = 0;
  doubled = 0;
  hangUps = 0;
  latestMs = 0;
  readonly #stamps: number[] = [];
  readonly #buffer = new Uint8Array(65_536);
  #rest = "";

  constructor(readonly libc: Libc, readonly from: number, readonly to: number) {}

  write(): void {
    const line = new TextEncoder().encode(`N${this.written} G1 X${this.written % 200}.5*33\n`);
    const taken = this.libc.call.write(this.from, line, line.length);
    if (taken === line.length) this.#stamps[this.written++] = performance.now();
    else if (taken < 0 && this.libc.errno() !== 11) this.hangUps++;
  }

  read(): void {
    const bytes = this.libc.call.read(this.to, this.#buffer, this.#buffer.length);
    if (bytes === 0 || (bytes < 0 && this.libc.errno() !== 11)) this.hangUps++;
    if (bytes <= 0) return;
    const lines = (this.#rest + new TextDecoder().decode(this.#buffer.subarray(0, bytes)))
      .split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#take(line);
  }

  #take(line: string): void {
    const number = Number(/^N(\d+) G1 X[\d.]+\*33$/.exec(line)?.[1] ?? NaN);
    if (number === this.expected) {
      this.latestMs = Math.max(this.latestMs, performance.now() - (this.#stamps[number] ?? 0));
      this.expected++;
    } else if (number < this.expected) this.doubled += line.length + 1;
    else {
      this.lost += Math.max(line.length + 1, 1);
      if (number > this.expected) this.expected = number + 1;
    }
  }
}

/** Measures what a killed tap costs. Exits with 1 if a byte was lost or an end hung up. */
export async function benchTapKill(args: string[]): Promise<void> {
  const values = valuesOf(HELP, args, {
    kills: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  });
  if (values === null) return;
  const [kills, seed] = [Number(values.kills), Number(values.seed)];
  if (!Number.isInteger(kills) || kills < 1 || !Number.isInteger(seed)) {
    throw new Error(`--kills, --seed: whole numbers were required, got '${values.kills}'`);
  }
  const figures = await measure(kills, seed);
  if (values.json) console.log(JSON.stringify(figures));
  else console.table(figures);
  if (figures.lost + figures.doubled + figures.hangUps > 0) Deno.exit(1);
}

async function measure(kills: number, seed: number) {
  const libc = loadLibc();
  const folder = await Deno.makeTempDir({ prefix: "printwarden-kills-" });
  const printer = openPty(libc, 115_200);
  touchSlave(libc, printer);
  const main = new URL("../edge/tap/main.ts", import.meta.url).pathname;
  const keeper = new Keeper(libc, folder, [
    ...[Deno.execPath(), "run", "--allow-ffi", "--no-prompt", main],
    ...["--port", printer.slavePath, "--printer", "p", "--state", folder],
  ]);
  try {
    keeper.start();
    await readyAgain(keeper, 1);
    const host = libc.call.open(cString(`${folder}/run/p.tty`), O_RDWR_NOCTTY_NONBLOCK_CLOEXEC, 0);
    setTermios(libc, host, encodeTermios({ baud: 115_200 }));
    // What a printer says before the tap has seen its host is nobody's.
    while (!keeper.stderr.includes("host-open")) {
      await wait(5);
    }
    const ways = [
      new Way(libc, host, printer.masterFd),
      new Way(libc, printer.masterFd, host),
    ];
    const stalls = await killAgainAndAgain(keeper, ways, kills, seed);
    libc.call.close(host);
    return figuresOf(ways, stalls);
  } finally {
    await keeper.stop();
    libc.call.close(printer.masterFd);
    await Deno.remove(folder, { recursive: true });
  }
}

async function killAgainAndAgain(keeper: Keeper, ways: Way[], kills: number, seed: number) {
  const stalls: number[] = [];
  let state = seed | 1;
  for (let kill = 1; kill <= kills; kill++) {
    state = Math.imul(state, 1_103_515_245) + 12_345;
    await traffic(ways, 150 + (state >>> 16) % 200);
    for (const way of ways) way.latestMs = 0;
    keeper.kill();
    const endMs = performance.now() + AGAIN_WITHIN_MS;
    const before = ways.map((way) => way.expected);
    do await traffic(ways, LINE_MS); while (
      ways.some((way, at) => way.expected <= before[at]! + 20) && performance.now() < endMs
    );
    stalls.push(Math.max(...ways.map((way) => way.latestMs)));
    await readyAgain(keeper, kill + 1);
  }
  await traffic(ways, 500, false);
  return stalls.sort((one, other) => one - other);
}

/** Lets lines cross for so long. */
async function traffic(ways: Way[], forMs: number, writes = true): Promise<void> {
  const endMs = performance.now() + forMs;
  while (performance.now() < endMs) {
    if (writes) { for (const way of ways) way.write(); }
    await wait(LINE_MS);
    for (const way of ways) way.read();
  }
}

async function readyAgain(keeper: Keeper, times: number): Promise<void> {
  const endMs = performance.now() + AGAIN_WITHIN_MS;
  while (keeper.stderr.split("ready:").length - 1 < times) {
    if (performance.now() > endMs) throw new Error(`The tap didn't start again: ${keeper.stderr}`);
    await wait(2);
  }
}

function figuresOf(ways: Way[], stalls: number[]) {
  const sum = (of: (way: Way) => number) => ways.reduce((total, way) => total + of(way), 0);
  const round = (ms: number) => Math.round(ms);
  return {
    kills: stalls.length,
    lines: sum((way) => way.written),
    lost: sum((way) => way.lost + (way.written - way.expected) * 20),
    doubled: sum((way) => way.doubled),
    hangUps: sum((way) => way.hangUps),
    stallMsMedian: round(stalls[Math.floor(stalls.length / 2)] ?? 0),
    stallMsP99: round(stalls[Math.floor(stalls.length * 0.99)] ?? 0),
    stallMsMax: round(stalls.at(-1) ?? 0),
  };
}

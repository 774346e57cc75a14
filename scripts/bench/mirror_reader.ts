/**
 * An agent's part in a measurement: reads a tap's mirror, and while told so keeps a core busy as a
 * slow analysis would. One byte on standard input switches: `b` busy, `i` idle.
 */
import { TapSource } from "../../edge/source/tap_source.ts";
import { wait } from "../../shared/wait.ts";

const BURST_MS = 20;

let isBusy = false;
let seen = 0;

async function read(socketPath: string): Promise<void> {
  const source = new TapSource({ socketPath, after: null });
  for await (const observation of source.observations(new AbortController().signal)) {
    if (observation.type === "sent" || observation.type === "received") seen++;
  }
}

async function obey(): Promise<void> {
  const byte = new Uint8Array(1);
  while (await Deno.stdin.read(byte) !== null) isBusy = byte[0] === 0x62;
  Deno.exit(0);
}

async function burn(): Promise<void> {
  for (;;) {
    const untilMs = performance.now() + (isBusy ? BURST_MS : 0);
    while (performance.now() < untilMs) seen += 0;
    await wait(isBusy ? 0 : 20);
  }
}

await Promise.all([read(Deno.args[0] ?? ""), obey(), burn()]);

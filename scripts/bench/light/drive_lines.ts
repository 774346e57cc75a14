/** Where the bench wires everything. */
export const PINS = { gate: 17, fan: 27, tachometer: 22, a: 23, b: 24, door: 5, supply: 6 };

/** How often each line changes in a print at work, edges/s: PWM of 7.6 and 50 Hz, 5,000 turns. */
const EDGES_PER_S: [pin: number, edgesPerS: number][] = [
  [PINS.gate, 15.2],
  [PINS.fan, 100],
  [PINS.tachometer, 333],
  [PINS.a, 6],
  [PINS.b, 6],
];
const TURN_MS = 2;

/** Drives the lines of a printer at work through named pipes; returns how to end it. */
export async function driveLines(folder: string): Promise<() => void> {
  await Deno.mkdir(folder, { recursive: true });
  const pipes = Object.values(PINS).map((pin) => `${folder}/${pin}`);
  await new Deno.Command("mkfifo", { args: pipes }).output();
  const files = new Map<number, Deno.FsFile>();
  for (const pin of Object.values(PINS)) {
    // Open both ways, or it would wait for a reader.
    files.set(pin, await Deno.open(`${folder}/${pin}`, { read: true, write: true }));
  }
  files.get(PINS.supply)!.writeSync(new TextEncoder().encode("1"));
  const startMs = performance.now();
  const done = new Map<number, number>();
  const timer = setInterval(() => {
    const passedS = (performance.now() - startMs) / 1000;
    for (const [pin, edgesPerS] of EDGES_PER_S) {
      const due = Math.floor(passedS * edgesPerS);
      for (let at = done.get(pin) ?? 0; at < due; at++) {
        files.get(pin)!.writeSync(new TextEncoder().encode(at % 2 === 0 ? "1" : "0"));
      }
      done.set(pin, due);
    }
  }, TURN_MS);
  return () => {
    clearInterval(timer);
    for (const file of files.values()) file.close();
  };
}

/**
 * What the agent has promised, in a file of its own that a SIGKILL can't take back: one line for
 * each deviation whose adding to the outbox has returned.
 */
export interface Ledger {
  promised(printer: string, number: number): void;
}

/** Opens a ledger to append to. */
export function openLedger(path: string): Ledger {
  const file = Deno.openSync(path, { append: true, create: true });
  return {
    promised: (printer, number) =>
      void file.writeSync(new TextEncoder().encode(`${printer} ${number}\n`)),
  };
}

/** The names of all deviations that a ledger promises. */
export async function readLedger(path: string): Promise<Set<string>> {
  const promised = new Set<string>();
  for (const line of (await Deno.readTextFile(path)).split("\n")) {
    const read = /^(\S+) (\d+)$/.exec(line);
    if (read) promised.add(nameOf(read[1]!, Number(read[2])));
  }
  return promised;
}

/** What one made deviation is called everywhere: it is also its identity. */
export function nameOf(printer: string, number: number): string {
  return `chaos:${printer}:${number}`;
}

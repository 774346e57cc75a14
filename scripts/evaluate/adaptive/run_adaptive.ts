import { Random } from "../../printer/random.ts";
import { benchPrinters, type PrinterWish } from "../cases/bench_printers.ts";
import type { At } from "../run/unit.ts";
import { runSeed } from "../split.ts";
import type { Attack } from "./attack.ts";
import { type Reach, search } from "./search.ts";
import { jobOf, type Try, tryAttack } from "./try_attack.ts";

/** Parts that print long enough for a slow attack. */
const LONG_MIN = 14;

/** The attackers' printers are not those of the table. */
const FIRST_PRINTER = 500_000;

export interface AdaptiveWish extends PrinterWish {
  attacks: readonly Attack[];
}

/** Searches every attack's reach on every printer; tells of each as it is done. */
export async function runAdaptive(
  wish: AdaptiveWish,
  done: (reach: Reach) => void,
): Promise<Reach[]> {
  const reaches: Reach[] = [];
  for await (const at of benchPrinters(wish, FIRST_PRINTER)) {
    for (const reach of await onPrinter(at, wish)) {
      done(reach);
      reaches.push(reach);
    }
  }
  return reaches;
}

async function onPrinter(at: At, wish: AdaptiveWish): Promise<Reach[]> {
  const random = new Random(runSeed(at.unit.printer, 0), "adaptive part");
  const long = at.bench.stock.parts.filter(({ minutes }) => minutes >= LONG_MIN);
  const part = await at.bench.stock.read(random.pick(long).id);
  const job = jobOf(part);
  return wish.attacks.flatMap((attack) => {
    const tried = new Map<number, Try>();
    const attempt = (strength: number) => {
      const before = tried.get(strength) ?? tryAttack(attack, strength, at, part, job);
      tried.set(strength, before);
      return before;
    };
    return wish.suites.map((suite) => search(attack, suite, at.unit.printer, attempt));
  });
}

import { Random } from "../../printer/random.ts";
import { type DataSet, printerSeed, runSeed } from "../split.ts";
import type { SuiteName } from "../run/record.ts";
import type { Unit } from "../run/plan.ts";
import { type At, makeBench, prepare } from "../run/unit.ts";
import type { Attack } from "./attack.ts";
import { type Reach, search } from "./search.ts";
import { jobOf, type Try, tryAttack } from "./try_attack.ts";

/** Parts that print long enough for a slow attack. */
const LONG_MIN = 14;

export interface AdaptiveWish {
  set: DataSet;
  seed: number;
  printers: number;
  suites: readonly SuiteName[];
  attacks: readonly Attack[];
}

/** Searches every attack's reach on every printer; tells of each as it is done. */
export async function runAdaptive(
  wish: AdaptiveWish,
  done: (reach: Reach) => void,
): Promise<Reach[]> {
  const bench = await makeBench(wish.set);
  const reaches: Reach[] = [];
  for (let index = 0; index < wish.printers; index++) {
    // Printers of the adaptive runs are not those of the table.
    const printer = printerSeed(wish.set, wish.seed, 500_000 + index);
    const unit: Unit = {
      index,
      printer,
      set: wish.set,
      suites: wish.suites,
      cells: [],
      cleanHours: 0,
      quick: false,
      leaveOut: null,
    };
    for (const reach of await onPrinter(await prepare(unit, bench), wish)) {
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

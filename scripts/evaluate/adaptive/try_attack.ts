import type { PrinterProfile } from "../../../edge/analysis.ts";
import { Random } from "../../printer/random.ts";
import type { Injection } from "../../printer/scenario/injection.ts";
import { casePrint } from "../cases/case_print.ts";
import { insertAt } from "../cases/insert.ts";
import { registered } from "../cases/registered.ts";
import { loadFilament } from "../run/load_filament.ts";
import type { SuiteName } from "../run/record.ts";
import type { ReadyPart } from "../run/stock.ts";
import type { At } from "../run/unit.ts";
import { runSeed } from "../split.ts";
import type { Attack, Ledger } from "./attack.ts";

/** A print is followed for so long, s. */
export const PRINT_S = 1200;
/** An attack begins so long after the first extrusion. */
const SETTLED_S = 30;
const FIRST_RUN = 700;

/** What became of an attack at one strength. */
export interface Try {
  strength: number;
  damage: number;
  /** Any deviation after its begin, and one that was called a threat. */
  noticed: Partial<Record<SuiteName, boolean>>;
  called: Partial<Record<SuiteName, boolean>>;
  /** From the begin to the first deviation, s; null for none. */
  delayS: Partial<Record<SuiteName, number | null>>;
}

/** The job of the attacks: it lowers its set point by 5 K after a fifth of its moves. */
export function jobOf(part: ReadyPart) {
  const { lines } = insertAt(part.lines, 0.2, ({ hotendC }) => [`M104 S${hotendC - 5}`]);
  return { lines, reference: registered(lines, `${part.id} adaptive`) };
}

/** Lets an attack run at one strength against one printer's guard. */
export function tryAttack(
  attack: Attack,
  strength: number,
  at: At,
  part: ReadyPart,
  job: ReturnType<typeof jobOf>,
): Try {
  const { unit, bench, calibration } = at;
  const printer = loadFilament(at.printer, part.material);
  const ledger: Ledger = { damage: 0 };
  const found: Try = { strength, damage: 0, noticed: {}, called: {}, delayS: {} };
  let profiles: Partial<Record<SuiteName, PrinterProfile>> = calibration.profiles;
  for (let print = 0; print < attack.prints; print++) {
    const seed = runSeed(unit.printer, FIRST_RUN + print);
    const injectionOf = (atS: number): Injection => ({
      id: attack.id,
      variant: "adaptive",
      size: strength,
      atS,
      forS: Infinity,
      onsetS: 0,
      seed: new Random(seed, "adaptive").int(1, 0x7fffffff),
    });
    let readyS = Infinity;
    const { told, truth, learnt } = casePrint({
      bench,
      printer,
      run: seed,
      lines: job.lines,
      reference: attack.reference ? job.reference : null,
      suites: unit.suites,
      profiles,
      warm: !attack.fromStart,
      others: { [attack.id]: attack.make(strength, ledger, printer, print) },
      injections: attack.fromStart ? [injectionOf(0)] : [],
      cue: attack.fromStart ? undefined : (seen, extruding) => {
        if (!extruding) return null;
        readyS = Math.min(readyS, seen.eventTimeS);
        return injectionOf(readyS + SETTLED_S);
      },
      durationS: PRINT_S,
    });
    const startS = truth?.startS ?? Infinity;
    for (const suite of unit.suites) {
      const owed = (told[suite] ?? []).filter(({ toldS }) => toldS >= startS - 1);
      if (owed.length > 0) found.noticed[suite] = true;
      if (owed.some(({ threatS }) => threatS !== null)) found.called[suite] = true;
      const firstS = Math.min(...owed.map(({ toldS }) => toldS));
      found.delayS[suite] ??= owed.length > 0 ? firstS - startS : null;
    }
    profiles = learnt;
    if (unit.suites.every((suite) => found.noticed[suite])) break;
  }
  found.damage = ledger.damage;
  return found;
}

import { Random } from "../../printer/random.ts";
import type { Injection } from "../../printer/scenario/injection.ts";
import { benchPrinters, type PrinterWish } from "../cases/bench_printers.ts";
import { type CaseOutcome, casePrint } from "../cases/case_print.ts";
import { registered } from "../cases/registered.ts";
import { AFTER_S } from "../judge/judge_print.ts";
import { loadFilament } from "../run/load_filament.ts";
import type { FindingRecord, SuiteName } from "../run/record.ts";
import type { ReadyPart } from "../run/stock.ts";
import type { At } from "../run/unit.ts";
import { runSeed } from "../split.ts";
import { HIDDEN, type Hidden } from "./hidden.ts";
import { type Transient, TRANSIENTS } from "./transient.ts";

/** A clean transient is followed for so long, and an attack at most, s. */
const FOLLOW_S = 150;
const FOR_S = [40, 120] as const;
const FIRST_RUN = 800;
/** Parts that have room for a transient and what comes after it. */
const ROOMY_MIN = 6;

/** One print with a transient in it, attacked or not. */
export interface TransientPrint {
  transient: Transient["id"];
  hidden: Hidden | null;
  suite: SuiteName;
  printer: number;
  /** The transient was seen to begin. */
  happened: boolean;
  /** The attack took effect. */
  effect: boolean;
  /** First deviation owed to the attack, and first threat, s after its begin; null for none. */
  delayS: number | null;
  threatDelayS: number | null;
  /** Deviations from the transient's begin on that nothing but the transient had caused. */
  alarms: FindingRecord[];
}

/** The transients' printers are not those of the table, nor the attackers'. */
const FIRST_PRINTER = 600_000;

/** Runs every transient clean and with each attack hidden in it, on every printer. */
export async function runTransients(
  wish: PrinterWish,
  done: (print: TransientPrint) => void,
): Promise<TransientPrint[]> {
  const prints: TransientPrint[] = [];
  for await (const at of benchPrinters(wish, FIRST_PRINTER)) {
    const { stock } = at.bench;
    const random = new Random(runSeed(at.unit.printer, 0), "transient part");
    const roomy = stock.parts.filter(({ minutes }) => minutes >= ROOMY_MIN && minutes < 30);
    const part = await stock.read(random.pick(roomy).id);
    for (const print of onPrinter(at, part)) {
      done(print);
      prints.push(print);
    }
  }
  return prints;
}

function* onPrinter(at: At, part: ReadyPart): Generator<TransientPrint> {
  let run = FIRST_RUN;
  for (const transient of TRANSIENTS) {
    const lines = transient.prepare(part.lines);
    const job = { lines, reference: registered(lines, `${part.id} ${transient.id}`) };
    for (const hidden of [null, ...HIDDEN[transient.id]]) {
      yield* onePrint(at, part, transient, job, hidden, runSeed(at.unit.printer, run++));
    }
  }
}

function* onePrint(
  at: At,
  part: ReadyPart,
  transient: Transient,
  job: { lines: string[]; reference: ReturnType<typeof registered> },
  hidden: Hidden | null,
  run: number,
): Generator<TransientPrint> {
  const random = new Random(run, "transient");
  const [forS, afterS] = [random.logUniform(...FOR_S), random.uniform(...transient.afterS)];
  const seed = random.int(1, 0x7fffffff);
  let beganS = Infinity;
  const outcome = casePrint({
    bench: at.bench,
    printer: loadFilament(at.printer, part.material),
    run,
    lines: job.lines,
    reference: job.reference,
    suites: at.unit.suites,
    profiles: at.calibration.profiles,
    warm: !transient.cold,
    tailS: transient.tailS,
    cue(seen, extruding): Injection | null {
      const begins = seen.type === "sent" && transient.begins.test(seen.line) &&
        (extruding || !transient.whileExtruding);
      if (!begins) return null;
      beganS = seen.eventTimeS;
      if (hidden === null) return null;
      const { scenario: id, variant, size } = hidden;
      return { id, variant, size, seed, onsetS: 0, forS, atS: beganS + afterS };
    },
    untilS: () => beganS + FOLLOW_S + forS,
  });
  for (const suite of at.unit.suites) {
    yield judged(outcome, suite, transient, hidden, at.unit.printer, beganS);
  }
}

function judged(
  { told, truth }: CaseOutcome,
  suite: SuiteName,
  transient: Transient,
  hidden: Hidden | null,
  printer: number,
  beganS: number,
): TransientPrint {
  const startS = truth?.startS ?? Infinity;
  const endS = (truth?.endS ?? Infinity) + AFTER_S;
  const since = (told[suite] ?? []).filter(({ toldS }) => toldS >= beganS);
  const owed = since.filter(({ toldS }) => toldS >= startS - 1 && toldS <= endS);
  const first = (times: (number | null)[]) => {
    const known = times.flatMap((atS) => atS === null ? [] : [Math.max(0, atS - startS)]);
    return known.length > 0 ? Math.min(...known) : null;
  };
  return {
    transient: transient.id,
    hidden,
    suite,
    printer,
    happened: beganS < Infinity,
    effect: truth !== null,
    delayS: first(owed.map(({ toldS }) => toldS)),
    threatDelayS: first(owed.map(({ threatS }) => threatS)),
    alarms: since.filter((finding) => !owed.includes(finding)),
  };
}

import type { CardMachine } from "./card_machine.ts";
import { referenceHere, referenceOf } from "./reference_work.ts";
import { type Taken, takenBy } from "./taken.ts";
import { wait } from "../../shared/wait.ts";

const MEASURED_S = 300;
type Told = Map<string, Taken>;

/**
 * What the guard takes of a machine, and how much it writes to its card, while a host prints. An
 * emulated processor is held against work of a fixed size, done on the card and here.
 */
export async function tellWear(
  card: CardMachine,
  say: (text: string) => void,
  until: (look: () => Promise<Told | null>) => Promise<Told>,
): Promise<void> {
  const taken = () =>
    until(async () => {
      const told = takenBy(await card.said());
      return told.size > 0 ? told : null;
    });
  const before = await taken();
  const each = [...before].map(([name, { residentMB }]) => `${name} ${residentMB.toFixed(0)} MB`);
  say(`resident: ${each.join(", ")}`);
  const bytesBefore = await card.bytesWritten();
  if (bytesBefore === null) return;
  const from = performance.now();
  await wait(MEASURED_S * 1000);
  const bytes = (await card.bytesWritten())! - bytesBefore;
  const aDayMb = bytes / MEASURED_S * 86_400 / 1e6;
  say(`written to the card in ${MEASURED_S} s: ${bytes} bytes, ${aDayMb.toFixed(1)} MB a day`);
  const withinS = (performance.now() - from) / 1000;
  say(
    processorWords(
      before,
      await taken(),
      withinS,
      referenceOf(await card.said()),
      await referenceHere(),
    ),
  );
}

/**
 * Each service's share of a core, and how much of one of this machine's that is [pure].
 *
 * @param thereS what the reference work took on the card, s; null: it was not told
 * @param hereS what it takes on this machine, s
 */
export function processorWords(
  before: Told,
  after: Told,
  withinS: number,
  thereS: number | null,
  hereS: number,
): string {
  const times = thereS === null ? null : thereS / hereS;
  const each = [...after].map(([name, { cpuS }]) => {
    const share = (cpuS - (before.get(name)?.cpuS ?? 0)) / withinS;
    const equal = times === null ? "" : ` (${(100 * share / times).toFixed(1)} % of one of here)`;
    return `${name} ${(100 * share).toFixed(0)} %${equal}`;
  });
  const held = times === null
    ? "the reference work was not told"
    : `reference work took ${thereS!.toFixed(2)} s, ${times.toFixed(1)} times as long as here`;
  return `of one of its cores while a host prints: ${each.join(", ")}; ${held}`;
}

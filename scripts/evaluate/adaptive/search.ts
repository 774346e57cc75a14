import type { SuiteName } from "../run/record.ts";
import type { Attack } from "./attack.ts";
import type { Try } from "./try_attack.ts";

const HALVINGS = 6;

/** How far one attack gets on one printer before one suite notices. */
export interface Reach {
  attack: string;
  suite: SuiteName;
  printer: number;
  /** Largest strength that stayed unnoticed; 0 if even the smallest was noticed. */
  strength: number;
  /** Damage at that strength. */
  damage: number;
  /** Even the hardest that was tried stayed unnoticed. */
  unbounded: boolean;
  /** How long the next harder one that was tried went before it was noticed, s; null for none. */
  noticedAfterS: number | null;
}

/**
 * Finds the largest strength that stays unnoticed, by halving the logarithm between the attack's
 * bounds; what is noticed at some strength is taken to be noticed above it.
 */
export function search(
  attack: Attack,
  suite: SuiteName,
  printer: number,
  attempt: (strength: number) => Try,
): Reach {
  const noticed = (tried: Try) => tried.noticed[suite] === true;
  const reach = (strength: number, damage: number, unbounded: boolean, above: Try | null) => ({
    attack: attack.id,
    suite,
    printer,
    strength,
    damage,
    unbounded,
    noticedAfterS: above?.delayS[suite] ?? null,
  });
  const hardest = attempt(attack.high);
  if (!noticed(hardest)) return reach(attack.high, hardest.damage, true, null);
  const softest = attempt(attack.low);
  if (noticed(softest)) return reach(0, 0, false, softest);
  let [low, high] = [softest, hardest];
  for (let i = 0; i < HALVINGS; i++) {
    const tried = attempt(Math.sqrt(low.strength * high.strength));
    if (noticed(tried)) high = tried;
    else low = tried;
  }
  return reach(low.strength, low.damage, false, high);
}

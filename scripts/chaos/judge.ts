import type { Account } from "./account.ts";
import type { Kills } from "./killer.ts";

type Counted = "made" | "stored" | "dropped" | "lost" | "doubled" | "withheld";

type Judged = Pick<Account, Counted> & {
  unseen: number;
  deaths: number;
  killed: Kills;
};

/** What isn't as it must be, one sentence each [pure]; nothing if all is well. */
export function chaosIssues(figures: Judged): string[] {
  const must = ["lost", "dropped", "doubled", "withheld", "deaths"] as const;
  const issues = must.filter((name) => figures[name] !== 0)
    .map((name) => `${name}: 0 was required, got ${figures[name]}`);
  // Where nobody killed a tap, each line was copied for the agent, however often that one died.
  if (figures.killed.tap === 0 && figures.unseen > 0) {
    issues.push(`unseen, with all taps alive: 0 was required, got ${figures.unseen}`);
  }
  if (figures.stored !== figures.made) {
    issues.push(`stored: all ${figures.made} were required, got ${figures.stored}`);
  }
  return issues;
}

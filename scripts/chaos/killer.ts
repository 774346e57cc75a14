import { type Blow, blows, type Victim, VICTIMS } from "./plan.ts";
import type { Stage } from "./stage.ts";
import { wait } from "../../shared/wait.ts";

export type Kills = Record<Victim, number>;

/** So many blows in a row may fall while nothing gets on: they hit starts. Then it must get on. */
const STALLED_MAX = 2;
const STALLED_MS = 60_000;
const LOOK_MS = 50;

/** Kills and starts again, blow after blow, until `isEnough`. */
export async function killAtRandom(
  stage: Stage,
  seed: number,
  { spared, calm }: { spared?: readonly Victim[]; calm?: number },
  isEnough: (kills: number) => boolean,
): Promise<Kills> {
  const kills: Kills = { agent: 0, tap: 0, aggregator: 0, broker: 0 };
  const total = () => VICTIMS.reduce((sum, victim) => sum + kills[victim], 0);
  let stalled = 0, before = 0;
  for (const blow of blows(seed, spared, calm)) {
    if (isEnough(total())) return kills;
    if (stalled >= STALLED_MAX) await progress(stage, before);
    await wait(blow.waitMs);
    const now = await promisedBytes(stage);
    stalled = now > before ? 0 : stalled + 1;
    before = now;
    await strike(stage, blow, kills, total());
  }
  return kills;
}

async function promisedBytes({ ledgerFile }: Stage): Promise<number> {
  return (await Deno.stat(ledgerFile)).size;
}

/** On a busy machine a start may take longer than the time between two blows. */
async function progress(stage: Stage, before: number): Promise<void> {
  const endMs = performance.now() + STALLED_MS;
  while (performance.now() < endMs && await promisedBytes(stage) <= before) await wait(LOOK_MS);
}

async function strike(stage: Stage, blow: Blow, kills: Kills, turn: number): Promise<void> {
  const struck = blow.victims.map((victim) => victimOf(stage, victim, turn));
  await Promise.all(struck.map(({ kill }) => kill()));
  for (const victim of blow.victims) kills[victim] += 1;
  await wait(blow.downMs);
  for (const { start } of struck) await start();
}

function victimOf(stage: Stage, victim: Victim, turn: number) {
  const { site, taps, agent, aggregator } = stage;
  if (victim === "broker") return { kill: () => site.killNats(), start: () => site.startNats() };
  if (victim !== "tap") return victim === "agent" ? agent : aggregator;
  const { tap, traffic } = taps[turn % taps.length]!;
  return {
    async kill() {
      await tap.kill();
      traffic.lost();
    },
    start: () => tap.start(),
  };
}

import { DatabaseSync } from "node:sqlite";
import { type Account, takeAccount } from "./account.ts";
import { watchBacklog } from "./backlog.ts";
import { startExpert } from "./expert.ts";
import { killAtRandom, type Kills } from "./killer.ts";
import { chaosIssues } from "./judge.ts";
import { nameOf, readLedger } from "./ledger.ts";
import type { Victim } from "./plan.ts";
import { until } from "../provisioned_site.ts";
import { unlessAsked } from "../unless_asked.ts";
import { type Stage, startStage, stopStage } from "./stage.ts";
import { wait } from "../../shared/wait.ts";

/** How much, and from which seed. */
export interface ChaosOptions {
  seed: number;
  /** Both have to be reached. */
  kills: number;
  deviations: number;
  /** Who isn't killed; nobody is spared if nothing is said. */
  spared?: readonly Victim[];
  /** So many times as long between two kills as usual. */
  calm?: number;
  /** Lines, and so deviations, a second. */
  perS: number;
  /** Between two decisions, ms. */
  decideEveryMs: number;
  /** At the end, what hasn't moved for so long is taken to be lost, s. */
  settleS: number;
  /** Where everything is kept for an inquiry if not all is well; none: nowhere. */
  keepIn?: string;
  onProgress?(text: string): void;
}

export interface ChaosFigures extends Account {
  kills: number;
  killed: Kills;
  /** Lines that the host wrote while a tap was dead or dying: nobody made anything of them. */
  unseen: number;
  /** How long the host waited, since too much was under way, s. */
  heldS: number;
  /** How often a program crashed by itself and was started anew. */
  deaths: number;
  seconds: number;
}

/** On a busy machine the chain may take so long to work for the first time, s. */
const FIRST_S = 180;
const LOOK_MS = 250;
/** So often a last line is sent until it was read, ms. */
const MARK_MS = 5000;
/** Things stand still once nothing has changed for so long, ms. */
const QUIET_MS = 1500;
const TELL_MS = 15_000;

/**
 * Revisions that wait at the edge, or that a broker acknowledged and then lost: those are sent again
 * once the aggregator has said so.
 */
const UNDELIVERED = `
  SELECT SUM(body ->> '$.counters.outboxPending' + MAX(0, body ->> '$.delivered.revisions' -
    COALESCE(arrived.revisions, 0) + COALESCE(promised_base, 0))) AS n
  FROM printer LEFT JOIN arrived USING (site, device, printer) LEFT JOIN (
    SELECT site, device, printer, body ->> '$.base' AS promised_base FROM promised
  ) USING (site, device, printer)`;

/** Runs the whole chain under load, kills its parts at random, and counts what came through. */
export async function runChaos(options: ChaosOptions): Promise<ChaosFigures> {
  const stage = await startStage(options.seed, options.perS);
  let figures: ChaosFigures | null = null;
  try {
    figures = await unlessAsked(underLoad(stage, options));
    return figures;
  } finally {
    const isWhole = figures !== null && chaosIssues(figures).length === 0;
    await stopStage(stage, isWhole ? null : options.keepIn ?? null);
  }
}

async function underLoad(stage: Stage, options: ChaosOptions): Promise<ChaosFigures> {
  const { seed, decideEveryMs, settleS, onProgress = () => {} } = options;
  const startMs = performance.now();
  const expert = startExpert(stage.url, stage.token, seed, decideEveryMs);
  const sent = () => stage.taps.reduce((sum, { traffic }) => sum + traffic.sent, 0);
  // The first blow falls once the whole chain has worked, from a line to a decision.
  await until("a first decision", () => expert.decided.size > 0, FIRST_S);
  let toldMs = startMs;
  const backlog = watchBacklog(stage);
  const killed = await killAtRandom(stage, seed, options, (kills) => {
    if (performance.now() - toldMs > TELL_MS) {
      toldMs = performance.now();
      onProgress(`${kills} kills, ${backlog.made} deviations`);
    }
    return kills >= options.kills && backlog.made >= options.deviations;
  });
  await backlog.stop();
  for (const { traffic } of stage.taps) traffic.pause();
  await expert.stop();
  await settled(stage, settleS);
  // Its file is read, and nobody else may have that open.
  await stage.agent.stop();
  const account = await takeAccount(stage, expert.decided);
  if (account.made === 0) throw new Error("Cannot judge: deviations were required, got none made");
  const kills = Object.values(killed).reduce((sum, count) => sum + count, 0);
  return {
    ...account,
    kills,
    killed,
    unseen: sent() - account.made,
    heldS: backlog.heldS,
    deaths: [stage.agent, stage.aggregator, ...stage.taps.map(({ tap }) => tap)]
      .reduce((sum, { deaths }) => sum + deaths, 0),
    seconds: Math.round((performance.now() - startMs) / 1000),
  };
}

/** Waits until everything has arrived and is answered, or nothing has moved for `stuckS`. */
async function settled(stage: Stage, stuckS: number): Promise<void> {
  let before = "", changedMs = performance.now(), markedMs = -Infinity;
  while (performance.now() - changedMs < stuckS * 1000) {
    await wait(LOOK_MS);
    if (performance.now() - markedMs > MARK_MS) {
      markedMs = performance.now();
      await markUnseen(stage);
    }
    const now = await standing(stage);
    if (now.text !== before) [before, changedMs] = [now.text, performance.now()];
    if (now.isDone && performance.now() - changedMs > QUIET_MS) return;
  }
}

/** A last line of each printer tells that the agent has read all that came before it. */
async function markUnseen(stage: Stage): Promise<void> {
  const promised = await readLedger(stage.ledgerFile);
  for (const { printer, traffic } of stage.taps) {
    if (!promised.has(nameOf(printer, traffic.sent - 1))) traffic.mark();
  }
}

async function standing(stage: Stage): Promise<{ text: string; isDone: boolean }> {
  const names = await readLedger(stage.ledgerFile);
  const promised = names.size;
  const isRead = stage.taps.every(({ printer, traffic }) =>
    names.has(nameOf(printer, traffic.sent - 1))
  );
  try {
    const model = new DatabaseSync(`${stage.site.state}/read-model.sqlite`, { readOnly: true });
    const count = (sql: string) => Number(model.prepare(sql).get()?.n);
    const sightings = count("SELECT COUNT(*) AS n FROM sighting");
    const waiting = count("SELECT COUNT(*) AS n FROM waiting");
    const unanswered = count("SELECT COUNT(*) AS n FROM decision WHERE outcome IS NULL");
    const undelivered = count(UNDELIVERED);
    model.close();
    const isEmpty = waiting === 0 && unanswered === 0 && undelivered === 0;
    return {
      text: [promised, sightings, waiting, unanswered, undelivered].join(),
      isDone: isRead && sightings >= promised && isEmpty,
    };
  } catch {
    // The aggregator is just beginning its file anew.
    return { text: "", isDone: false };
  }
}

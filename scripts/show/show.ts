import type { Deviation } from "../../shared/deviation.ts";
import { reasonOf } from "../../shared/reason.ts";
import { wait } from "../../shared/wait.ts";
import { type CaseView, ConsoleClient } from "./console_client.ts";
import { type Injected, judge, tableOf } from "./judge.ts";
import { Narrator } from "./narrator.ts";
import { type Act, handOf } from "./plan.ts";
import * as stage from "./stage.ts";

export interface ShowOptions {
  root: string;
  exit: boolean;
  /** The sliced part to print, seen from the root. */
  part: string;
  acts: Act[];
  seed: number;
  port: number;
}

/** A clean show looks on for so long; a drawn one so long after its last act, s. */
const CLEAN_S = 90;
const AFTER_LAST_S = 42;
/** A decision must have been acted on within this time, s. */
const ACTED_S = 15;
const LOOK_MS = 400;
/** About so long the host takes from its start to its first line, s. */
const HOST_START_S = 1;

/** Ctrl-C, a kill and a terminal that is closed: nothing of the show stays behind. */
const ENDING = [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const;

/** What the show has seen so far. */
class Seen {
  injected: Injected[] = [];
  deviations = new Map<string, Deviation>();
  cases: CaseView[] = [];
  printing = false;
  paused = false;
  done = false;
}

/** Runs the whole show; returns the exit code. */
export async function runShow(options: ShowOptions): Promise<number> {
  const tell = new Narrator();
  let on: stage.Stage | null = null;
  const end = async () => {
    if (on) await stage.clearStage(on);
  };
  for (const [signal, code] of ENDING) {
    Deno.addSignalListener(signal, () => {
      end().then(() => Deno.exit(code));
    });
  }
  try {
    on = await stage.prepareStage(options.root, options.part, options.seed, tell);
    const code = await perform(options, on, tell);
    await end();
    if (code === 0) await Deno.remove(on.state, { recursive: true });
    else tell.say(`What happened is in ${on.state}/logs`);
    return code;
  } catch (error) {
    tell.say(reasonOf(error));
    await end();
    return 1;
  }
}

async function perform(options: ShowOptions, on: stage.Stage, tell: Narrator): Promise<number> {
  const seen = new Seen();
  tell.step("starting nats-server: JetStream, loopback, a key for each");
  await stage.startBroker(on);
  tell.step("starting the aggregator and its console");
  const { url, setUpUrl, token } = await stage.startCloud(on, options.port);
  const client = new ConsoleClient(url, token);
  tell.step("starting the virtual printer, the tap and the agent");
  const printer = await stage.startPrinter(on, (line) => takeAnnouncement(seen, tell, line));
  await stage.startTap(on);
  await stage.startAgent(on);
  const middle = await stage.startMiddle(on, (line) => takeAnnouncement(seen, tell, line));
  // It must watch from the start on: to lower a set point it has to know the present one.
  for (const act of options.acts.filter((act) => handOf(act) === "middle")) {
    await middle.send({ ...orderOf(act), at: act.atS + HOST_START_S });
  }
  const host = stage.startHost(on, (line) => takeHost(seen, line));
  tell.say(`\n  Console: ${url}${setUpUrl && !options.exit ? `\n  Sign up: ${setUpUrl}` : ""}\n`);
  await stage.until(host, "start the print", () => seen.printing || null);
  tell.step(`printing ${on.part.split("/").pop()}`);
  const inject = async (act: Act) => {
    if (handOf(act) === "printer") await printer.send(orderOf(act));
  };
  const look = () => lookAround(client, seen, tell);
  const decided = await play(options, seen, inject, look, (id) => decide(client, id, seen, tell));
  return await conclude(options, seen, decided, tell);
}

function orderOf({ id, size, forS, variant }: Act): Record<string, unknown> {
  return { scenario: id, size, forS, ...(variant ? { variant } : {}) };
}

/** Lets the acts happen at their times, looks on, and decides on the last threat that came. */
async function play(
  options: ShowOptions,
  seen: Seen,
  inject: (act: Act) => Promise<void>,
  look: () => Promise<void>,
  decideOn: (caseId: string) => Promise<Decided>,
): Promise<Decided | null> {
  const { acts } = options;
  const startMs = performance.now();
  const nowS = () => (performance.now() - startMs) / 1000;
  const endS = acts.length === 0 ? CLEAN_S : Math.max(...acts.map((act) => act.atS)) + AFTER_LAST_S;
  const waiting = [...acts].sort((a, b) => a.atS - b.atS);
  while (nowS() < endS && !seen.done) {
    while (waiting.length > 0 && waiting[0]!.atS <= nowS()) await inject(waiting.shift()!);
    await look();
    const all = waiting.length === 0 && seen.injected.length === acts.length;
    const { outcomes } = judge(seen.injected, [...seen.deviations.values()]);
    if (all && acts.length > 0 && outcomes.every(({ right }) => right)) break;
    await wait(LOOK_MS);
  }
  const threat =
    seen.cases.flatMap(({ about, deviations }) =>
      deviations.filter(({ verdict }) => verdict === "potential-cyberthreat")
        .map((deviation) => ({ id: about.id, atS: deviation.times.detectedEventS }))
    ).sort((a, b) => b.atS - a.atS)[0];
  return threat ? await decideOn(threat.id) : null;
}

interface Decided {
  caseId: string;
  response: "pause";
  result: string | null;
  detail: string | null;
  hostPaused: boolean;
}

/** Decides through the console's API, as an expert, and waits until printer and host obeyed. */
async function decide(
  client: ConsoleClient,
  caseId: string,
  seen: Seen,
  tell: Narrator,
): Promise<Decided> {
  const id = await client.decide(caseId, "The demo's expert saw the evidence: a threat, pause.");
  tell.decision("threat confirmed, pause: signed and sent to the edge");
  const endMs = performance.now() + ACTED_S * 1000;
  let outcome: { result: string; detail: string } | null = null;
  while (performance.now() < endMs && !(outcome && seen.paused)) {
    const { about } = await client.case(caseId);
    outcome = about.decisions.find((decision) => decision.id === id)?.outcome ?? null;
    await wait(LOOK_MS);
  }
  const { result = null, detail = null } = outcome ?? {};
  tell.decision(result ? `the edge ${result} it: ${detail}` : "no answer came from the edge");
  if (seen.paused) tell.decision("the host has paused the print");
  return { caseId, response: "pause", result, detail, hostPaused: seen.paused };
}

/** Reads an announcement of the printer or of the man in the middle. */
function takeAnnouncement(seen: Seen, tell: Narrator, line: string): void {
  const event = parsed(line);
  if (!event) return;
  const { size, variant, bootS } = event as { size: number; variant: string; bootS: number };
  if (typeof event.injected === "string") {
    seen.injected.push({ id: event.injected, size, variant, startS: bootS, endS: null });
    tell.injected(`${event.injected} ${variant} ${size}`);
  } else if (typeof event.ended === "string") {
    const started = seen.injected.find((one) => one.id === event.ended && one.endS === null);
    if (started) started.endS = bootS;
    tell.ended(event.ended);
  }
}

function takeHost(seen: Seen, line: string): void {
  const event = parsed(line)?.event;
  if (event === "started") seen.printing = true;
  if (event === "paused") seen.paused = true;
  if (event === "done" || event === "cancelled") seen.done = true;
}

function parsed(line: string): Record<string, unknown> | null {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** Asks the console what came, and tells what is new. */
async function lookAround(client: ConsoleClient, seen: Seen, tell: Narrator): Promise<void> {
  seen.cases = await client.cases();
  for (const deviation of seen.cases.flatMap(({ deviations }) => deviations)) {
    const known = seen.deviations.get(deviation.id);
    seen.deviations.set(deviation.id, deviation);
    if (known?.verdict === deviation.verdict) continue;
    const threat = deviation.verdict === "potential-cyberthreat";
    const sure = `${Math.round(deviation.probability * 100)} %`;
    tell.deviation(`${deviation.verdict} (${sure}): ${deviation.summary}`, threat);
  }
}

/** Tells the result; without --exit everything stays up until Ctrl-C. */
async function conclude(
  options: ShowOptions,
  seen: Seen,
  decided: Decided | null,
  tell: Narrator,
): Promise<number> {
  const deviations = [...seen.deviations.values()];
  const { outcomes, unexplained } = judge(seen.injected, deviations);
  tell.say("");
  if (outcomes.length > 0) tell.say(tableOf(outcomes));
  for (const { verdict, summary } of unexplained) {
    tell.say(`  not injected: ${verdict}: ${summary}`);
  }
  const clean = options.acts.length === 0;
  if (clean) tell.say(`  Nothing was injected, and ${deviations.length} deviations came out.`);
  const complete = outcomes.length === options.acts.length && outcomes.every(({ right }) => right);
  const threats = seen.injected.some(({ id }) => !id.startsWith("E"));
  const acted = !threats || (decided?.result === "applied" && decided.hostPaused);
  const good = clean ? deviations.length === 0 : complete && acted;
  if (!options.exit) {
    tell.say("\n  Everything stays up: look around in the console. Ctrl-C ends it.\n");
    await new Promise(() => {});
  }
  console.log(JSON.stringify({
    injected: outcomes.map(({ id, size, variant, right, delayS }) => ({
      id,
      size,
      variant,
      right,
      delayS,
    })),
    deviations: deviations.map(({ id, kind, verdict, probability, cause, times }) => ({
      id,
      kind,
      verdict,
      probability,
      cause: cause.id,
      detectedEventS: times.detectedEventS,
    })),
    decided,
  }));
  return good ? 0 : 1;
}

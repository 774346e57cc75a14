import { resolve } from "node:path";
import { chaosIssues } from "./chaos/judge.ts";
import { type Victim, VICTIMS } from "./chaos/plan.ts";
import { type ChaosFigures, runChaos } from "./chaos/run.ts";
import { optionsOr, parsedArgs, runMain, wholeNumber } from "./command_line.ts";

const HELP = `Kills what carries deviations and decisions, and counts what came through.

  deno task chaos [--quick] [--seed N] [--kills N] [--deviations N] [--rate N]
             [--calm N] [--spare WHO]… [--keep DIR] [--json]

  --quick         a short run, under half a minute
  --seed N        which deviations, decisions and kills are drawn (default 1)
  --kills N       how many kills at least (default 500; 8 with --quick)
  --deviations N  how many deviations made at least (default 100000; 400 with --quick)
  --rate N        deviations a second (default 120; 60 with --quick)
  --calm N        so many times as long between two kills (default 1): what is killed as soon as it
                  stands gets little done on a busy machine
  --spare WHO     agent, tap, aggregator or broker: isn't killed
  --keep DIR      where all files are kept if not all is well
  --json          one line of JSON at the end

A host, a printer and two taps between them, an agent, a nats-server with TLS and the keys that
'cloud enrol' makes, and an aggregator run as processes of their own. Each line of the host makes a
deviation; an expert decides cases through the API. Agent, taps, nats-server and aggregator are
ended by SIGKILL at random moments, starts included. The seed gives the same acts, not the same
interleaving. The host waits while 20,000 are under way: the outbox has a bound, and beyond it gives
up the oldest, which isn't what is tried here. The exit code is 1 if anything was lost or doubled,
given up by the outbox, or said to be withheld, if a program crashed by itself, or,
with the taps spared, a line was seen by nobody. 'lost' is what is missing at the end beyond what
the outbox itself counts as given up or waiting.
`;

interface Options {
  seed: number;
  kills: number;
  deviations: number;
  rate: number;
  calm: number;
  keepIn: string | undefined;
  spared: Victim[];
  quick: boolean;
  json: boolean;
}

/** @throws {RangeError} for options that make no sense; null if help was asked for. */
function readOptions(args: string[]): Options | null {
  const { values } = parsedArgs({
    args,
    options: {
      quick: { type: "boolean", default: false },
      seed: { type: "string", default: "1" },
      kills: { type: "string" },
      deviations: { type: "string" },
      rate: { type: "string" },
      calm: { type: "string", default: "1" },
      keep: { type: "string" },
      spare: { type: "string", multiple: true, default: [] },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return null;
  const { quick, json } = values;
  return {
    seed: wholeNumber("seed", values.seed, 0, 2 ** 31 - 1),
    kills: wholeNumber("kills", values.kills ?? (quick ? "8" : "500"), 0, 1e6),
    deviations: wholeNumber("deviations", values.deviations ?? (quick ? "400" : "100000"), 1, 1e8),
    rate: wholeNumber("rate", values.rate ?? (quick ? "60" : "120"), 1, 2000),
    calm: wholeNumber("calm", values.calm, 1, 1000),
    keepIn: values.keep && resolve(Deno.env.get("INIT_CWD") ?? Deno.cwd(), values.keep),
    spared: values.spare.map(victimOf),
    quick,
    json,
  };
}

function victimOf(text: string): Victim {
  const victim = VICTIMS.find((one) => one === text);
  if (victim) return victim;
  throw new RangeError(
    `Cannot read --spare: one of ${VICTIMS.join(", ")} was required, got '${text}'`,
  );
}

function tell(figures: ChaosFigures, seed: number): void {
  const { made, stored, dropped, waiting, decided, applied, refused, kills, killed } = figures;
  const { lost, doubled } = figures;
  console.log(
    `${kills} kills (${Object.entries(killed).map(([who, n]) => `${n} ${who}`).join(", ")}) in ` +
      `${figures.seconds} s with seed ${seed}:\n` +
      `${made} deviations made, ${stored} stored, ${dropped} given up by the outbox, ${waiting} ` +
      `waiting in it; ${decided} decisions, ${applied} applied, ` +
      `${refused} refused and told; ${lost} lost, ${doubled} doubled\n` +
      `the host waited ${figures.heldS} s for the chain; ${figures.unseen} lines were written while no tap or agent could make anything of them; ` +
      `${figures.deaths} times a program crashed by itself`,
  );
}

async function main(): Promise<void> {
  const { seed, kills, deviations, rate, calm, keepIn, spared, quick, json } = optionsOr(
    HELP,
    readOptions,
  );
  const figures = await runChaos({
    seed,
    kills,
    deviations,
    perS: rate,
    decideEveryMs: quick ? 300 : 1000,
    settleS: quick ? 45 : 300,
    keepIn,
    calm,
    spared,
    onProgress: json ? undefined : console.log,
  });
  if (json) console.log(JSON.stringify({ ...figures, seed }));
  else tell(figures, seed);
  const issues = chaosIssues(figures);
  for (const issue of issues) console.error(issue);
  // The pseudo-terminals' pending polls would hold the process for a moment longer.
  Deno.exit(issues.length > 0 ? 1 : 0);
}

await runMain(main);

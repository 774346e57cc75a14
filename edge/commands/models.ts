import { readCounts } from "../agent/shadow_file.ts";
import { loadConfig } from "../config.ts";
import {
  choose,
  type ModelPair,
  pairDigest,
  readCandidate,
  readChoices,
  readCurrent,
} from "../network/model_folders_file.ts";
import { argsOf, COMMON_OPTIONS, CONFIG_DEFAULT, fail, fromCaller } from "./command_line.ts";
import { stateOf } from "./configured.ts";

export const HELP = `Usage: edge models [--config FILE] [--state DIR] [--json]
       edge models adopt DIGEST --by NAME
       edge models reject DIGEST --by NAME

Lists the networks in use and the candidate in {state}/models/candidate ('deno task train
--decisions FILE --out DIR' makes one), with the figures that training held out for each, and what a
candidate's shadow run has counted on the printers here. A candidate never tells anything. Only a
person adopts one: the choice is logged with name and time, and counts from the agent's next start.
Announce it at the console first: a guard that changes unannounced is a case there.

  --config FILE   default ${CONFIG_DEFAULT}
  --state DIR     another state folder than the configuration's
  --by NAME       who decides
  --json          as JSON
`;

const OPTIONS = {
  ...COMMON_OPTIONS,
  by: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

/** Lists the models, or takes a person's choice. */
export async function run(args: string[]): Promise<void> {
  const { values, positionals } = argsOf({ args, options: OPTIONS, allowPositionals: true });
  if (values.help) return console.log(HELP);
  const [action, digest, ...rest] = positionals;
  const { state, printers } = await placeOf(fromCaller(values.config), stateOf(values));
  if (action === undefined) return await list(state, printers, values.json);
  if ((action !== "adopt" && action !== "reject") || digest === undefined || rest.length > 0) {
    fail(`Cannot choose a model: 'adopt DIGEST' or 'reject DIGEST' was required\n\n${HELP}`);
  }
  if (values.by === undefined || values.by.trim() === "") {
    fail("Cannot choose a model: a person's name was required, as --by NAME");
  }
  const now = new Date().toISOString();
  const done = action === "adopt" ? "adopted" as const : "rejected" as const;
  const chosen = await choose(state, done, digest, values.by.trim(), now);
  if (!chosen.ok) fail(chosen.issue);
  console.log(
    `${chosen.value.digest.slice(0, 12)} ${done} by ${chosen.value.by}; ` +
      (action === "adopt" ? "the agent uses it from its next start" : "it is kept aside"),
  );
}

/** The state folder by itself is enough where there is no configuration. */
async function placeOf(
  file: string,
  state: string | undefined,
): Promise<{ state: string; printers: string[] }> {
  const loaded = await loadConfig(file, state);
  if (loaded.ok) {
    return { state: loaded.value.state, printers: loaded.value.printer.map(({ name }) => name) };
  }
  if (state === undefined) fail(loaded.issue);
  return { state, printers: await shadowed(state) };
}

async function shadowed(state: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(`${state}/models`)) {
      const printer = /^shadow-(.+)\.json$/.exec(name)?.[1];
      if (printer !== undefined) names.push(printer);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names.sort();
}

function described(pair: ModelPair) {
  const about = ({ artefact }: ModelPair["detector"]) => ({
    digest: artefact.digest,
    training: artefact.metadata.training,
    figures: artefact.metadata.figures,
  });
  return {
    digest: pairDigest(pair),
    detector: about(pair.detector),
    classifier: about(pair.classifier),
  };
}

async function list(state: string, printers: readonly string[], json: boolean): Promise<void> {
  const current = await readCurrent(state), candidate = await readCandidate(state);
  if (!current.ok) fail(current.issue);
  if (!candidate.ok) fail(candidate.issue);
  const used = described(current.value);
  const next = candidate.value === null ? null : described(candidate.value);
  const shadow: Record<string, unknown> = {};
  for (const printer of next === null ? [] : printers) {
    shadow[printer] = await readCounts(state, printer, next!.digest);
  }
  const choices = await readChoices(state);
  if (json) return console.log(JSON.stringify({ current: used, candidate: next, shadow, choices }));
  console.log(`in use     ${used.digest.slice(0, 12)}${figures(used)}`);
  console.log(
    next === null ? "candidate  none" : `candidate  ${next.digest.slice(0, 12)}${figures(next)}`,
  );
  for (const [printer, counts] of Object.entries(shadow)) {
    console.log(`  in ${printer}'s shadow: ${counts === null ? "nothing yet" : words(counts)}`);
  }
  for (const { wallTime, action, by, digest } of choices) {
    console.log(`${wallTime}  ${digest.slice(0, 12)} ${action} by ${by}`);
  }
}

function figures({ detector, classifier }: ReturnType<typeof described>): string {
  const rows = [detector, classifier].flatMap(({ training, figures }) => [
    `\n  made by: ${training.command} (${training.samples} samples, ` +
    `${training.decisions} decided by experts)`,
    ...Object.entries(figures).map(([name, value]) => `\n    ${name} ${value}`),
  ]);
  return rows.join("");
}

function words(counts: unknown): string {
  const { hours, agreed, otherVerdict, currentOnly, candidateOnly } = counts as Record<
    string,
    number
  >;
  return `${hours!.toFixed(1)} h, ${agreed} alike, ${otherVerdict} with another verdict, ` +
    `${currentOnly} only by the one in use, ${candidateOnly} only by the candidate`;
}

import { optionsOr, parsedArgs, wholeNumber } from "./command_line.ts";
import { GROUPS } from "./fuzz/all_targets.ts";
import { fuzz, type Outcome } from "./fuzz/watch.ts";

const HELP = `Gives everything that comes from outside to what reads it, changed at random.

  deno task fuzz [--quick] [--seed N] [--cases N] [--only GROUP,…] [--json]

  --quick        10,000 cases instead of a million
  --cases N      how many cases in all, shared out among the readers
  --seed N       which cases are drawn (default 1): the same seed, the same cases
  --only GROUPS  only these: ${Object.keys(GROUPS).join(", ")}
  --json         one line of JSON at the end

A case begins with a real text (recorded transcripts where ../shared/data is) and is changed by
fast-check's generators and a mutator of bytes; one that breaks something is made as small as it
goes. No case may throw, take more than 100 ms of a core's own time, or leave memory behind. The
exit code is 1 if any did.
`;

interface Options {
  cases: number;
  seed: number;
  groups: string[];
  json: boolean;
}

/** @throws {RangeError} for options that make no sense; null if help was asked for. */
function readOptions(args: string[]): Options | null {
  const { values } = parsedArgs({
    args,
    options: {
      quick: { type: "boolean", default: false },
      cases: { type: "string" },
      seed: { type: "string", default: "1" },
      only: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return null;
  const groups = values.only?.split(",") ?? Object.keys(GROUPS);
  const unknown = groups.find((group) => !(group in GROUPS));
  if (unknown !== undefined) {
    const known = Object.keys(GROUPS).join(", ");
    throw new RangeError(`Cannot read --only: some of ${known} were required, got '${unknown}'`);
  }
  const cases = values.cases ?? (values.quick ? "10000" : "1000000");
  return {
    cases: wholeNumber("cases", cases, 1, 1e9),
    seed: wholeNumber("seed", values.seed, 0, 2 ** 31 - 1),
    groups,
    json: values.json,
  };
}

function tell({ cases, crashes, slowest }: Outcome, seed: number, json: boolean): void {
  if (json) {
    const { target, ms } = slowest;
    const rounded = { target, ms: Math.round(ms * 10) / 10 };
    return console.log(
      JSON.stringify({ cases, crashes: crashes.length, slowest: rounded, seed, found: crashes }),
    );
  }
  for (const { target, message, input } of crashes) {
    console.log(`\n${target}: ${message}\n  with ${input}`);
  }
  console.log(
    `${cases} cases with seed ${seed}, ${crashes.length} crashes; the slowest case took ` +
      `${slowest.ms.toFixed(1)} ms (${slowest.target})`,
  );
}

if (import.meta.main) {
  const { seed, cases, groups, json } = optionsOr(HELP, readOptions);
  const outcome = await fuzz({
    seed,
    cases,
    groups,
    said(target, ran) {
      const slowest = ran.slowestMs.toFixed(1);
      console.error(
        `${target}: ${ran.cases} cases, slowest ${slowest} ms, ${ran.found.length} found`,
      );
    },
  });
  tell(outcome, seed, json);
  Deno.exit(outcome.crashes.length > 0 ? 1 : 0);
}

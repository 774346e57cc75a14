import { pathToFileURL } from "node:url";
import { KINDS } from "../../shared/kinds.ts";
import type { KnownIssue } from "../../shared/known_issue.ts";
import { reasonOf } from "../../shared/reason.ts";
import { TECHNIQUES } from "../../shared/techniques.ts";
import { Verdict } from "../../shared/verdict.ts";
import { classify } from "../classifier/classify.ts";
import { readKnownIssues } from "../classifier/known_issues_file.ts";
import { argsOf, fail, fromCaller } from "./command_line.ts";

export const HELP = `Usage: edge known-issues [ID…] [options]

Lists the known issues of printing and the known patterns of attack that deviations are held
against; with an ID, explains one: what it looks like, why, and what to do about it.

  --verdict NAME   only those of a verdict: ${Verdict.options.join(", ")}
  --kind NAME      only those of a kind of deviation, such as hotend-heat
  --folder DIR     another folder of them than the program's own
  --check          run the tests that each of them carries; exit code 1 if one fails
  --json           as JSON lines
`;

const OPTIONS = {
  verdict: { type: "string" },
  kind: { type: "string" },
  folder: { type: "string" },
  check: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

const EXIT_FAILED = 1;
const WRAP_CHARS = 88;

/** Lists, explains or checks the known issues. */
export async function run(args: string[]): Promise<void> {
  const { values, positionals } = argsOf({ args, options: OPTIONS, allowPositionals: true });
  if (values.help) return console.log(HELP);
  const known = await issuesOf(values.folder);
  const chosen = choose(known, positionals, values.verdict, values.kind);
  if (values.check) return check(known, chosen);
  if (values.json) return chosen.forEach((issue) => console.log(JSON.stringify(issue)));
  if (positionals.length > 0) return console.log(chosen.map(explained).join("\n\n"));
  console.log(listed(chosen));
}

async function issuesOf(folder: string | undefined): Promise<KnownIssue[]> {
  try {
    const url = folder === undefined ? undefined : pathToFileURL(`${fromCaller(folder)}/`);
    const read = await readKnownIssues(url);
    if (!read.ok) fail(read.issue);
    return read.value.issues;
  } catch (error) {
    const reason = reasonOf(error);
    fail(`Cannot read known issues: a readable folder was required, got '${folder}': ${reason}`);
  }
}

function choose(
  issues: readonly KnownIssue[],
  ids: readonly string[],
  verdict: string | undefined,
  kind: string | undefined,
): KnownIssue[] {
  const bad = (what: string, known: readonly string[], got: string): never =>
    fail(`Cannot choose known issues: ${what} of ${known.join(", ")} was required, got '${got}'`);
  const names = issues.map(({ id }) => id);
  for (const id of ids) if (!names.includes(id)) bad("an id", names, id);
  if (verdict !== undefined && !Verdict.safeParse(verdict).success) {
    bad("--verdict", Verdict.options, verdict);
  }
  if (kind !== undefined && !(kind in KINDS)) bad("--kind", Object.keys(KINDS), kind);
  return issues.filter((issue) =>
    (ids.length === 0 || ids.includes(issue.id)) &&
    (verdict === undefined || issue.verdict === verdict) &&
    (kind === undefined || issue.kind === kind)
  );
}

/** A table, by verdict; the gravest first. */
function listed(issues: readonly KnownIssue[]): string {
  const width = Math.max(0, ...issues.map(({ id }) => id.length));
  const groups = (["potential-cyberthreat", "undetermined", "expected-anomaly"] as const)
    .map((verdict) => [verdict, issues.filter((issue) => issue.verdict === verdict)] as const)
    .filter(([, group]) => group.length > 0);
  const parts = groups.map(([verdict, group]) => {
    const rows = group.map(({ id, kind, title }) => `  ${id.padEnd(width)}  ${title} (${kind})`);
    return [`${verdict}: ${group.length}`, ...rows].join("\n");
  });
  return [...parts, "'edge known-issues ID' explains one"].join("\n\n");
}

function explained(issue: KnownIssue): string {
  const { id, version, title, kind, verdict, severity, techniques } = issue;
  const features = Object.entries(issue.features).map(([name, { low, high, soft, text }]) =>
    `  ${name} from ${low} to ${high}, fading over ${soft}: ${withoutValues(text)}`
  );
  const named = techniques.map((technique) => `  ${technique} ${TECHNIQUES[technique]}`);
  const tests = issue.tests.map((one) => `  ${one.matches ? "yes" : "no "}  ${one.name}`);
  return [
    `${title} (${id}, version ${version})`,
    `${verdict}, severity ${severity}; ${kind}: ${KINDS[kind]}`,
    ...wrapped("Says", withoutValues(issue.summary)),
    ...wrapped("Why", issue.physics),
    ...wrapped("What to do", issue.advice),
    "",
    `Asked when the detector sees ${issue.events.join(", ")}`,
    ...(features.length > 0 ? ["", "Looks like", ...features] : []),
    ...(named.length > 0 ? ["", "ATT&CK for ICS", ...named] : []),
    "",
    "Its tests: does it explain this best?",
    ...tests,
  ].join("\n");
}

/** A text with places for what is measured, before anything was. */
function withoutValues(text: string): string {
  return text.replaceAll("{heater}", "heater").replaceAll(/\{\w+\}/g, "…");
}

function wrapped(name: string, text: string): string[] {
  const lines: string[] = [""];
  for (const word of `${name}: ${text}`.split(" ")) {
    const last = lines.at(-1)!;
    if (last.length + word.length + 1 > WRAP_CHARS || lines.length === 1) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

function check(known: readonly KnownIssue[], chosen: readonly KnownIssue[]): void {
  let failed = 0, passed = 0;
  for (const issue of chosen) {
    for (const { name, event, features, matches } of issue.tests) {
      const best = classify(known, event, features).issue?.id ?? "nothing known";
      if ((best === issue.id) === matches) passed++;
      else {
        failed++;
        const wanted = matches ? issue.id : `anything but ${issue.id}`;
        console.log(`${issue.id}: '${name}': ${wanted} was required, got ${best}`);
      }
    }
  }
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0) Deno.exit(EXIT_FAILED);
}

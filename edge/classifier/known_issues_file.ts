import { createHash } from "node:crypto";
import { KnownIssue } from "../../shared/known_issue.ts";
import { ok, refused, type Result } from "../../shared/result.ts";

/** The known issues that come with the program. */
export const KNOWN_ISSUES_FOLDER = new URL("./known_issues/", import.meta.url);

/** Reads every known issue of a folder, strictly: one broken file refuses the whole set. */
export async function readKnownIssues(folder: URL = KNOWN_ISSUES_FOLDER): Promise<
  Result<{ issues: KnownIssue[]; digest: string }>
> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    if (entry.isFile && entry.name.endsWith(".json")) names.push(entry.name);
  }
  if (names.length === 0) {
    return refused(
      `Cannot read known issues: at least one .json file was required in ${folder.pathname}`,
    );
  }
  const issues: KnownIssue[] = [];
  const hash = createHash("sha256");
  for (const name of names.sort()) {
    const text = await Deno.readTextFile(new URL(name, folder));
    hash.update(name).update("\0").update(text);
    const issue = decodeIssue(name, text);
    if (!issue.ok) return issue;
    issues.push(issue.value);
  }
  return ok({ issues, digest: hash.digest("hex") });
}

function decodeIssue(name: string, text: string): Result<KnownIssue> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refused(`Cannot read known issue '${name}': JSON was required, got: ${reason}`);
  }
  const checked = KnownIssue.safeParse(parsed);
  if (!checked.success) {
    const { path, message } = checked.error.issues[0]!;
    return refused(`Cannot read known issue '${name}': at '${path.join(".")}': ${message}`);
  }
  if (`${checked.data.id}.json` !== name) {
    return refused(
      `Cannot read known issue '${name}': its id must be the file's name, got '${checked.data.id}'`,
    );
  }
  return ok(checked.data);
}

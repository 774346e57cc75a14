import type { z } from "zod";

type Issue = z.core.$ZodIssue;

/** Says of each issue which key it is about, what was required and what came. */
export function configIssues(issues: readonly Issue[], table: unknown): string[] {
  return issues.flatMap((issue) => {
    const key = issue.path.join(".");
    const came = JSON.stringify(valueAt(table, issue.path)) ?? "nothing";
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((name) =>
        `'${key ? `${key}.` : ""}${name}': a known key was required, got an unknown one`
      );
    }
    return [`'${key}': ${requirement(issue)} was required, got ${came}`];
  });
}

function requirement(issue: Issue): string {
  switch (issue.code) {
    case "too_big":
      return `at most ${issue.maximum}${issue.origin === "string" ? " characters" : ""}`;
    case "too_small":
      return `at least ${issue.minimum}${issue.origin === "string" ? " characters" : ""}`;
    case "invalid_type":
      return `a value of type ${issue.expected}`;
    case "invalid_value":
      return `one of ${issue.values.map(String).join(", ")}`;
    case "invalid_format":
      return `a value of the form '${issue.format}'`;
    case "invalid_union":
      return issue.message.replace(/^.*Expected /, "one of ");
    default:
      return issue.message;
  }
}

function valueAt(table: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null
        ? (value as Record<PropertyKey, unknown>)[key]
        : undefined,
    table,
  );
}

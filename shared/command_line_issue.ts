import { reasonOf } from "./reason.ts";

/**
 * Says in a sentence what is wrong with a command line [pure].
 *
 * @param error what node's `parseArgs` threw, as its error codes beginning with ERR_PARSE_ARGS
 */
export function commandLineIssue(error: unknown): string {
  const said = reasonOf(error);
  const name = /'(-[^' ]*)/.exec(said)?.[1] ?? "";
  const problem = (text: string) => `Cannot read the command line: ${text}`;
  if (said.startsWith("Unknown option")) {
    return problem(`an option that --help names was required, got '${name}'`);
  }
  if (said.includes("argument missing") || said.includes("is ambiguous")) {
    return problem(`a value was required after '${name}', got none`);
  }
  if (said.includes("does not take an argument")) {
    return problem(`'${name}' alone was required, got a value with it`);
  }
  const [, unexpected] = /^Unexpected argument '([\s\S]*?)'\. This command/.exec(said) ?? [];
  if (unexpected === undefined) return problem(said.split("\n")[0]!);
  return problem(`nothing but options was required, got '${unexpected}'`);
}

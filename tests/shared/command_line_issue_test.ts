import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseArgs } from "node:util";
import { commandLineIssue } from "../../shared/command_line_issue.ts";

const test = suite("a command line");
const options = { seed: { type: "string" }, json: { type: "boolean", default: false } } as const;

const WRONG: [args: string[], issue: string][] = [
  [["--sed", "3"], "an option that --help names was required, got '--sed'"],
  [["-z"], "an option that --help names was required, got '-z'"],
  [["--seed"], "a value was required after '--seed', got none"],
  [["--seed", "--json"], "a value was required after '--seed', got none"],
  [["--json=yes"], "'--json' alone was required, got a value with it"],
  [["it's here"], "nothing but options was required, got 'it's here'"],
];
for (const [args, issue] of WRONG) {
  test(`that is wrong (${args.join(" ")}) is told in a sentence`, () => {
    for (const allowPositionals of args[0]!.startsWith("-") ? [false, true] : [false]) {
      assert.throws(
        () => parseArgs({ args, options, allowPositionals }),
        (error: Error) => commandLineIssue(error) === `Cannot read the command line: ${issue}`,
      );
    }
  });
}

test.run();

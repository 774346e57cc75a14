import { suite } from "uvu";
import * as assert from "uvu/assert";
import { HELP } from "../../../cloud/command_line/help.ts";
import { unheard } from "../../../cloud/command_line/taken_flags.ts";

const test = suite("what a command of the aggregator takes");

/** Each command as the help tells of it: its name, and the text up to the next one. */
const TOLD = HELP.split("deno task cloud ").slice(1)
  .map((text) => [/^\S+/.exec(text)![0], text.split("\n\n")[0]!] as const);

test("is every option that its help names", () => {
  assert.ok(TOLD.length > 12);
  for (const [command, text] of TOLD) {
    for (const [, flag] of text.matchAll(/--([a-z][a-z-]*)/g)) {
      assert.is(unheard(command, [], { [flag!]: true }), null, `${command} --${flag}`);
    }
  }
});

test("is nothing else: a word or an option too many is told, not left unheard", () => {
  assert.match(unheard("serve", ["x"], {})!, /^Cannot run 'serve': nothing more .*, got 'x'$/);
  assert.match(unheard("enrol", [], { role: "admin" })!, /were required, got '--role'$/);
  assert.match(unheard("toString", [], {})!, /a command that --help names was required/);
  assert.is(unheard("audit", ["verify"], { known: "1:a" }), null);
});

test.run();

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { addedUnit } from "../../../scripts/proof/added_unit.ts";
import { computerWords } from "../../../scripts/proof/foreign_computer.ts";
import {
  referenceHere,
  referenceOf,
  referenceWords,
} from "../../../scripts/proof/reference_work.ts";
import { takenBy, takenWords } from "../../../scripts/proof/taken.ts";
import { processorWords } from "../../../scripts/proof/wear.ts";

const tests = suite("units that a proof adds to a card");
/** As Linux for arm64 and User Mode Linux take it at least. */
const COMMAND_LINE_MAX = 2048;

tests("a unit goes over whole, whatever stands in it, and is wanted by its name", () => {
  const text = `[Service]\nExecStart=/bin/sh -c 'echo "$$HOME" %% ü'\n`;
  const [wanted, credential] = addedUnit("teller", text).split(" ");
  assert.is(wanted, "systemd.wants=teller.service");
  const named = "systemd.set_credential_binary=systemd.extra-unit.teller.service:";
  assert.ok(credential?.startsWith(named), credential);
  const bytes = Uint8Array.fromBase64(credential!.slice(named.length));
  assert.is(new TextDecoder().decode(bytes), text);
});

tests("all of them leave room on the kernel's command line", () => {
  const all = `${computerWords()} ${takenWords()} ${referenceWords()}`;
  assert.ok(all.length < COMMAND_LINE_MAX * 0.85, `${all.length}`);
});

tests("of what services took the last that they told counts", () => {
  const told = takenBy(
    "[  OK  ] Started\r\nTAKEN printwarden-agent VmRSS: 100000 kB ticks 10 5\r\n" +
      "TAKEN printwarden-tap@printer1 VmRSS: 40000 kB ticks 3 0\r\n" +
      "TAKEN printwarden-agent VmRSS: 120000 kB ticks 200 50\r\n" +
      "TAKEN printwarden-senses VmRSS:\r\n",
  );
  assert.equal([...told], [
    ["printwarden-agent", { residentMB: 122.88, cpuS: 2.5 }],
    ["printwarden-tap@printer1", { residentMB: 40.96, cpuS: 0.03 }],
  ]);
});

tests("work of a fixed size tells how long it took, here as on a card", async () => {
  assert.ok(await referenceHere() > 0);
  assert.is(referenceOf("[  OK  ]\r\nREFERENCE 1.5 true\r\nREFERENCE 2.5 true\r\n"), 2);
  assert.is(referenceOf("REFERENCE"), null);
});

tests("an emulated processor's share is told as one of this machine's, by the same work", () => {
  const at = (cpuS: number) => new Map([["agent", { residentMB: 90, cpuS }]]);
  assert.is(
    processorWords(at(10), at(70), 100, 2, 0.1),
    "of one of its cores while a host prints: agent 60 % (3.0 % of one of here); " +
      "reference work took 2.00 s, 20.0 times as long as here",
  );
  assert.match(
    processorWords(at(10), at(70), 100, null, 0.1),
    "agent 60 %; the reference work was",
  );
});

tests.run();

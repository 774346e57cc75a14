import { suite } from "uvu";
import * as assert from "uvu/assert";
import { addedUnit } from "../../../scripts/proof/added_unit.ts";
import { computerWords } from "../../../scripts/proof/foreign_computer.ts";
import { residentMB, residentWords } from "../../../scripts/proof/resident.ts";

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
  assert.ok(`${computerWords()} ${residentWords()}`.length < COMMAND_LINE_MAX / 2);
});

tests("of what services told of their memory the last counts", () => {
  const told = residentMB(
    "[  OK  ] Started\r\nRESIDENT printwarden-agent VmRSS: 100000 kB\r\n" +
      "RESIDENT printwarden-tap@printer1 VmRSS: 40000 kB\r\n" +
      "RESIDENT printwarden-agent VmRSS: 120000 kB\r\nRESIDENT printwarden-senses VmRSS:\r\n",
  );
  assert.equal([...told], [["printwarden-agent", 122.88], ["printwarden-tap@printer1", 40.96]]);
});

tests.run();

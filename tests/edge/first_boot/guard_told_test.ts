/** A device that is in its site says that printers are guarded once its agent says so. */
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { writeEnrolled } from "../../../edge/first_boot/enrolled_file.ts";
import { CARD, type Pi, withPi } from "./pi_fixture.ts";

const tests = suite("when a card says that all is well");

async function enrolled({ write, etc }: Pi): Promise<void> {
  await write(CARD.replace("TOKEN", ""));
  await writeEnrolled(join(etc, "enrolled.json"), {
    site: "site",
    device: "dev1",
    brokerUrl: "tls://broker:4222",
    ownAuthority: false,
    consolePort: 8080,
    tokenDigest: "0".repeat(64),
  });
}

tests(
  "while the agent starts, the console says that nobody watches, and the card isn't written",
  () =>
    withPi(async (pi) => {
      const { boot, machine, read } = pi;
      await enrolled(pi);
      machine.agentAfterLooks = 3;
      const shown: string[] = [], slow: boolean[] = [];
      let wrote = false;
      machine.onLook = () => {
        shown.push(machine.shown);
        slow.push(machine.onMs === 800);
        wrote ||= Deno.readTextFileSync(join(pi.etc, "../card/printwarden.toml")).includes(
          "geheim",
        );
      };
      await boot();
      assert.is(shown.length, 3);
      assert.ok(shown.every((text) => text.includes("its guard is starting")), shown[0]);
      assert.ok(slow.every(Boolean));
      assert.is(wrote, false, "secrets are off the card by then");
      assert.match(machine.shown, "All is well");
      assert.match(await read("card/printwarden-status.txt"), "All is well");
    }),
);

tests(
  "an agent that never says anything is told as no guard, and as one once it does",
  () =>
    withPi(async (pi) => {
      const { machine, boot, read } = pi;
      await enrolled(pi);
      machine.agentAfterLooks = Infinity;
      await boot();
      assert.match(await read("card/printwarden-status.txt"), "The guard doesn't run");
      assert.is(machine.onMs, 100);
      machine.agentAfterLooks = 0;
      await pi.tellGuard();
      assert.match(await read("card/printwarden-status.txt"), "All is well");
    }),
);

tests(
  "an agent that ran before, or that leaves a printer out, doesn't count",
  () =>
    withPi(async (pi) => {
      const { machine, boot } = pi;
      await enrolled(pi);
      for (const [pid, name] of [[7, "left"], [8, "other"]] as const) {
        let restarted = false;
        const { restart } = machine;
        machine.restart = (units) => {
          restarted = true;
          return restart(units);
        };
        const printers = [{ name, state: "idle" as const, toldS: null }];
        machine.agentStatus = () =>
          Promise.resolve({
            v: 1,
            version: "1.0.0",
            pid: restarted ? pid : 7,
            wallMs: 0,
            upS: 1,
            printers,
          });
        await boot();
        assert.match(machine.shown, "The guard doesn't run", `${pid} ${name}`);
      }
    }),
);

tests.run();

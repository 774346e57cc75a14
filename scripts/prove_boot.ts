/**
 * Boots the card's image in an emulated arm64 machine, with the virtual printer at its USB, a printing
 * host in its network, and broker and aggregator on this machine: enrolled by the card's file, it finds
 * an attack, an expert's decision comes back and pauses the print; then power is cut again and again.
 * By hand: 15 minutes, and 2 for each cut.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fromCaller } from "../edge/commands/command_line.ts";
import { BootProof } from "./proof/boot_proof.ts";
import { tellingPrinter } from "./show/stage.ts";

const ROOT = new URL("../", import.meta.url).pathname;
const HELP = `Usage: deno run -A scripts/prove_boot.ts --image FILE [--cuts N] [--attack ID]

  --image FILE   what ./scripts/image built (.img, not compressed)
  --cuts N       how often power is cut at a random moment afterwards (default 3)
  --response R   what the expert decides: pause (default), or stop, which moves a relay's line
  --updates      lay a signed release onto the card before each third start, so that power is cut in
                 the midst of updates, too; in the end the last one has to be in use for good
  --attack ID    a scenario of the virtual printer's (default B05: a heater forced on), with
  --variant V    its form (default hotend), and
  --kind K       the kind of deviation that it has to be told as (default hotend-heat)

Needs qemu-system-arm, mtools, nats-server and python3-serial from Debian.
`;
if (import.meta.main) {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      image: { type: "string" },
      cuts: { type: "string", default: "3" },
      response: { type: "string", default: "pause" },
      updates: { type: "boolean", default: false },
      attack: { type: "string", default: "B05" },
      variant: { type: "string", default: "hotend" },
      kind: { type: "string", default: "hotend-heat" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const response = values.response === "stop" ? "stop" : "pause";
  if (values.help || values.image === undefined) console.log(HELP);
  else {
    const state = await Deno.makeTempDir({ prefix: "printwarden-boot-" });
    for (const folder of ["logs", "edge/run"]) {
      await Deno.mkdir(join(state, folder), { recursive: true });
    }
    const part = `${ROOT}scripts/parts/gear-prusaslicer.gcode`;
    const printerSeed = tellingPrinter(1_000_001).seed;
    const proof = new BootProof({
      root: ROOT,
      state,
      part,
      printerSeed,
      natsUrl: "",
      children: [],
    });
    try {
      proof.say(`everything in ${state}`);
      const client = await proof.begin(fromCaller(values.image), response);
      const { attack: scenario, variant, kind } = values;
      await proof.attack(client, { scenario, variant, kind }, response);
      await proof.wear();
      if (values.updates) await proof.prepareReleases();
      await proof.cut(client, Number(values.cuts));
    } finally {
      await proof.end();
    }
  }
}

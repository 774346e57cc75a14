import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { LearningFile } from "../../../edge/respond/learning_file.ts";
import { readDecisions } from "../../../scripts/train/decisions.ts";
import { DEVIATION } from "./decisions_fixture.ts";

const exporting = suite("edge export-decisions");
const MAIN = fileURLToPath(new URL("../../../edge/main.ts", import.meta.url));

async function edge(state: string) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--allow-read", "--allow-write", "--allow-env", MAIN],
      ...["export-decisions", "--state", state],
    ],
    env: { NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

exporting("writes what training reads, while the agent has the file open", async () => {
  const state = await Deno.makeTempDir();
  const learning = new LearningFile(join(state, "learning.db"), assert.unreachable);
  const features = { earlyShare: 0.2 };
  learning.note(DEVIATION, "hotend-heat", { event: "heat-gain", features, window: null });
  learning.label(DEVIATION, "threat");
  const { code, out, err } = await edge(state);
  assert.is(code, 0, err);
  const [one, ...more] = readDecisions(out);
  assert.equal(one?.sample, { label: 2, scenario: null, event: "heat-gain", features });
  assert.is(more.length, 0);
  assert.match(err, /1 labelled/);
  learning.close();
  await Deno.remove(state, { recursive: true });
});

exporting("says what was required where no agent ever ran", async () => {
  const { code, out, err } = await edge("/nowhere");
  assert.is(code, 2);
  assert.is(out, "");
  assert.match(err, /Cannot export decisions: a state folder that an agent has used/);
});

exporting.run();

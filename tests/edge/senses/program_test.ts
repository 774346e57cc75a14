import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { configText } from "../config_fixture.ts";

const tests = suite("the senses' command");
const MAIN = fileURLToPath(new URL("../../../edge/senses/main.ts", import.meta.url));
const HEAD = configText(`state = "state"`);

async function senses(config: string, ...more: string[]) {
  const folder = await Deno.makeTempDir({ prefix: "printwarden-senses-main-" });
  await Deno.writeTextFile(`${folder}/edge.toml`, config);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", MAIN, "--config", `${folder}/edge.toml`, ...more],
    env: { NO_COLOR: "1" },
  }).output();
  await Deno.remove(folder, { recursive: true });
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), said: text.decode(stderr), folder };
}

tests("a configuration without senses is nothing to do, and no error", async () => {
  const { code, said } = await senses(HEAD);
  assert.is(code, 0);
  assert.match(said, "no printer of the configuration has any; nothing to do");
});

tests("what a configuration asks of it is said as JSON", async () => {
  const config = `${HEAD}suite = "S2"\n[printer.senses.door]\npin = 5\n`;
  const { code, out, folder } = await senses(config, "--wanted");
  assert.is(code, 0);
  const wanted = JSON.parse(out);
  assert.is(wanted.socketPath, `${folder}/state/run/senses.sock`);
  assert.equal(wanted.printers.map(({ name }: { name: string }) => name), ["p1"]);
  assert.is(wanted.printers[0].senses.door.pin, 5);
});

tests("a mistake is one sentence and a code of its own", async () => {
  const wrong = await senses(`${HEAD}suite = "S2"\n[printer.senses.dor]\npin = 5\n`);
  assert.is(wrong.code, 2, wrong.said);
  assert.match(wrong.said, /^senses: Cannot read the configuration .*did you mean .*door'\?\n$/);
  const strange = await senses(HEAD, "--nonsense");
  assert.is(strange.code, 2, strange.said);
});

tests("a kernel without GPIO is told as such", async () => {
  const hasGpio = await Deno.stat("/sys/class/gpio").then(() => true, () => false);
  if (hasGpio) return console.log("SKIPPED a kernel without GPIO: this one has it");
  const { code, said } = await senses(`${HEAD}suite = "S2"\n[printer.senses.door]\npin = 5\n`);
  assert.is(code, 2);
  assert.match(
    said,
    "Cannot look for lines: /sys/class/gpio was required (a kernel with GPIO_SYSFS)",
  );
});

tests.run();

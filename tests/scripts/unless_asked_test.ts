import { suite } from "uvu";
import * as assert from "uvu/assert";
import { unlessAsked } from "../../scripts/unless_asked.ts";

const tests = suite("a program that is asked to end");

const SCRIPT = `
  import { unlessAsked } from "${new URL("../../scripts/unless_asked.ts", import.meta.url)}";
  try {
    const working = new Promise((resolve) => setTimeout(resolve, 600_000));
    const asked = unlessAsked(working);
    console.log("begun");
    await asked;
  } catch (error) {
    console.log(error.message);
  } finally {
    console.log("tidied up");
    Deno.exit(3);
  }`;

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  tests(`by ${signal} tidies up what it has started`, async () => {
    const file = await Deno.makeTempFile({ suffix: ".ts" });
    await Deno.writeTextFile(file, SCRIPT);
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", "--no-lock", file],
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    let said = "";
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      if (said === "") child.kill(signal);
      said += text;
    }
    assert.is((await child.status).code, 3);
    assert.is(said, "begun\nCannot go on: the program was asked to end\ntidied up\n");
    await Deno.remove(file);
  });
}

tests("is none while nobody asks: its work's end is its own", async () => {
  assert.is(await unlessAsked(Promise.resolve(7)), 7);
  const error = await unlessAsked(Promise.reject(new Error("broken"))).catch((caught) => caught);
  assert.is(error.message, "broken");
});

tests.run();

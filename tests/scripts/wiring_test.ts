import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sheets } from "../../scripts/wiring/sheets.ts";

const tests = suite("wiring guide");
const FOLDER = new URL("../../edge/senses/", import.meta.url);

tests("its pictures are those that the script draws, and the guide shows each", async () => {
  const guide = await Deno.readTextFile(new URL("README.md", FOLDER));
  for (const [name, svg] of Object.entries(sheets())) {
    const kept = await Deno.readTextFile(new URL(`wiring/${name}`, FOLDER));
    assert.is(kept, svg, `${name}: deno run -A scripts/wiring.ts`);
    assert.match(guide, `(wiring/${name})`);
    assert.match(svg, /<title id="t">.+<\/title><desc id="d">.{40,}<\/desc>/s);
  }
});

tests("no text of a picture runs over its edge", () => {
  for (const [name, svg] of Object.entries(sheets())) {
    const width = Number(/viewBox="0 0 (\d+)/.exec(svg)?.[1]);
    const texts = svg.matchAll(
      /<text x="([\d.]+)"[^>]*font-size="(\d+)"[^>]*text-anchor="(\w+)"[^>]*>([^<]*)</g,
    );
    for (const [, x, size, anchor, text] of texts) {
      const long = 0.58 * Number(size) * text!.length;
      const left = Number(x) - (anchor === "end" ? long : anchor === "middle" ? long / 2 : 0);
      assert.ok(left >= 0 && left + long <= width + 2, `${name}: ${text}`);
    }
  }
});

tests.run();

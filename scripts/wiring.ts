/** Draws the pictures of the wiring guide: `deno run -A scripts/wiring.ts`. */
import { sheets } from "./wiring/sheets.ts";

const FOLDER = new URL("../edge/senses/wiring/", import.meta.url);

if (import.meta.main) {
  await Deno.mkdir(FOLDER, { recursive: true });
  for (const [name, svg] of Object.entries(sheets())) {
    await Deno.writeTextFile(new URL(name, FOLDER), svg);
    console.log(`edge/senses/wiring/${name}`);
  }
}

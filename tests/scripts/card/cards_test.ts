import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { provision } from "../../../cloud/provision/provision.ts";
import { readCard } from "../../../edge/first_boot/card_file.ts";
import { cardFileFor } from "../../../scripts/card/card_file_for.ts";
import { labelPage, LABELS_PER_PAGE } from "../../../scripts/card/labels.ts";

const tests = suite("cards in bulk");
const ROOT = new URL("../../../", import.meta.url).pathname;
const TEMPLATE = `# ours\r\n[[printer]]\r\nname = "left"\r\n`;

tests("a card's name and token stand above the tables, whatever the template says", () => {
  const made = cardFileFor(TEMPLATE, "pw-01", "pwe_abcdefghijklmnop");
  assert.ok(made.ok, made.ok ? "" : made.issue);
  const again = made.ok ? cardFileFor(made.value, "pw-02", "pwe_ponmlkjihgfedcba") : made;
  assert.ok(again.ok);
  const read = readCard(new TextEncoder().encode(again.ok ? again.value : ""));
  assert.is(read.ok && read.value.name, "pw-02");
  assert.is(read.ok && read.value.token, "pwe_ponmlkjihgfedcba");
  assert.is(read.ok && read.value.printer[0]?.name, "left", "the printer keeps its own name");
});

tests("a template with a mistake is refused before any token is made", () => {
  const made = cardFileFor(TEMPLATE.replace("left", "my printer"), "pw-01", "");
  assert.match(made.ok ? "" : made.issue, "'printer[0].name'");
});

tests("a sheet has a code and a name for each card, and no more than it has room for", () => {
  const labels = Array.from({ length: 30 }, (_, index) => ({
    name: `pw-${index}`,
    url: `https://pw.example.net/printers#pw-${index}`,
  }));
  const page = labelPage(labels);
  assert.is(page.match(/<g /g)?.length, LABELS_PER_PAGE);
  assert.match(page, ">pw-0.local<");
  // A code has three corner marks of 33 dark squares at least.
  assert.ok((page.match(/h0\.\d+v/g)?.length ?? 0) > 24 * 99);
});

tests("each of many cards gets a token of its own", async () => {
  const work = await Deno.makeTempDir({ prefix: "printwarden-cards-" });
  const state = join(work, "site");
  await provision({ state, site: "s", devices: [], now: new Date() });
  const args = [
    "run",
    "-A",
    "--quiet",
    `${ROOT}scripts/cards.ts`,
    "--count",
    "26",
    "--state",
    state,
  ];
  const more = ["--console", "https://pw.example.net", "--out", join(work, "cards")];
  const command = new Deno.Command(Deno.execPath(), { args: [...args, ...more] });
  const { code, stderr } = await command.output();
  assert.is(code, 0, new TextDecoder().decode(stderr));
  const tokens = new Set<string>();
  for (let number = 1; number <= 26; number++) {
    const name = `pw-${String(number).padStart(2, "0")}`;
    const read = readCard(await Deno.readFile(join(work, "cards", name, "printwarden.toml")));
    assert.ok(read.ok);
    if (read.ok) tokens.add(read.value.token);
  }
  assert.is(tokens.size, 26);
  assert.not(tokens.has(""));
  assert.match(await Deno.readTextFile(join(work, "cards/labels-2.svg")), ">pw-26<");
  await Deno.remove(work, { recursive: true });
});

tests.run();

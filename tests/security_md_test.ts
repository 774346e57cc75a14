import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const tests = suite("SECURITY.md");
const page = await Deno.readTextFile(`${ROOT}.github/SECURITY.md`);
const links = [...page.matchAll(/\[([^\]]+)\]\(\.\.\/(tests\/[^)]+)\)/g)];

/** Whether it is what a test is called, and not something said within one. */
function isTitle(text: string, title: string): boolean {
  return ['"', "`"].some((quote) => {
    const before = text.split(`${quote}${title}${quote},`).slice(0, -1);
    return before.some((part) => /\(\s*$/.test(part));
  });
}

/** What stands in a table's last cell. */
function rows(): string[][] {
  const lines = page.split("\n").filter((line) => line.startsWith("| "));
  return lines.map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
}

tests("every test that it names exists", async () => {
  assert.ok(links.length > 60, `many are named, got ${links.length}`);
  const gone: string[] = [];
  for (const [, title = "", path = ""] of links) {
    const text = await Deno.readTextFile(ROOT + path).catch(() => "");
    if (!isTitle(text, title)) gone.push(`${path}: ${title}`);
  }
  assert.equal(gone, []);
});

tests("every line of what we do names a test", () => {
  const threats = rows().filter((cells) => cells.length === 3);
  const plain = threats.filter(([first, , last]) => {
    const head = /^(-+|who|threat|requirement)$/.test(first!);
    return !head && !last!.includes("](../tests/");
  });
  // The table of who wants what has three cells as well, and no tests.
  const wanted = page.slice(page.indexOf("## Who"), page.indexOf("## What we do"));
  assert.equal(plain.filter(([first]) => !wanted.includes(`| ${first} `)), []);
});

tests("the README leads to it", async () => {
  assert.match(await Deno.readTextFile(`${ROOT}README.md`), "](.github/SECURITY.md)");
});

tests.run();

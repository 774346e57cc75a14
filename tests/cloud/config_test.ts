import { suite } from "uvu";
import * as assert from "uvu/assert";
import { describeConfig, loadConfig, parseConfig } from "../../cloud/config.ts";

const config = suite("the aggregator's configuration");

config("an empty file gives every default", () => {
  const parsed = parseConfig("");
  assert.ok(parsed.ok);
  if (!parsed.ok) return;
  assert.is(parsed.value.console.hostname, "127.0.0.1");
  assert.is(parsed.value.console.port, 0);
  assert.is(parsed.value.cases.bundleWindowS, 900);
  assert.is(parsed.value.broker.url, null);
});

for (
  const [toml, said] of [
    ["consol = {}", "'consol': a known key was required"],
    ["[console]\nprot = 1", "'console.prot': a known key was required"],
    ["[console]\nport = 70000", "'console.port': at most 65535 was required, got 70000"],
    ["[console]\nport = -1", "'console.port': at least 0 was required, got -1"],
    ['[console]\nport = "80"', `'console.port': a value of type number was required, got "80"`],
    ["[console]\nport = 1.5", "'console.port': a value of type int was required, got 1.5"],
    ['[console]\nhostname = ""', "'console.hostname': at least 1 characters was required"],
    ['[console]\npublicUrl = "ftp://x"', "'console.publicUrl': a value of the form 'url'"],
    ["[cases]\nbundleWindowS = 5", "'cases.bundleWindowS': at least 10 was required, got 5"],
    ["[auth]\ntriesMax = true", "'auth.triesMax': a value of type number was required, got true"],
    [
      "[[forward]]\nname = 'a'\nformat = 'ocsf'\nto = { type = 'syslog', host = 'x' }",
      "'forward.0.format': 'syslog', as that is what a syslog receiver reads",
    ],
    [
      "[[forward]]\nname = 'a'\nformat = 'ocsf'\nto = { type = 'gopher' }",
      "'forward.0.to.type': one of 'syslog' | 'http' | 'nats' was required, got \"gopher\"",
    ],
    [
      "[[forward]]\nname = 'a b'\nformat = 'xml'\nto = { type = 'http', url = 'file:///x' }",
      "'forward.0.name': a value of the form 'regex'",
    ],
    ["decisions = 3", "'decisions': a value of type object was required, got 3"],
    ["[console\nport = 1", "TOML was required, got at line 1"],
    ["x".repeat(2_000_000), "at most 1048576 characters were required"],
  ] as [string, string][]
) {
  config(`refuses ${JSON.stringify(toml.slice(0, 40))} by key, bound and value`, () => {
    const parsed = parseConfig(toml);
    assert.not.ok(parsed.ok);
    if (!parsed.ok) assert.ok(parsed.issue.includes(said), parsed.issue);
  });
}

config("names every fault at once", () => {
  const parsed = parseConfig("[console]\nport = -1\n[cases]\nbundleWindowS = 1");
  assert.not.ok(parsed.ok);
  if (!parsed.ok) assert.match(parsed.issue, /console\.port.*cases\.bundleWindowS/);
});

config("what it says of itself can be read again", () => {
  const parsed = parseConfig(describeConfig());
  assert.ok(parsed.ok);
  assert.equal(parsed, parseConfig(""));
});

config("the example of the exports' own page can be read", async () => {
  const url = new URL("../../cloud/exports/README.md", import.meta.url);
  const example = /```toml\n([\s\S]*?)```/.exec(await Deno.readTextFile(url))![1]!;
  const parsed = parseConfig(example);
  assert.ok(parsed.ok, parsed.ok ? "" : parsed.issue);
  if (parsed.ok) assert.is(parsed.value.forward.length, 3);
});

config("a file that isn't there gets a sentence, a state folder from outside wins", async () => {
  const missing = await loadConfig("/nowhere/cloud.toml", null);
  assert.not.ok(missing.ok);
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/cloud.toml`, 'state = "here"\n');
  const own = await loadConfig(`${folder}/cloud.toml`, null);
  assert.ok(own.ok && own.value.state === `${folder}/here`);
  const given = await loadConfig(`${folder}/cloud.toml`, "/elsewhere");
  assert.ok(given.ok && given.value.state === "/elsewhere");
  await Deno.remove(folder, { recursive: true });
});

config.run();

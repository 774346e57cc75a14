import { suite } from "uvu";
import * as assert from "uvu/assert";
import { configDigest, describeConfig, loadConfig, parseConfig } from "../../edge/config.ts";

const config = suite("edge configuration");

const GOOD = `site = "s1"
device = "d1"
state = "/tmp/x"
[nats]
url = "nats://127.0.0.1:4222"
keyFile = "device.nk"
trustFile = "trust.json"
[[printer]]
name = "mk3"
port = "/dev/ttyUSB0"
`;
const bytes = (text: string) => new TextEncoder().encode(text);

function issueOf(text: string): string {
  const parsed = parseConfig(bytes(text));
  if (parsed.ok) throw new Error("a refusal was required, the configuration was read");
  return parsed.issue;
}

config("fills in every default", () => {
  const parsed = parseConfig(bytes(GOOD));
  assert.ok(parsed.ok);
  const [printer] = parsed.value.printer;
  assert.is(printer?.baud, 115200);
  assert.is(printer?.response, "watch");
  assert.is(printer?.detector.runtime, "integer");
  assert.equal(printer?.evidence, { lines: true, maps: true });
  assert.is(parsed.value.nats.presenceIntervalS, 10);
});

config("reads Windows line ends and a byte order mark", () => {
  const parsed = parseConfig(bytes("\ufeff" + GOOD.replaceAll("\n", "\r\n")));
  assert.ok(parsed.ok);
});

const WRONG: [title: string, from: string, to: string, ...parts: string[]][] = [
  ["a number out of bounds", `port =`, `baud = 7\nport =`, "printer[0].baud", "1200", "got 7"],
  ["a fraction", `port =`, `baud = 9600.5\nport =`, "an integer", "9600.5"],
  ["a wrong type", `"mk3"`, `3`, "printer[0].name", "got 3"],
  ["a forbidden character", `"mk3"`, `"m k"`, "letters, digits", `"m k"`],
  ["a choice that is none", `port =`, `response = "kill"\nport =`, `"watch"`, `"kill"`],
  ["a missing key", `device = "d1"\n`, ``, "'device'", "got nothing"],
  ["a missing table", `[nats]`, `[other]`, "'nats'", "'other'"],
  ["a mistyped key", `port =`, `bauds = 9600\nport =`, "did you mean 'printer[0].baud'", "9600"],
  ["another case", `keyFile`, `key_file`, "did you mean 'nats.keyFile'"],
  ["a key far from any", `port =`, `colour = 1\nport =`, "printer[0].colour", "known: name"],
  ["a list for a table", `[nats]`, `[[nats]]`, "'nats': a table was required"],
  ["a url of another kind", `nats://`, `http://`, "nats.url", "http://127.0.0.1:4222"],
  ["no printer", `[[printer]]`, `[printer]`, "'printer': 1 to 16 blocks"],
  ["broken TOML", `"mk3"`, `"mk3`, "TOML", "line 9"],
];
for (const [title, from, to, ...parts] of WRONG) {
  config(`names key, bound and value for ${title}`, () => {
    const issue = issueOf(GOOD.replace(from, to));
    for (const part of parts) assert.ok(issue.includes(part), `'${part}' in: ${issue}`);
  });
}

config("names every wrong key at once", () => {
  const issue = issueOf(GOOD.replace(`port =`, `baud = 7\nsuite = "S9"\nport =`));
  assert.match(issue, "baud");
  assert.match(issue, "S9");
});

config("refuses the same name or port twice", () => {
  const issue = issueOf(GOOD + `[[printer]]\nname = "mk3"\nport = "/dev/ttyUSB0"\n`);
  assert.match(issue, "printer[1].name");
  assert.match(issue, "printer[1].port");
});

config("refuses what is not UTF-8 and what is too large", () => {
  const binary = parseConfig(new Uint8Array([0xff, 0xfe, 0x00]));
  assert.ok(!binary.ok && binary.issue.includes("UTF-8"));
  const large = parseConfig(new Uint8Array(2_000_000));
  assert.ok(!large.ok && large.issue.includes("2000000"));
});

config("its own example is a valid configuration", () => {
  const example = describeConfig();
  const parsed = parseConfig(bytes(example));
  assert.ok(parsed.ok, parsed.ok ? "" : parsed.issue);
  assert.match(example, "baud = 115200");
  assert.ok(example.split("\n").every((line) => line.length <= 100));
});

config("sees relative paths from its own folder, and takes another state folder", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/edge.toml`, GOOD);
  const loaded = await loadConfig(`${folder}/edge.toml`);
  assert.ok(loaded.ok);
  assert.is(loaded.value.nats.keyFile, `${folder}/device.nk`);
  const moved = await loadConfig(`${folder}/edge.toml`, `${folder}/elsewhere`);
  assert.ok(moved.ok);
  assert.is(moved.value.state, `${folder}/elsewhere`);
  assert.is.not(configDigest(loaded.value), configDigest(moved.value));
  await Deno.remove(folder, { recursive: true });
});

config("says which file could not be read", async () => {
  const loaded = await loadConfig("/nowhere/edge.toml");
  assert.ok(!loaded.ok);
  assert.match(loaded.issue, "/nowhere/edge.toml");
});

config.run();

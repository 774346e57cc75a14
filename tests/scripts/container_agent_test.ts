/** What the README says of an agent in a container beside a tap on the host. */
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseConfig, runFolder } from "../../edge/config.ts";
import { readTapOptions } from "../../edge/tap/options.ts";

const containers = suite("an agent in a container");
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

containers("meets the host's tap where the README says, as the user that the tap lets in", () => {
  const readme = Deno.readTextFileSync(`${ROOT}README.md`);
  const section = readme.split("### In containers")[1]!.split("Before flashing")[0]!;
  const [, options] = /`OPTIONS="(.*?)"`/.exec(section) ?? [];
  const tap = readTapOptions(["--port", "/dev/ttyUSB0", "--printer", "p1", ...options!.split(" ")]);
  assert.ok(tap.ok && tap.value);
  if (!tap.ok || !tap.value) return;
  const edge = Deno.readTextFileSync(`${ROOT}Dockerfile`).split("AS edge")[1]!;
  assert.equal(tap.value.agentUids, [Number(/^USER (\d+)/m.exec(edge)?.[1])]);
  const [, state] = /`(state = ".*?")`/.exec(section) ?? [];
  const [, run] = /`(run = ".*?")`/.exec(section) ?? [];
  const text = `site = "s"\ndevice = "d"\n${state}\n${run}\n[nats]\nurl = "tls://x:4222"\n` +
    `keyFile = "k"\ncaFile = "c"\ntrustFile = "t"\n[[printer]]\nname = "p1"\nport = "/dev/null"\n`;
  const config = parseConfig(new TextEncoder().encode(text));
  assert.ok(config.ok, JSON.stringify(config));
  const folder = config.ok ? runFolder(config.value) : "";
  assert.is(`${folder}/p1.sock`, tap.value.socketPath);
  assert.match(section, `-v ${folder}:${folder} `);
});

containers.run();

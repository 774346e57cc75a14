/** What the units of a device start, under a real systemd: what was installed, or the release in use. */
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { until } from "../edge/tap/rig.ts";
import { canStartSystemd, endSystemd, startSystemd } from "../systemd_fixture.ts";

const test = suite("the units of a device with releases");
const UNITS = new URL("../../scripts/systemd/", import.meta.url).pathname;
const STARTED = ["printwarden-agent.service", "printwarden-tap@left.service"];
/** What only the machine's own systemd may do, or what needs what isn't here. */
const NOT_HERE =
  /^(User|Group|SupplementaryGroups|Type|NotifyAccess|WatchdogSec|Restart|Protect|Private|Device|Restrict|SystemCall|Capability|Ambient|NoNew|ReadWrite|StateDirectory|RuntimeDirectory|Configuration|Memory|Tasks|OOM|Nice|IPAddress|KeyringMode|Lock|RemoveIPC|UMask|After|Wants|Before|Documentation)\w*=.*$/gm;

/** Stands in for Deno: notes how it was called. */
const DENO = `#!/bin/sh
case "$*" in *"config permissions"*) echo "--allow-read=somewhere --allow-env=HOME";; esac
echo "$*" >> /log/calls
case "$*" in *"config permissions"*) ;; *) exec sleep 60;; esac
`;

async function layUnits(folder: string): Promise<void> {
  for (const name of ["printwarden-agent.service", "printwarden-tap@.service"]) {
    const text = (await Deno.readTextFile(UNITS + name)).replaceAll(NOT_HERE, "")
      .replace("[Unit]", "[Unit]\nDefaultDependencies=no")
      .replaceAll(/(\/opt\/printwarden\/edge\/\S*main)\.ts/g, "$1.js");
    await Deno.writeTextFile(join(folder, name), text);
    await Deno.mkdir(join(folder, `${name}.d`));
    const dropIn = `${name}.d/release.conf`;
    await Deno.copyFile(`${UNITS}release/${dropIn}`, join(folder, dropIn));
  }
  const target = `[Unit]\nDefaultDependencies=no\nWants=${STARTED.join(" ")}\n`;
  await Deno.writeTextFile(join(folder, "default.target"), target);
}

/** Everything that the units call, with these releases; null if systemd started nothing here. */
async function callsWith(places: readonly string[], links: string): Promise<string[] | null> {
  const folder = await Deno.makeTempDir({ prefix: "printwarden-release-units-" });
  const [units, log] = [join(folder, "units"), join(folder, "log")];
  for (const each of [units, log]) await Deno.mkdir(each);
  await Deno.writeTextFile(join(folder, "deno"), DENO, { mode: 0o755 });
  await layUnits(units);
  await Deno.writeTextFile(join(log, "calls"), "");
  const systemd = startSystemd(
    units,
    `mkdir -p /run/printwarden-agent; mount -t tmpfs tmpfs /mnt; mkdir -p /mnt/log
    mount --bind ${log} /mnt/log
    for d in usr/local opt etc; do mount -t tmpfs tmpfs /$d; done
    mkdir -p /usr/local/bin /usr/local/lib/printwarden /etc/printwarden /opt/printwarden
    cp ${folder}/deno /usr/local/bin/deno; sed -i s,/log/,/mnt/log/, /usr/local/bin/deno
    cp ${UNITS}program /usr/local/lib/printwarden/program
    printf 'PORT=/dev/ttyUSB0\nBAUD=250000\nOPTIONS=--orders --agent-uid 7\n' > /etc/printwarden/tap-left.env
    for d in ${places.join(" ")}; do mkdir -p $d/edge/tap; touch $d/edge/main.js; done
    ${links}`,
  );
  const calls = () => Deno.readTextFileSync(join(log, "calls")).split("\n").filter(Boolean);
  try {
    await until("three calls", () => calls().length >= 3, 20_000);
    return calls();
  } catch {
    console.log(`SKIPPED units: systemd started ${calls().length} of 3 programs here`);
    return calls().length === 0 ? null : calls();
  } finally {
    await endSystemd(systemd);
    await Deno.remove(folder, { recursive: true });
  }
}

const RUN = "run --no-prompt --cached-only";

function startedFrom(calls: readonly string[], folder: string): void {
  const agent = calls.find((call) => call.endsWith(" run"));
  assert.is(agent, `${RUN} --allow-read=somewhere --allow-env=HOME ${folder}/edge/main.js run`);
  const tap = calls.find((call) => call.includes("--allow-ffi"));
  assert.is(
    tap,
    `${RUN} --allow-ffi ${folder}/edge/tap/main.js --port /dev/ttyUSB0 --baud 250000 ` +
      "--printer left --wait --orders --agent-uid 7",
  );
  const asked = calls.find((call) => call.includes("config permissions"));
  assert.match(asked ?? "", `--allow-read=${folder},/etc/printwarden`);
}

const able = await canStartSystemd();
if (!able) console.log("SKIPPED the units: root, unshare and systemd were required");
const tried = able ? test : test.skip;

tried("what was installed is started where no release is in place", async () => {
  const calls = await callsWith(["/opt/printwarden"], ":");
  if (calls !== null) startedFrom(calls, "/opt/printwarden");
});

tried("the release that the link leads to is started, by its own folder", async () => {
  const release = "/opt/printwarden/releases/1.2.3";
  const calls = await callsWith(
    ["/opt/printwarden", release],
    "ln -s releases/1.2.3 /opt/printwarden/current",
  );
  if (calls !== null) startedFrom(calls, release);
});

test.run();

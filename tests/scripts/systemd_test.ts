import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CardConfig } from "../../edge/first_boot/card_schema.ts";
import { firewallRules, peersOf } from "../../edge/first_boot/firewall.ts";

const FOLDER = fileURLToPath(new URL("../../scripts/systemd/", import.meta.url));
const tests = suite("systemd units");
/** The most exposure of each, on systemd's scale from 0 to 10. */
const UNITS = {
  "printwarden-tap@.service": 1.2,
  "printwarden-senses.service": 2,
  "printwarden-agent.service": 1.8,
  "printwarden-aggregator.service": 1.5,
};

/** What `edge update` may put another release in the place of. */
const RELEASED = [
  "printwarden-agent.service",
  "printwarden-tap@.service",
  "printwarden-senses.service",
];

async function analyze(...args: string[]) {
  const options = { args, env: { SYSTEMD_COLORS: "0", SYSTEMD_PAGER: "" } };
  const { code, stdout, stderr } = await new Deno.Command("systemd-analyze", options).output();
  const text = new TextDecoder();
  return { code, said: text.decode(stdout) + text.decode(stderr) };
}

async function hasAnalyze(): Promise<boolean> {
  try {
    return (await analyze("--version")).code === 0;
  } catch {
    return false;
  }
}

if (await hasAnalyze()) {
  for (const [name, exposureMax] of Object.entries(UNITS)) {
    tests(`${name} is understood by systemd, every line of it`, async () => {
      const folder = await Deno.makeTempDir({ prefix: "printwarden-units-" });
      const unit = await Deno.readTextFile(FOLDER + name);
      // What is installed elsewhere stands for itself: systemd looks whether programs exist.
      await Deno.writeTextFile(
        folder + `/${name}`,
        unit.replaceAll("/usr/local/bin/deno", "/bin/sh"),
      );
      const { code, said } = await analyze("verify", "--man=no", `${folder}/${name}`);
      await Deno.remove(folder, { recursive: true });
      assert.is(
        said.split("\n").filter((line) => line.includes(name.split(".")[0]!)).join("\n"),
        "",
      );
      assert.is(code, 0, said);
    });

    tests(`${name} leaves at most ${exposureMax} of 10 exposed`, async () => {
      const threshold = `--threshold=${Math.round(exposureMax * 10)}`;
      const { code, said } = await analyze("security", "--offline=true", threshold, FOLDER + name);
      assert.is(code, 0, said);
    });
  }
} else console.log("SKIPPED systemd units: systemd-analyze was required, there is none");

for (const name of RELEASED) {
  tests(`${name} of a release asks for what the project's own does`, async () => {
    const dropIn = await Deno.readTextFile(`${FOLDER}release/${name}.d/release.conf`);
    const start = (text: string) => /^ExecStart=(.*deno run.*)$/m.exec(text)?.[1] ?? "";
    const unit = await Deno.readTextFile(FOLDER + name);
    const asked = (text: string) =>
      start(text).match(/(--allow-[a-z]+|--no-prompt|\$PERMISSIONS)/g);
    assert.equal(asked(dropIn), asked(unit));
    assert.match(dropIn, "/usr/local/lib/printwarden/program");
    assert.match(start(dropIn), /edge\/(tap\/|senses\/)?main\.js/);
  });
}

tests(
  "the senses, which Deno can't hold, are held by systemd: no network, no device but SPI",
  async () => {
    const unit = await Deno.readTextFile(FOLDER + "printwarden-senses.service");
    for (
      const line of [
        "PrivateNetwork=yes",
        "NoNewPrivileges=yes",
        "CapabilityBoundingSet=",
        "DevicePolicy=closed",
        "ProtectSystem=strict",
      ]
    ) assert.match(unit, new RegExp(`^${line}$`, "m"));
    assert.equal([...unit.matchAll(/^DeviceAllow=(.*)$/gm)].map(([, what]) => what), [
      "char-spi rw",
    ]);
  },
);

tests("only the agent is in the group that may order the relay", async () => {
  const groupsOf = async (name: string) => {
    const unit = await Deno.readTextFile(`${FOLDER}printwarden-${name}.service`);
    return [...unit.matchAll(/^(?:Group|SupplementaryGroups)=(.*)$/gm)]
      .flatMap(([, names]) => names!.split(" "));
  };
  // The socket belongs to the first, and the folder to the second.
  assert.equal(await groupsOf("senses"), [
    "printwarden-relay",
    "printwarden",
    "printwarden-senses",
  ]);
  assert.ok((await groupsOf("agent")).includes("printwarden-relay"));
  for (const name of ["tap@", "network"]) {
    assert.not.ok((await groupsOf(name)).includes("printwarden-relay"), name);
  }
  const users = await Deno.readTextFile(FOLDER + "printwarden.sysusers");
  const members = [...users.matchAll(/^m (\S+) printwarden-relay$/gm)].map(([, name]) => name);
  assert.equal(members, ["printwarden", "printwarden-senses"]);
});

tests("a restart of the firewall leaves no moment without one", async () => {
  const folder = new URL("../card/root/etc/systemd/system/", `file://${FOLDER}`);
  const unit = await Deno.readTextFile(new URL("printwarden-firewall.service", folder));
  assert.not.match(unit, /^Exec(Stop|StopPost|StartPre)=/m);
  assert.match(unit, /^RemainAfterExit=yes$/m);
  const card = CardConfig.parse({ printer: [{ name: "left" }] });
  const rules = firewallRules(card, peersOf(null, null));
  assert.is(rules.split("\n").find((line) => !line.startsWith("#")), "flush ruleset");
});

tests(
  "the tap may give its pseudo-terminal to the port's group, or no host could open it",
  async () => {
    const unit = await Deno.readTextFile(FOLDER + "printwarden-tap@.service");
    const filters = [...unit.matchAll(/^SystemCallFilter=(.*)$/gm)].map(([, calls]) => calls!);
    const taken = filters.findIndex((calls) => /^~.*@privileged/.test(calls));
    const given = filters.findIndex((calls) => /^@chown\b/.test(calls));
    assert.ok(given > taken, "@privileged takes @chown away: it must be given after that");
    assert.match(unit, /^SupplementaryGroups=dialout$/m);
  },
);

tests("what listens to the network is nobody whom tap or senses obey", async () => {
  const unit = await Deno.readTextFile(FOLDER + "printwarden-network.service");
  const own = [...unit.matchAll(/^(User|Group|SupplementaryGroups)=(.*)$/gm)]
    .map(([, key, value]) => [key, value]);
  assert.equal(own, [
    ["User", "printwarden-network"],
    ["Group", "printwarden-network"],
    ["SupplementaryGroups", "dialout"],
  ]);
  assert.match(unit, /^DeviceAllow=char-pts rw$/m);
  const users = await Deno.readTextFile(FOLDER + "printwarden.sysusers");
  assert.match(users, /^u printwarden-network - /m);
  assert.not.match(users, /^m printwarden-network /m);
});

for (const name of Object.keys(UNITS).filter((unit) => !unit.includes("senses"))) {
  tests(`${name} gives its program named permissions alone`, async () => {
    const unit = await Deno.readTextFile(FOLDER + name);
    const start = /^ExecStart=.*$/m.exec(unit)?.[0] ?? "";
    assert.match(start, "--no-prompt");
    assert.not.match(start, /(-A|--allow-all|--allow-run)\b/);
    assert.is(start.includes("--allow-ffi"), name.includes("tap"), "FFI is the tap's");
    if (name.includes("tap")) assert.not.match(start, /--allow-(net|read|write|env|sys)/);
    assert.match(unit, "NoNewPrivileges=yes");
    assert.match(unit, /^CapabilityBoundingSet=$/m);
  });
}

tests.run();

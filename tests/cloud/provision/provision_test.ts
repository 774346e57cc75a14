import { nkeys } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { natsUrlOf } from "../../../cloud/provision/ports_file.ts";
import { provision, readFleet } from "../../../cloud/provision/provision.ts";

const provisioning = suite<{ state: string }>("provision");

provisioning.before.each(async (context) => {
  context.state = await Deno.makeTempDir();
});
provisioning.after.each(async ({ state }) => {
  await Deno.remove(state, { recursive: true });
});

const modeOf = (path: string) => (Deno.statSync(path).mode ?? 0) & 0o777;

provisioning("secrets are for their owner alone", async ({ state }) => {
  const made = await provision({ state, site: "s", devices: ["d1"] });
  const files = [
    made.aggregatorSeedFile,
    made.signingKeyFile,
    made.natsConfigFile,
    `${made.deviceFolders.d1}/device.nk`,
  ];
  for (const file of files) assert.is(modeOf(file), 0o600, file);
});

provisioning("run again it keeps what is there and adds what is new", async ({ state }) => {
  const first = await provision({ state, site: "s", devices: ["d1"] });
  const read = () => Deno.readTextFileSync(`${first.deviceFolders.d1}/device.nk`);
  const [seed, signing] = [read(), Deno.readTextFileSync(first.signingKeyFile)];
  const second = await provision({ state, site: "s", devices: ["d2"] });
  assert.is(read(), seed);
  assert.is(Deno.readTextFileSync(first.signingKeyFile), signing);
  assert.equal(Object.keys(second.deviceFolders), ["d1", "d2"]);
  assert.equal((await readFleet(state))?.devices.map(({ id }) => id), ["d1", "d2"]);
});

provisioning("a device that made its own key gives only the public half", async ({ state }) => {
  const publicKey = nkeys.createUser().getPublicKey();
  const made = await provision({ state, site: "s", devices: [], publicKeys: { pi: publicKey } });
  const names = [...Deno.readDirSync(made.deviceFolders.pi!)].map((entry) => entry.name);
  assert.equal(names, ["trust.json"]);
  assert.ok(Deno.readTextFileSync(made.natsConfigFile).includes(publicKey));
});

provisioning(
  "the trust file holds the public half of the signing key, and no more",
  async ({ state }) => {
    const made = await provision({ state, site: "s", devices: ["d1"] });
    const trust = JSON.parse(Deno.readTextFileSync(`${made.deviceFolders.d1}/trust.json`));
    const signing = JSON.parse(Deno.readTextFileSync(made.signingKeyFile));
    const root = JSON.parse(Deno.readTextFileSync(made.rootKeyFile));
    assert.equal(trust, {
      keys: [{ ...signing.publicJwk, kid: signing.kid }],
      roots: [{ ...root.publicJwk, kid: root.kid }],
      expertsRequired: 0,
    });
    for (const key of [signing, root]) {
      assert.not(JSON.stringify(trust).includes(key.privateJwk.d));
    }
  },
);

provisioning("a root key that was taken elsewhere isn't made anew", async ({ state }) => {
  const made = await provision({ state, site: "s", devices: ["d1"], expertsRequired: 1 });
  const trustOf = (id: string) => {
    const folder = `${made.deviceFolders.d1}/../${id}`;
    return JSON.parse(Deno.readTextFileSync(`${folder}/trust.json`));
  };
  const before = trustOf("d1");
  Deno.removeSync(made.rootKeyFile);
  await provision({ state, site: "s", devices: ["d2"] });
  assert.equal(trustOf("d2"), before, "and what is required of decisions stays");
  assert.equal(trustOf("d1"), before);
});

for (
  const [what, options] of [
    ["another site's folder", { site: "other", devices: [] }],
    ["a device id that isn't a token", { site: "s", devices: ["a.b"] }],
    ["a device id that is a wildcard", { site: "s", devices: ["*"] }],
    ["a site that isn't a token", { site: "s>", devices: [] }],
    ["a key that is none", { site: "s", devices: [], publicKeys: { d: "SUAAA" } }],
  ] as [string, { site: string; devices: string[]; publicKeys?: Record<string, string> }][]
) {
  provisioning(`${what} is refused`, async ({ state }) => {
    await provision({ state, site: "s", devices: [] });
    let refused = false;
    await provision({ state, ...options }).catch(() => (refused = true));
    assert.ok(refused);
  });
}

provisioning("the newest ports file tells where nats-server is", async ({ state }) => {
  assert.is(await natsUrlOf(`${state}/nowhere`), null);
  assert.is(await natsUrlOf(state), null);
  await Deno.writeTextFile(`${state}/nats-server_1.ports`, `{"nats":["nats://127.0.0.1:1"]}`);
  await Deno.utime(`${state}/nats-server_1.ports`, 1, 1);
  await Deno.writeTextFile(`${state}/nats-server_2.ports`, `{"nats":["nats://127.0.0.1:2"]}`);
  assert.is(await natsUrlOf(state), "nats://127.0.0.1:2");
  await Deno.writeTextFile(`${state}/nats-server_2.ports`, `{"nats":`);
  assert.is(await natsUrlOf(state), null);
});

provisioning.run();

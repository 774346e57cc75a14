import { X509Certificate } from "node:crypto";
import { nkeys } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { natsUrlOf } from "../../../cloud/provision/ports_file.ts";
import { issueServerCertificate, makeAuthority } from "../../../cloud/provision/certificates.ts";
import { readFleet } from "../../../cloud/provision/fleet.ts";
import { provision } from "../../../cloud/provision/provision.ts";
import type { DeviceKeys } from "../../../cloud/provision/wished_fleet.ts";

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
    `${made.deviceFolders.d1}/signing.nk`,
    `${state}/keys/authority.key`,
    `${state}/broker/tls/server.key`,
    made.adminSeedFile,
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
  const [publicKey, signingKey] = [
    nkeys.createUser().getPublicKey(),
    nkeys.createUser().getPublicKey(),
  ];
  const publicKeys = { pi: { publicKey, signingKey } };
  const made = await provision({ state, site: "s", devices: [], publicKeys });
  const names = [...Deno.readDirSync(made.deviceFolders.pi!)].map((entry) => entry.name);
  assert.equal(names.sort(), ["ca.pem", "trust.json"]);
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
  const asked = { expertsRequired: 1, jobsSigned: true };
  const made = await provision({ state, site: "s", devices: ["d1"], ...asked });
  const trustOf = (id: string) => {
    const folder = `${made.deviceFolders.d1}/../${id}`;
    return JSON.parse(Deno.readTextFileSync(`${folder}/trust.json`));
  };
  const before = trustOf("d1");
  assert.equal([before.expertsRequired, before.jobsSigned], [1, true]);
  Deno.removeSync(made.rootKeyFile);
  await provision({ state, site: "s", devices: ["d2"] });
  assert.equal(trustOf("d2"), before, "and what is required of decisions and jobs stays");
  assert.equal(trustOf("d1"), before);
});

for (
  const [what, options] of [
    ["another site's folder", { site: "other", devices: [] }],
    ["a device id that isn't a token", { site: "s", devices: ["a.b"] }],
    ["a device id that is a wildcard", { site: "s", devices: ["*"] }],
    ["a site that isn't a token", { site: "s>", devices: [] }],
    ["a key that is none", {
      site: "s",
      devices: [],
      publicKeys: { d: { publicKey: "SUAAA", signingKey: "SUAAA" } },
    }],
  ] as [string, { site: string; devices: string[]; publicKeys?: Record<string, DeviceKeys> }][]
) {
  provisioning(`${what} is refused`, async ({ state }) => {
    await provision({ state, site: "s", devices: [] });
    let refused = false;
    await provision({ state, ...options }).catch(() => (refused = true));
    assert.ok(refused);
  });
}

/** The names and the key of the broker's certificate. */
function certificateOf(state: string) {
  const pem = Deno.readTextFileSync(`${state}/broker/tls/server.pem`);
  const { subjectAltName, serialNumber } = new X509Certificate(pem);
  return { names: subjectAltName ?? "", serialNumber };
}

provisioning(
  "the broker's certificate bears the names that devices reach it by",
  async ({ state }) => {
    const made = await provision({ state, site: "s", devices: [] });
    const own = certificateOf(state);
    assert.match(own.names, /^DNS:localhost, IP Address:127\.0\.0\.1, IP Address:.*1$/);
    assert.match(Deno.readTextFileSync(made.natsConfigFile), /^listen: "127\.0\.0\.1:-1"$/m);
    await provision({ state, site: "s", devices: ["d1"] });
    assert.equal(certificateOf(state), own, "nothing new was asked of it");
    await provision({ state, site: "s", devices: [], hosts: ["pw.example", "10.0.0.7"] });
    const known = certificateOf(state);
    assert.match(known.names, /^DNS:pw\.example, IP Address:10\.0\.0\.7, DNS:localhost, /);
    assert.is.not(known.serialNumber, own.serialNumber);
    assert.match(Deno.readTextFileSync(made.natsConfigFile), /^listen: "0\.0\.0\.0:4222"$/m);
  },
);

provisioning(
  "a certificate is renewed two months before its end, by the same authority",
  async ({ state }) => {
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
    const made = await provision({ state, site: "s", devices: ["d1"] });
    const authority = Deno.readTextFileSync(`${made.deviceFolders.d1}/ca.pem`);
    const first = certificateOf(state);
    await provision({ state, site: "s", devices: [], now: inDays(330) });
    assert.equal(certificateOf(state), first);
    await provision({ state, site: "s", devices: [], now: inDays(340) });
    assert.is.not(certificateOf(state).serialNumber, first.serialNumber);
    assert.is(Deno.readTextFileSync(`${made.deviceFolders.d1}/ca.pem`), authority);
    Deno.removeSync(`${state}/keys/authority.key`);
    await assertRefused(
      provision({ state, site: "s", devices: [], now: inDays(700) }),
      /authority's key was required in '.*authority\.key'/,
    );
  },
);

async function assertRefused(doing: Promise<unknown>, issue: RegExp) {
  const refusal = await doing.then(() => "nothing was refused", (error) => String(error));
  assert.match(refusal, issue);
}

provisioning("a given certificate is taken if it can serve", async ({ state }) => {
  const now = new Date();
  const authority = await makeAuthority("elsewhere", now);
  const write = (name: string, text: string) => {
    Deno.writeTextFileSync(`${state}/${name}`, text);
    return `${state}/${name}`;
  };
  const caFile = write("given-ca.pem", authority.certificatePem);
  const issue = async (host: string, days: number) => {
    const made = await issueServerCertificate(authority, [host], now, days);
    const certFile = write(`${host}${days}.pem`, made.certificatePem);
    return { certFile, keyFile: write(`${host}${days}.key`, made.privateKeyPem), caFile };
  };
  const wish = { state, site: "s", devices: ["d1"], hosts: ["pw.example"] };
  const good = await issue("pw.example", 30);
  const made = await provision({ ...wish, given: good });
  assert.is(made.caFile, caFile);
  assert.is(Deno.readTextFileSync(`${made.deviceFolders.d1}/ca.pem`), authority.certificatePem);
  assert.ok(Deno.readTextFileSync(made.natsConfigFile).includes(good.certFile));
  const other = await issue("other.example", 30);
  for (
    const [given, why] of [
      [other, /one for pw\.example was required, got one for DNS:other\.example/],
      [await issue("pw.example", -1), /one in force was required, got one that ended/],
      [{ ...good, keyFile: other.keyFile }, /its own private key/],
      [{ ...good, certFile: good.keyFile }, /a certificate in PEM was required/],
      [{ ...good, certFile: "/nowhere" }, /a readable file '\/nowhere' was required/],
    ] as const
  ) await assertRefused(provision({ ...wish, given }), why);
});

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

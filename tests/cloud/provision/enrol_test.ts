import { connect, headers, type NatsConnection, nkeyAuthenticator, nkeys } from "nats";
import * as assert from "uvu/assert";
import type { Aggregator } from "../../../cloud/aggregator.ts";
import { enrolCommand } from "../../../cloud/command_line/device_commands.ts";
import { newEnrolment } from "../../../cloud/provision/enrol.ts";
import { readFleet } from "../../../cloud/provision/fleet.ts";
import { loadConfig } from "../../../edge/config.ts";
import { loadTrust } from "../../../edge/respond/trust.ts";
import { deviationMessage, presenceMessage, type WireMessage } from "../../../scripts/fabricate.ts";
import { deviceKey, type ProvisionedSite, SITE } from "../../../scripts/provisioned_site.ts";
import { brokerTls } from "../../../shared/broker_tls_shell.ts";
import { deviceSigningKey } from "../../../shared/device_key.ts";
import { readAnswer, readToken } from "../../../shared/enrolment.ts";
import {
  makeSigningKey,
  SIGNATURE_HEADER,
  signDetached,
  type SigningKey,
} from "../../../shared/signing.ts";
import { deviationOf, siteSuite, until } from "../site_fixture.ts";

const { tests, skipped } = await siteSuite("the enrolment of devices");
const ROOT = new URL("../../../", import.meta.url).pathname;
let running: Aggregator | null = null;
const aggregatorOf = async (site: ProvisionedSite) => running ??= await site.aggregator();

/** Runs a command as its task does, with the task's own permissions. */
async function task(name: "edge" | "cloud", args: string[], typed = "") {
  const { tasks } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
  const words = String(tasks[name]).split(" ").slice(1);
  const child = new Deno.Command(Deno.execPath(), {
    args: [...words, ...args],
    cwd: ROOT,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(typed)).catch(() => {});
  await writer.close().catch(() => {});
  const { code, stdout, stderr } = await child.output();
  return {
    code,
    out: new TextDecoder().decode(stdout).trim(),
    err: new TextDecoder().decode(stderr).trim(),
  };
}

async function tokenOf(site: ProvisionedSite, label = "", now = new Date()) {
  const { url } = await aggregatorOf(site);
  const made = await enrolCommand(site.config, { label, minutes: 10, url }, now);
  if (!made.ok) throw new Error(made.issue);
  return made.value.token;
}

/** Asks as a device does, with whatever keys and signature. */
async function ask(
  site: ProvisionedSite,
  token: string,
  keys: string[],
  change?: Uint8Array<ArrayBuffer>,
) {
  const read = readToken(token);
  if (!read.ok) throw new Error(read.issue);
  const { seed } = read.value;
  const pair = nkeys.fromSeed(new TextEncoder().encode(seed));
  const [publicKey, signingKey] = keys;
  const body = new TextEncoder().encode(
    JSON.stringify({ contractVersion: 1, publicKey, signingKey }),
  );
  const signature = await signDetached(body, deviceSigningKey(seed, pair.getPublicKey()));
  const aggregator = await aggregatorOf(site);
  const answer = await aggregator.request("http://localhost/enrol", {
    method: "POST",
    headers: { [SIGNATURE_HEADER]: signature },
    body: change ?? body,
  });
  return { status: answer.status, text: await answer.text() };
}

const twoKeys = () => [nkeys.createUser().getPublicKey(), nkeys.createUser().getPublicKey()];

/** Of the right letters, but with a wrong checksum: nats-server would refuse everything for it. */
const mistyped = () =>
  twoKeys().map((key) => `${key.slice(0, -4)}${key.endsWith("AAAA") ? "B" : "A"}AAA`);

async function connectAs(site: ProvisionedSite, state: string, device: string) {
  const seed = (await Deno.readTextFile(`${state}/device.nk`)).trim();
  return await connect({
    servers: site.natsUrl,
    authenticator: nkeyAuthenticator(new TextEncoder().encode(seed)),
    inboxPrefix: `_INBOX_${device}`,
    tls: brokerTls(site.natsUrl, `${state}/ca.pem`),
    reconnectTimeWait: 50,
    maxReconnectAttempts: -1,
  });
}

/** Enrols a device by both commands, as people do; what the fleet then knows of it. */
async function enrolByCommands(site: ProvisionedSite, state: string, label: string) {
  const made = await task("cloud", ["enrol", "--state", site.state, "--label", label]);
  assert.is(made.code, 0, made.err);
  assert.match(made.err, /once/);
  const token = readToken(made.out);
  if (!token.ok) throw new Error(token.issue);
  assert.not.match(await Deno.readTextFile(`${site.state}/fleet.json`), token.value.seed);
  const place = ["--state", state, "--printer", "left", "--port", "/dev/null"];
  const enrolled = await task("edge", ["enrol", ...place, "--token", "-"], made.out);
  assert.is(enrolled.code, 0, enrolled.err);
  const fleet = (await readFleet(site.state))!;
  const device = fleet.devices.find((one) => one.label === label)!;
  assert.match(device.id, /^d-[0-9a-f]{16}$/);
  assert.match(enrolled.out, device.id);
  return device;
}

/** The keys are the device's own, and what it needs besides can be read. */
async function assertReady(site: ProvisionedSite, state: string) {
  for (const file of ["device.nk", "signing.nk"]) {
    assert.is((await Deno.stat(`${state}/${file}`)).mode! & 0o777, 0o600);
  }
  const config = await loadConfig(`${state}/printwarden.toml`);
  assert.ok(config.ok, config.ok ? "" : config.issue);
  if (config.ok) assert.is(config.value.nats.url, site.natsUrl);
  assert.ok((await loadTrust(`${state}/trust.json`)).ok);
}

/** Publishes with a device's signature, through whatever connection. */
async function publishSigned(
  { subject, bytes }: WireMessage,
  key: SigningKey,
  through: NatsConnection,
) {
  const carried = headers();
  carried.set(SIGNATURE_HEADER, await signDetached(bytes, key));
  await through.jetstream().publish(subject, bytes, { headers: carried });
}

/** When the broker cuts a connection off, ms from now; 0 as long as it stands. */
function watchCut(connection: NatsConnection): () => number {
  let cutMs = 0;
  const askedMs = performance.now();
  (async () => {
    for await (const { type } of connection.status()) {
      if (type === "disconnect") cutMs ||= performance.now() - askedMs;
    }
  })();
  return () => cutMs;
}

/** Revokes a device by its id, its label not being enough, and waits until it is cut off. */
async function revokeByCommand(site: ProvisionedSite, device: string, label: string) {
  const named = await task("cloud", ["revoke", label, "--state", site.state]);
  assert.is(named.code, 2);
  assert.match(named.err, `'${label}' is what people call ${device}`);
  const revoked = await task("cloud", ["revoke", device, "--state", site.state]);
  assert.is(revoked.code, 0, revoked.err);
  assert.match(revoked.out, "The broker has cut it off");
}

if (!skipped) {
  tests(
    "a token lets a device in, whose private keys never leave it; a revocation cuts it off",
    async ({ site }) => {
      const { parts: { model: { cases, fleet } } } = await aggregatorOf(site);
      const state = await Deno.makeTempDir();
      const device = await enrolByCommands(site, state, "by the window");
      await assertReady(site, state);
      const own = await deviceKey(state);
      assert.is(own.kid, device.signingKey);
      assert.is.not(device.publicKey, device.signingKey);

      // It speaks, and is believed.
      const connection = await connectAs(site, state, device.id);
      const address = { site: SITE, device: device.id, printer: "left" };
      const say = async (through: NatsConnection) => {
        const deviation = deviationOf("left", "void");
        await publishSigned(deviationMessage(address, deviation), own, through);
        return deviation.id;
      };
      const first = await say(connection);
      await until("its case", () => cases.caseOfDeviation(first));

      const cutMs = watchCut(connection);
      await revokeByCommand(site, device.id, "by the window");
      await until("the cut", () => cutMs() > 0);
      console.log(`    cut off ${Math.round(cutMs())} ms after both commands were typed`);
      let reason = "";
      await connectAs(site, state, device.id).catch((error) => (reason = String(error)));
      assert.match(reason, /Authorization/i);

      // Whoever gets past the broker with its key isn't believed either.
      // The aggregator looks at the fleet each second: until then a sign of life still counts.
      const admin = await site.user("admin");
      await until("the fleet to be read again", async () => {
        const refused = fleet.refusedCount();
        const wallTime = new Date().toISOString();
        await publishSigned(presenceMessage(address, { label: "Left", wallTime }), own, admin);
        return fleet.refusedCount() > refused;
      });
      const before = fleet.refusedCount();
      const late = await say(admin);
      await until("the refusal", () => fleet.refusedCount() > before);
      assert.match(fleet.refused(1)[0]!.issue, new RegExp(`'${device.id}', revoked 20`));
      assert.is(cases.caseOfDeviation(late), null);
      assert.is((await task("cloud", ["revoke", device.id, "--state", site.state])).code, 2);
      await connection.close();
      await Deno.remove(state, { recursive: true });
    },
  );

  tests("a token works once: for the same device again, for another never", async ({ site }) => {
    const token = await tokenOf(site);
    const keys = twoKeys();
    const first = await ask(site, token, keys);
    assert.is(first.status, 200, first.text);
    const again = await ask(site, token, keys);
    assert.is(again.status, 200);
    assert.is(JSON.parse(again.text).device, JSON.parse(first.text).device);
    const other = await ask(site, token, twoKeys());
    assert.is(other.status, 403);
    assert.match(other.text, /used before, by 'd-/);
  });

  tests("what isn't in order is refused, and said why", async ({ site }) => {
    const used = twoKeys();
    await ask(site, await tokenOf(site), used);
    const token = await tokenOf(site);
    const stranger = await newEnrolment(site.state, {
      ...{ label: "", validS: -1, url: "http://localhost", pin: "x" },
    }, new Date());
    const altered = new TextEncoder().encode(
      JSON.stringify({ contractVersion: 1, publicKey: used[0], signingKey: used[1] }),
    );
    const unknown = token.replace(/^pwe_.*/, () => {
      const read = readToken(token);
      const seed = new TextDecoder().decode(nkeys.createUser().getSeed());
      return "pwe_" + btoa(JSON.stringify({ ...read.ok && read.value, seed })).replace(/=+$/, "");
    });
    for (
      const [what, answer, issue] of [
        ["keys of another device", await ask(site, token, used), /nobody has were required/],
        ["one key for both", await ask(site, token, [used[0]!, used[0]!]), /nobody has/],
        ["keys that are none", await ask(site, token, ["U", "U"]), /two public keys/],
        ["a key that was mistyped", await ask(site, token, mistyped()), /two public keys/],
        ["a body that was altered", await ask(site, token, twoKeys(), altered), /a token of this/],
        ["another site's token", await ask(site, unknown, twoKeys()), /a token of this site/],
        ["a token that had its time", await ask(site, stranger, twoKeys()), /the token held until/],
      ] as const
    ) {
      assert.is(answer.status, 403, what);
      assert.match(answer.text, issue, what);
    }
    // The token itself wasn't used up by any of it.
    assert.is((await ask(site, token, twoKeys())).status, 200);
  });

  tests("two who bring the same token at once: one is let in", async ({ site }) => {
    const token = await tokenOf(site);
    const answers = await Promise.all(
      [twoKeys(), twoKeys(), twoKeys()].map((keys) => ask(site, token, keys)),
    );
    assert.equal(answers.map(({ status }) => status).sort(), [200, 403, 403]);
  });

  tests(
    "an answer of anybody but the site that made the token isn't believed",
    async ({ site }) => {
      const token = readToken(await tokenOf(site));
      assert.ok(token.ok);
      const signing = JSON.parse(await Deno.readTextFile(site.provisioned.signingKeyFile));
      const impostor = await makeSigningKey();
      const answer = (key: { publicJwk: object; kid: string }) => ({
        contractVersion: 1,
        site: SITE,
        device: "d-1",
        brokerUrl: "tls://elsewhere:4222",
        authorityPem: null,
        trust: { keys: [{ ...key.publicJwk, kid: key.kid }], roots: [], expertsRequired: 0 },
      });
      const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
      const pin = token.ok ? token.value.pin : "";
      const honest = bytesOf(answer(signing));
      assert.ok((await readAnswer(honest, await signDetached(honest, signing), pin)).ok);
      const forged = bytesOf(answer({ ...impostor, kid: pin }));
      const named = { ...impostor, kid: pin };
      assert.not.ok((await readAnswer(forged, await signDetached(forged, named), pin)).ok);
      assert.not.ok((await readAnswer(forged, await signDetached(honest, signing), pin)).ok);
      assert.not.ok((await readAnswer(honest, "", pin)).ok);
    },
  );

  tests("who brings wrong tokens again and again has to wait", async ({ site }) => {
    const token = await tokenOf(site);
    let last = { status: 0, text: "" };
    for (let tried = 0; tried < 30 && last.status !== 429; tried++) {
      last = await ask(site, token, ["U", "U"]);
    }
    assert.is(last.status, 429);
  });
}

tests.run();

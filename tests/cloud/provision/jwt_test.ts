/** The alternative to a list of users: a broker that trusts an operator's JWTs. */
import { connect, credsAuthenticator, nkeyAuthenticator, nkeys } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { encodeAccount, encodeUser, fmtCreds } from "@nats-io/jwt";
import { connectBroker } from "../../../cloud/broker/connect.ts";
import { revokeDevice } from "../../../cloud/provision/enrol.ts";
import { natsUrlOf } from "../../../cloud/provision/ports_file.ts";
import { provision } from "../../../cloud/provision/provision.ts";
import { reloadBroker } from "../../../cloud/provision/reload.ts";
import { brokerAuthenticator } from "../../../edge/publish/broker_authenticator.ts";
import { readBrokerKey } from "../../../edge/agent/seed_file.ts";
import { brokerTls } from "../../../shared/broker_tls_shell.ts";
import { hasNatsServer } from "../../nats_server.ts";
import { until } from "../../../scripts/provisioned_site.ts";

const tests = suite("a broker that trusts JWTs");

const ends: (() => Promise<void>)[] = [];
tests.after.each(async () => {
  for (const end of ends.splice(0)) await end();
});

async function site() {
  const state = await Deno.makeTempDir();
  const devices = ["dev1", "dev2"];
  const made = await provision({ state, site: "s", devices, access: "jwt" });
  const server = new Deno.Command("nats-server", {
    args: ["-c", made.natsConfigFile, "-l", `${state}/log`],
    cwd: state,
  }).spawn();
  ends.push(async () => {
    server.kill("SIGKILL");
    await server.status;
    await Deno.remove(state, { recursive: true });
  });
  const url = await until("nats-server", () => natsUrlOf(made.portsFolder));
  const tls = brokerTls(url.replace("nats:", "tls:"), made.caFile);
  const as = async (key: Uint8Array, name: string) =>
    await connect({
      ...{
        servers: url,
        tls,
        inboxPrefix: `_INBOX_${name}`,
        authenticator: credsAuthenticator(key),
      },
      ...{ reconnect: false, timeout: 60_000 },
    });
  return {
    ...{ state, made, url, tls, as },
    /** As an agent reads its key file and connects. */
    async device(id: string) {
      const key = await readBrokerKey(`${made.deviceFolders[id]}/device.creds`);
      assert.ok(key.ok);
      return await connect({
        ...{ servers: url, tls, inboxPrefix: `_INBOX_${id}`, reconnect: false },
        authenticator: brokerAuthenticator(key.value),
      });
    },
  };
}

if (await hasNatsServer()) {
  tests("holds each device to its own subjects, and cuts a revoked one off", async () => {
    const one = await site();
    const nkeySeed = await Deno.readTextFile(`${one.state}/keys/aggregator.creds`);
    const broker = await connectBroker({ url: one.url, nkeySeed, caFile: one.made.caFile });
    const own = await one.device("dev1");
    const other = await one.device("dev2");
    const stream = own.jetstream();
    const ack = await stream.publish("printwarden.v1.s.dev1.p1.presence", "x");
    assert.is(ack.stream, "PW_PRESENCE");
    const foreign = stream.publish("printwarden.v1.s.dev2.p1.presence", "x", { timeout: 500 });
    assert.ok(await foreign.then(() => false, () => true), "not as another");
    const manager = await own.jetstreamManager({ checkAPI: false });
    const made = manager.streams.add({ name: "X", subjects: ["x"] });
    assert.ok(await made.then(() => false, () => true), "and no stream of its own");

    await new Promise((resolve) => setTimeout(resolve, 1_100));
    assert.ok((await revokeDevice(one.state, "dev1", new Date())).ok);
    const told = await reloadBroker(one.state);
    assert.ok(told.ok, told.ok ? "" : told.issue);
    assert.ok(
      await Promise.race([
        own.closed().then(() => true),
        new Promise((resolve) => setTimeout(resolve, 60_000, false)),
      ]),
    );
    await until("its refusal", () => one.device("dev1").then(() => false, () => true));
    await other.jetstream().publish("printwarden.v1.s.dev2.p1.presence", "x");
    await broker.close();
    await other.close();
  });

  tests("lets nobody in whom another account vouches for, or nobody", async () => {
    const one = await site();
    const [operator, account, user] = [
      ...[nkeys.createOperator(), nkeys.createAccount(), nkeys.createUser()],
    ];
    await encodeAccount("theirs", account!, {}, { signer: operator! });
    const forged = fmtCreds(await encodeUser("aggregator", user!, account!), user!);
    assert.ok(await one.as(forged, "cloud").then(() => false, () => true));
    const bare = connect({
      ...{ servers: one.url, tls: one.tls, reconnect: false },
      authenticator: nkeyAuthenticator(user!.getSeed()),
    });
    assert.ok(await bare.then(() => false, () => true));
  });
} else {
  console.log("SKIPPED 'a broker that trusts JWTs': nats-server was required, got none");
  tests("is skipped", () => {});
}

tests.run();

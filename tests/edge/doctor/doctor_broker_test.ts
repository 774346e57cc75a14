import { nkeys } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { hasNatsServer, startNatsServer } from "../../nats_server.ts";
import { startSite, stored } from "../publish/site_fixture.ts";
import { checkNamed, examine, withPatient } from "./patient.ts";

const test = suite("doctor at the broker");
const hasServer = await hasNatsServer();
if (!hasServer) console.log("SKIPPED: nats-server is absent, no doctor visited a broker");
const withServer = hasServer ? test : test.skip;

test("a broker that isn't there is told, with what to do", async () => {
  await withPatient({ natsUrl: "nats://127.0.0.1:1" }, async (patient) => {
    const { state, found, todo } = checkNamed(await examine(patient), "NATS");
    assert.is(state, "do");
    assert.match(found, "nats://127.0.0.1:1 can't be reached");
    assert.match(todo!, "start nats-server");
  });
});

withServer("a provisioned device has all its rights and none of others", async () => {
  const site = await startSite();
  try {
    await withPatient({ natsUrl: site.server.url, seed: site.seed }, async (patient) => {
      const diagnosis = await examine(patient);
      const names = ["NATS", "right to report", "right to report as others", "right to be asked"];
      for (const name of [...names, "decisions"]) {
        assert.is(checkNamed(diagnosis, name).state, "ok", name);
      }
    });
    assert.equal(await stored(site, "PW_DEVIATIONS"), [], "a doctor leaves nothing there");
  } finally {
    await site.stop();
  }
});

withServer("an unknown device is not let in", async () => {
  const site = await startSite();
  try {
    await withPatient({ natsUrl: site.server.url }, async (patient) => {
      const { state, found } = checkNamed(await examine(patient), "NATS");
      assert.is(state, "do");
      assert.match(found, "doesn't let this device in");
    });
  } finally {
    await site.stop();
  }
});

withServer("streams and consumer that nobody made yet are told", async () => {
  const site = await startSite({ streams: false });
  try {
    await withPatient({ natsUrl: site.server.url, seed: site.seed }, async (patient) => {
      const diagnosis = await examine(patient);
      assert.match(checkNamed(diagnosis, "right to report").found, "no stream takes deviations");
      assert.is(checkNamed(diagnosis, "decisions").state, "do");
    });
  } finally {
    await site.stop();
  }
});

/** A server on which the device has the rights given, or all of them. */
async function withRights(
  permissions: string,
  use: (url: string, seed: Uint8Array) => Promise<void>,
) {
  const key = nkeys.createUser();
  const server = await startNatsServer(
    `authorization { users: [ { nkey: ${key.getPublicKey()} ${permissions} } ] }`,
  );
  try {
    await use(server.url, key.getSeed());
  } finally {
    await server.stop();
  }
}

withServer("a device that may do too much is told, for its key could forge", async () => {
  await withRights("", async (natsUrl, seed) => {
    await withPatient({ natsUrl, seed }, async (patient) => {
      const { state, found } = checkNamed(await examine(patient), "right to report as others");
      assert.is(state, "do");
      assert.match(found, "may speak for other devices");
    });
  });
});

withServer("a device that may do too little is told what it lacks", async () => {
  const rights =
    ', permissions: { publish: { allow: ["x"] }, subscribe: { allow: ["_INBOX_d1.>"] } }';
  await withRights(rights, async (natsUrl, seed) => {
    await withPatient({ natsUrl, seed }, async (patient) => {
      const diagnosis = await examine(patient);
      assert.match(checkNamed(diagnosis, "right to report").found, "p: this device may not report");
      assert.is(checkNamed(diagnosis, "right to be asked").state, "do");
      assert.is(checkNamed(diagnosis, "decisions").state, "do");
    });
  });
});

test.run();

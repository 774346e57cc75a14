import { AckPolicy, type NatsConnection, nkeys } from "nats";
import * as assert from "uvu/assert";
import { connectBroker } from "../../../cloud/broker/connect.ts";
import {
  ADDRESS,
  deviationOf,
  DEVICE,
  OTHER_DEVICE,
  SITE,
  siteSuite,
  until,
} from "../site_fixture.ts";
import { deviationMessage, presenceMessage } from "../../../scripts/fabricate.ts";

const { tests, skipped } = await siteSuite("what a device may do at the broker");

/** Whether the broker lets it publish: a refusal comes as an error of the connection. */
async function mayPublish(connection: NatsConnection, subject: string): Promise<boolean> {
  let refused = false;
  const watching = (async () => {
    for await (const status of connection.status()) {
      if (String(status.data).includes("PERMISSIONS_VIOLATION")) refused = true;
      if (refused) break;
    }
  })();
  connection.publish(subject, "x");
  await connection.flush();
  await new Promise((resolve) => setTimeout(resolve, 30));
  void watching;
  return !refused;
}

async function mayListen(connection: NatsConnection, subject: string): Promise<boolean> {
  const subscription = connection.subscribe(subject);
  const refused = (async () => {
    try {
      for await (const _ of subscription);
      return false;
    } catch {
      return true;
    }
  })();
  await connection.flush();
  await new Promise((resolve) => setTimeout(resolve, 30));
  subscription.unsubscribe();
  return !await refused;
}

if (!skipped) {
  tests.before(async ({ site }) => {
    await site.aggregator();
  });

  const own = `printwarden.v1.${SITE}.${DEVICE}.p1`;
  const theirs = `printwarden.v1.${SITE}.${OTHER_DEVICE}.p1`;

  for (
    const [subject, allowed] of [
      [`${own}.deviation.undetermined.flow`, true],
      [`${own}.presence`, true],
      [`${theirs}.deviation.undetermined.flow`, false],
      [`${theirs}.presence`, false],
      [`printwarden.v1.other.${DEVICE}.p1.presence`, false],
      [`${own}.decision`, false],
      [`${own}.command.ping`, false],
      [`${own}.telemetry`, false],
      ["printwarden-cloud.v1.case.x", false],
      ["printwarden-cloud.v1.token.x", false],
      ["$JS.API.STREAM.DELETE.PW_DEVIATIONS", false],
      ["$JS.API.STREAM.PURGE.PW_DECISIONS", false],
      ["$JS.API.STREAM.MSG.GET.PW_DEVIATIONS", false],
      [`$JS.API.CONSUMER.CREATE.PW_DECISIONS`, false],
      [`$JS.API.CONSUMER.DURABLE.CREATE.PW_DECISIONS.${DEVICE}`, false],
      [`$JS.API.CONSUMER.DELETE.PW_DECISIONS.${DEVICE}`, false],
      [`$JS.API.CONSUMER.MSG.NEXT.PW_DECISIONS.${OTHER_DEVICE}`, false],
      [`$JS.ACK.PW_DECISIONS.${OTHER_DEVICE}.1.1.1.1.0`, false],
      ["_INBOX_cloud.x", false],
    ] as [string, boolean][]
  ) {
    tests(`it ${allowed ? "may" : "can't"} publish on ${subject}`, async ({ site }) => {
      assert.is(await mayPublish(await site.device(DEVICE), subject), allowed);
    });
  }

  for (
    const [subject, allowed] of [
      [`_INBOX_${DEVICE}.x`, true],
      [`${own}.command.ping`, true],
      [`printwarden.v1.${SITE}.${DEVICE}.*.command.*`, true],
      [`${theirs}.command.ping`, false],
      ["printwarden.v1.>", false],
      [`${theirs}.deviation.>`, false],
      [`_INBOX_${OTHER_DEVICE}.>`, false],
      ["_INBOX_cloud.>", false],
      ["_INBOX.>", false],
      [">", false],
    ] as [string, boolean][]
  ) {
    tests(`it ${allowed ? "may" : "can't"} listen on ${subject}`, async ({ site }) => {
      assert.is(await mayListen(await site.device(DEVICE), subject), allowed);
    });
  }

  tests(
    "the aggregator can't speak as a device, nor listen to what is asked of one",
    async ({ site }) => {
      const aggregator = await site.user("aggregator");
      assert.ok(await mayPublish(aggregator, `${own}.command.ping`));
      for (const subject of [`${own}.presence`, `${own}.deviation.undetermined.flow`, "x"]) {
        assert.not.ok(await mayPublish(aggregator, subject), subject);
      }
      for (const subject of [`${own}.command.>`, ">"]) {
        assert.not.ok(await mayListen(aggregator, subject), subject);
      }
    },
  );

  tests("who administers may do everything", async ({ site }) => {
    const admin = await site.user("admin");
    assert.ok(await mayListen(admin, ">"));
    assert.ok((await (await admin.jetstreamManager()).streams.info("PW_DEVIATIONS")).config);
  });

  tests("its deviations and presences are stored", async ({ site }) => {
    assert.not((await site.send(DEVICE, deviationMessage(ADDRESS, deviationOf("p1")))).duplicate);
    const wish = { label: "P", wallTime: new Date().toISOString() };
    assert.not((await site.send(DEVICE, presenceMessage(ADDRESS, wish))).duplicate);
  });

  tests("it finds its own decisions through a consumer that was made for it", async ({ site }) => {
    const device = await site.device(DEVICE);
    const consumer = await device.jetstream().consumers.get("PW_DECISIONS", DEVICE);
    const { config } = await consumer.info();
    assert.is(config.durable_name, DEVICE);
    assert.is(config.filter_subject, `printwarden.v1.${SITE}.${DEVICE}.*.decision`);
    assert.is(config.ack_policy, AckPolicy.Explicit);
  });

  tests(
    "a command is asked and answered, and the answer goes to whoever asked",
    async ({ site }) => {
      const device = await site.device(DEVICE);
      const asked = device.subscribe(`${own}.command.ping`, {
        callback: (_error, message) => message.respond("pong"),
      });
      await device.flush();
      const broker = await site.broker();
      const reply = await broker.request(`${own}.command.ping`, new Uint8Array(), 60_000);
      assert.ok(reply.ok);
      if (reply.ok) assert.is(new TextDecoder().decode(reply.value), "pong");
      asked.unsubscribe();
      const nobody = await broker.request(`${theirs}.command.ping`, new Uint8Array(), 500);
      assert.not.ok(nobody.ok);
    },
  );

  tests(
    "a stranger's key doesn't get in, and an aggregator with one says so and waits",
    async ({ site }) => {
      const told: string[] = [];
      const nkeySeed = new TextDecoder().decode(nkeys.createUser().getSeed());
      let connected = false;
      const stop = new AbortController();
      const onStatus = (text: string) => told.push(text);
      const { caFile } = site.provisioned;
      const options = { url: site.natsUrl, nkeySeed, caFile, onStatus, signal: stop.signal };
      const waiting = connectBroker(options).then(() => (connected = true), () => {});
      await until("the refusal", () => told.length > 0);
      await new Promise((resolve) => setTimeout(resolve, 1200));
      assert.match(told[0]!, /Authorization Violation/);
      assert.is(told.length, 1, "the same reason is told once");
      assert.not(connected);
      stop.abort();
      await waiting;
    },
  );

  tests("a new device is admitted with its first sign of life", async ({ site }) => {
    // Its rights come from provisioning; that the aggregator never heard of it is no hindrance.
    const address = { site: SITE, device: OTHER_DEVICE, printer: "p9" };
    const wish = { label: "New", wallTime: new Date().toISOString() };
    await site.send(OTHER_DEVICE, presenceMessage(address, wish));
    const device = await site.device(OTHER_DEVICE);
    await until("the consumer", async () => {
      try {
        return await device.jetstream().consumers.get("PW_DECISIONS", OTHER_DEVICE);
      } catch {
        return null;
      }
    });
  });
}

tests.run();

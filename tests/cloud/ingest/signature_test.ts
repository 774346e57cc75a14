import { headers } from "nats";
import * as assert from "uvu/assert";
import type { Aggregator } from "../../../cloud/aggregator.ts";
import { deviationReader } from "../../../cloud/ingest/read_deviation.ts";
import { deviationMessage } from "../../../scripts/fabricate.ts";
import { deviceKey, type ProvisionedSite } from "../../../scripts/provisioned_site.ts";
import { SIGNATURE_HEADER, signDetached } from "../../../shared/signing.ts";
import { ADDRESS, deviationOf, DEVICE, OTHER_DEVICE, siteSuite, until } from "../site_fixture.ts";

const { tests, skipped } = await siteSuite("the signatures of devices");
let running: Aggregator | null = null;
const aggregatorOf = async (site: ProvisionedSite) => running ??= await site.aggregator();

/** Publishes as a device, with whatever stands for a signature. */
async function publish(site: ProvisionedSite, device: string, printer: string, signature: string) {
  const deviation = deviationOf(printer, "void");
  const message = deviationMessage({ ...ADDRESS, device, printer }, deviation);
  const carried = headers();
  if (signature) carried.set(SIGNATURE_HEADER, signature);
  const stream = (await site.device(device)).jetstream();
  await stream.publish(message.subject, message.bytes, { msgID: message.id, headers: carried });
  return deviation;
}

async function refusal(aggregator: Aggregator, act: () => Promise<{ id: string }>) {
  const { fleet, cases } = aggregator.parts.model;
  const before = fleet.refusedCount();
  const { id } = await act();
  await until("the refusal", () => fleet.refusedCount() > before);
  assert.is(cases.caseOfDeviation(id), null);
  assert.is(cases.deviationById(id), null);
  return fleet.refused(1)[0]!.issue;
}

if (!skipped) {
  tests(
    "an unsigned message is refused, and so is one of a device that nobody enrolled",
    async ({ site }) => {
      const aggregator = await aggregatorOf(site);
      assert.match(await refusal(aggregator, () => publish(site, DEVICE, "p3", "")), /got none/);
      const signed = deviationOf("p2", "void");
      await site.send(DEVICE, deviationMessage({ ...ADDRESS, printer: "p2" }, signed));
      await until("its case", () => aggregator.parts.model.cases.caseOfDeviation(signed.id));
      const admin = await site.user("admin");
      const unknown = await refusal(aggregator, async () => {
        const deviation = deviationOf("p1", "void");
        const message = deviationMessage({ ...ADDRESS, device: "nobody" }, deviation);
        await admin.jetstream().publish(message.subject, message.bytes);
        return deviation;
      });
      assert.match(unknown, /an enrolled device was required, got 'nobody'/);
    },
  );

  tests(
    "a signature of another key, over other bytes, or of another form is refused",
    async ({ site }) => {
      const aggregator = await aggregatorOf(site);
      const mine = await deviceKey(site.provisioned.deviceFolders[DEVICE]!);
      const other = await deviceKey(site.provisioned.deviceFolders[OTHER_DEVICE]!);
      const elsewhere = await signDetached(new TextEncoder().encode("{}"), mine);
      const [header, mac] = elsewhere.split("..") as [string, string];
      for (
        const [signature, issue] of [
          [elsewhere, /doesn't fit/],
          [await signDetached(new Uint8Array(), other), /another key or form/],
          [`${header}..`, /doesn't fit/],
          [`${header}..${mac.slice(4)}`, /doesn't fit/],
          [`${btoa('{"alg":"none"}')}..${mac}`, /another key or form/],
          ["nonsense", /another key or form/],
        ] as const
      ) {
        assert.match(
          await refusal(aggregator, () => publish(site, DEVICE, "p9", signature)),
          issue,
        );
      }
    },
  );

  tests(
    "after a loss of the read model, what cases name isn't checked again, the rest is",
    async ({ site }) => {
      const before = await aggregatorOf(site);
      const refusals = before.parts.model.fleet.refused(50);
      await before.close();
      for (const suffix of ["", "-wal", "-shm"]) {
        await Deno.remove(`${site.state}/read-model.sqlite${suffix}`).catch(() => {});
      }
      // With another key pinned, whatever is checked again is refused.
      const file = `${site.state}/fleet.json`;
      const fleet = await Deno.readTextFile(file);
      const [mine, other] = JSON.parse(fleet).devices.map((one: { signingKey: string }) =>
        one.signingKey
      );
      await Deno.writeTextFile(file, fleet.replace(mine, other));
      running = await site.aggregator();
      assert.equal(
        running.parts.model.fleet.refused(50).map(({ sequence }) => sequence),
        refusals.map(({ sequence }) => sequence),
      );
      const issue = await refusal(running, async () => {
        const deviation = deviationOf("p4", "void");
        await site.send(DEVICE, deviationMessage({ ...ADDRESS, printer: "p4" }, deviation));
        return deviation;
      });
      assert.match(issue, /another key/);
      await Deno.writeTextFile(file, fleet);
    },
  );

  tests("without any fleet here the broker's word is taken", async () => {
    const deviation = deviationOf("p1", "void");
    const message = deviationMessage(ADDRESS, deviation);
    const read = await deviationReader()({
      ...message,
      sequence: 7,
      signature: "a..b",
      sender: null,
    });
    assert.ok(read.ok);
    assert.is(read.ok && JSON.parse(read.value.sighting!).sequence, 7);
  });
}

tests.run();

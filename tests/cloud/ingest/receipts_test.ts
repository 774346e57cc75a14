/** What a guard hears that asks what became of its deviations. */
import * as assert from "uvu/assert";
import { receiptOf } from "../../../cloud/ingest/receipts.ts";
import { deviationMessage, presenceMessage } from "../../../scripts/fabricate.ts";
import type { ProvisionedSite } from "../../../scripts/provisioned_site.ts";
import { decode, encode } from "../../../shared/codec.ts";
import { CONTRACT_VERSION } from "../../../shared/ids.ts";
import { ReceiptOrder, type Revision } from "../../../shared/receipt_order.ts";
import { SIGNATURE_HEADER, verifyDetached } from "../../../shared/signing.ts";
import { commandSubject } from "../../../shared/subjects.ts";
import { ADDRESS, deviationOf, DEVICE, siteSuite } from "../site_fixture.ts";

const { tests, skipped } = await siteSuite("a receipt");

tests("says of each revision whether it or a later one arrived at its printer", () => {
  const [here, gone, other] = [1, 2, 3].map(() => crypto.randomUUID()) as [string, string, string];
  const known = new Map([[here, 2], [other, 1]]);
  const highest = (_: unknown, id: string) => known.get(id) ?? 0;
  const asked = [
    { id: here, revision: 1 },
    { id: here, revision: 3 },
    { id: gone, revision: 1 },
    { id: other, revision: 1 },
  ];
  const receipt = receiptOf({ highest }, ADDRESS, asked, new Date(0));
  assert.equal(receipt.stored, [asked[0], asked[3]]);
  assert.equal(receipt.missing, [asked[1], asked[2]]);
  assert.equal(receipt.target, ADDRESS);
  assert.is(receipt.expiresWallTime, "1970-01-01T00:05:00.000Z");
});

/** Asks as a guard would, and gives the receipt that comes, its signature checked. */
async function answered(site: ProvisionedSite, unconfirmed: Revision[]): Promise<ReceiptOrder> {
  const device = await site.device(DEVICE);
  const orders = device.subscribe(commandSubject(ADDRESS, "receipt"), { max: 1 });
  await device.flush();
  const wish = { label: "Left", wallTime: new Date().toISOString(), unconfirmed };
  await site.send(DEVICE, presenceMessage(ADDRESS, wish));
  for await (const message of orders) {
    const trust = JSON.parse(
      await Deno.readTextFile(`${site.provisioned.deviceFolders[DEVICE]}/trust.json`),
    );
    const pinned = new Map(trust.keys.map((key: { kid: string }) => [key.kid, key]));
    const signature = message.headers?.get(SIGNATURE_HEADER) ?? "";
    const checked = await verifyDetached(message.data, signature, pinned as never);
    assert.ok(checked.ok, checked.ok ? "" : checked.issue);
    const command = decode("command", message.data);
    if (!command.ok) throw new Error(command.issue);
    const { id, body } = command.value.data;
    const reply = { contractVersion: CONTRACT_VERSION, id, ok: true, detail: "taken" } as const;
    const about = { id: crypto.randomUUID(), source: "edge", time: new Date().toISOString() };
    message.respond(encode("reply", about, reply));
    return ReceiptOrder.parse(body);
  }
  throw new Error("Cannot take a receipt: one was required, got none");
}

if (!skipped) {
  tests("comes signed, of what was believed, refused, and lost by the broker", async ({ site }) => {
    const aggregator = await site.aggregator();
    const [believed, torn, lost] = [1, 2, 3].map(() => deviationOf(ADDRESS.printer));
    await site.send(DEVICE, deviationMessage(ADDRESS, believed!));
    const message = deviationMessage(ADDRESS, torn!);
    await site.send(DEVICE, { ...message, bytes: message.bytes.slice(1) });
    const asked = [believed, torn, lost].map((one) => ({ id: one!.id, revision: 1 }));
    const receipt = await answered(site, asked);
    assert.equal(receipt.stored, asked.slice(0, 2));
    assert.equal(receipt.missing, asked.slice(2));
    await aggregator.close();
  });
}

tests.run();

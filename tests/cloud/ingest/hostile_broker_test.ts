/**
 * Whoever has the broker, or one device, tries to pass for another: everything is refused, counted
 * and shown. What the edge refuses stands in tests/edge/respond.
 */
import { headers } from "nats";
import * as assert from "uvu/assert";
import type { Aggregator } from "../../../cloud/aggregator.ts";
import { auditLog, noteHeaders } from "../../../cloud/auth/audit_log.ts";
import { deviationMessage, presenceMessage, type WireMessage } from "../../../scripts/fabricate.ts";
import { deviceKey, type ProvisionedSite } from "../../../scripts/provisioned_site.ts";
import { SIGNATURE_HEADER, signDetached, type SigningKey } from "../../../shared/signing.ts";
import { ADDRESS, deviationOf, DEVICE, OTHER_DEVICE, siteSuite, until } from "../site_fixture.ts";

const { tests, skipped } = await siteSuite("a broker or a device in the wrong hands");
let running: Aggregator | null = null;
const aggregatorOf = async (site: ProvisionedSite) => running ??= await site.aggregator();
const keyOf = (site: ProvisionedSite, device: string) =>
  deviceKey(site.provisioned.deviceFolders[device]!);

const now = () => new Date().toISOString();
const presence = (change: Partial<Parameters<typeof presenceMessage>[1]> = {}) =>
  presenceMessage(ADDRESS, { label: "The printer", wallTime: now(), ...change });

/** Puts a message into the streams as whoever has the broker can, under any subject. */
async function inject(site: ProvisionedSite, message: WireMessage, signature: string) {
  const carried = headers();
  if (signature) carried.set(SIGNATURE_HEADER, signature);
  const admin = await site.user("admin");
  await admin.jetstream().publish(message.subject, message.bytes, { headers: carried });
}

async function signed(message: WireMessage, key: SigningKey) {
  return await signDetached(message.bytes, key);
}

/** What the console shows of the refusal. */
async function refusalOf(site: ProvisionedSite, act: () => Promise<void>): Promise<string> {
  const { fleet } = (await aggregatorOf(site)).parts.model;
  const before = fleet.refusedCount();
  await act();
  await until("the refusal", () => fleet.refusedCount() > before);
  assert.is(fleet.refusedCount(), before + 1);
  return fleet.refused(1)[0]!.issue;
}

const altered = (message: WireMessage, from: string, to: string): WireMessage => {
  const text = new TextDecoder().decode(message.bytes);
  assert.ok(text.includes(from));
  return { ...message, bytes: new TextEncoder().encode(text.replace(from, to)) };
};

if (!skipped) {
  tests("forged: a message that nobody signed, or somebody else", async ({ site }) => {
    const deviation = () => deviationMessage(ADDRESS, deviationOf("p1", "void"));
    const other = await keyOf(site, OTHER_DEVICE);
    for (const made of [deviation, presence]) {
      const message = made();
      assert.match(await refusalOf(site, () => inject(site, message, "")), /got none/);
      const theirs = await signed(message, other);
      assert.match(await refusalOf(site, () => inject(site, message, theirs)), /another key/);
    }
  });

  tests(
    "forged: what the key for the broker signed, which a broker may have sign any text",
    async ({ site }) => {
      const { fleet } = (await aggregatorOf(site)).parts.model;
      const folder = site.provisioned.deviceFolders[DEVICE]!;
      const message = presence();
      const nonceKey = await deviceKey(folder, "device.nk");
      const claimed = { ...nonceKey, kid: (await keyOf(site, DEVICE)).kid };
      for (const key of [nonceKey, claimed]) {
        const signature = await signed(message, key);
        await refusalOf(site, () => inject(site, message, signature));
      }
      assert.match(fleet.refused(1)[0]!.issue, /doesn't fit/);
    },
  );

  tests("altered: a verdict toned down, an outcome turned round", async ({ site }) => {
    const key = await keyOf(site, DEVICE);
    const deviation = deviationMessage(ADDRESS, deviationOf("p1", "void"));
    const mild = altered(deviation, '"severity":"', '"severity":"low","x":"');
    const was = await signed(deviation, key);
    assert.match(await refusalOf(site, () => inject(site, mild, was)), /doesn't fit/);
    const decisions = [{
      ...{ decisionId: crypto.randomUUID(), detail: "", wallTime: now() },
      result: "refused" as const,
    }];
    const honest = presence({ decisions });
    const lie = altered(honest, '"result":"refused"', '"result":"applied"');
    const signature = await signed(honest, key);
    assert.match(await refusalOf(site, () => inject(site, lie, signature)), /doesn't fit/);
  });

  tests(
    "forged: what a person is said to have done, in a device's own messages",
    async ({ site }) => {
      const { parts } = await aggregatorOf(site);
      const expert = { kind: "person", id: crypto.randomUUID(), name: "Mira" } as const;
      const note = auditLog(await site.broker(), () => new Date())
        .note(expert, "case-decided", crypto.randomUUID(), "expected, response none");
      const stream = (await site.device(DEVICE)).jetstream();
      const key = await keyOf(site, DEVICE);
      for (const message of [presence(), deviationMessage(ADDRESS, deviationOf("p1", "void"))]) {
        const carried = headers();
        carried.set(SIGNATURE_HEADER, await signed(message, key));
        for (const [name, value] of Object.entries(noteHeaders(note))) carried.set(name, value);
        const send = async () => {
          await stream.publish(message.subject, message.bytes, { headers: carried });
        };
        assert.match(await refusalOf(site, send), /one of a device/);
        assert.equal(parts.model.audit.due(10), []);
      }
    },
  );

  tests("misdirected: one printer's message under another's subject", async ({ site }) => {
    const key = await keyOf(site, DEVICE);
    const made = deviationMessage(ADDRESS, deviationOf("p1", "void"));
    const signature = await signed(made, key);
    const next = { ...made, subject: made.subject.replace(".p1.", ".p2.") };
    assert.match(await refusalOf(site, () => inject(site, next, signature)), /source/);
    const theirs = { ...made, subject: made.subject.replace(DEVICE, OTHER_DEVICE) };
    assert.match(await refusalOf(site, () => inject(site, theirs, signature)), /another key/);
  });

  tests("a compromised device that speaks for another, with its own key", async ({ site }) => {
    const mine = await keyOf(site, DEVICE);
    const victim = { ...ADDRESS, device: OTHER_DEVICE };
    const said = deviationMessage(victim, deviationOf("p1", "void"));
    const signature = await signed(said, mine);
    assert.match(await refusalOf(site, () => inject(site, said, signature)), /another key/);
    // Under its own subject, and with another printer's id, it can't take over a deviation either.
    const theirs = deviationOf("p1", "void");
    await site.send(OTHER_DEVICE, deviationMessage(victim, theirs));
    const { cases } = (await aggregatorOf(site)).parts.model;
    await until("its case", () => cases.caseOfDeviation(theirs.id));
    const stolen = deviationMessage(ADDRESS, { ...theirs, revision: 2 });
    const own = await signed(stolen, mine);
    assert.match(await refusalOf(site, () => inject(site, stolen, own)), /belongs to another/);
  });

  tests(
    "replayed and reordered: what was said before counts once, and the newest holds",
    async ({ site }) => {
      const key = await keyOf(site, DEVICE);
      const { cases } = (await aggregatorOf(site)).parts.model;
      const first = deviationOf("p7", "void");
      const messages = [first, { ...first, revision: 2, probability: 0.5 }]
        .map((deviation) => deviationMessage(ADDRESS_OF_P7, deviation));
      for (const at of [1, 0, 1, 0, 0]) {
        await inject(site, messages[at]!, await signed(messages[at]!, key));
      }
      const marker = deviationOf("p7", "void");
      await site.send(DEVICE, deviationMessage(ADDRESS_OF_P7, marker));
      await until("what came last", () => cases.deviationById(marker.id));
      assert.is(cases.deviationById(first.id)?.revision, 2);
    },
  );
}

const ADDRESS_OF_P7 = { ...ADDRESS, printer: "p7" };

tests.run();

import * as assert from "uvu/assert";
import { checkAudit } from "../../../cloud/auth/audit_check.ts";
import { auditLog } from "../../../cloud/auth/audit_log.ts";
import { AUDIT_SUBJECT, STREAMS } from "../../../cloud/broker/streams.ts";
import { ACTOR, siteSuite } from "../site_fixture.ts";

const { tests, skipped } = await siteSuite("the audit log");
const now = () => new Date("2026-10-05T21:00:00.000Z");
const never = () => new AbortController().signal;

if (!skipped) {
  tests("each row is chained to the one before, with several writers at once", async ({ site }) => {
    const broker = await site.broker();
    const logs = [auditLog(broker, now), auditLog(await site.broker(), now)];
    await Promise.all(
      Array.from({ length: 6 }, (_, n) => logs[n % 2]!.write(ACTOR, "tested", `case ${n}`, "")),
    );
    const found = await checkAudit(broker, never());
    assert.ok(found.ok);
    assert.is(found.rows, 6);
  });

  tests("a row that was altered, forged or removed is found", async ({ site }) => {
    const broker = await site.broker();
    // Somebody with the aggregator's rights at the broker, who goes around the program.
    const intruder = await site.user("aggregator");
    const manager = await intruder.jetstreamManager();
    const stolen = await manager.streams.getMessage("PW_AUDIT", { seq: 3 });
    await intruder.jetstream().publish(AUDIT_SUBJECT, stolen.data);
    const forged = await checkAudit(broker, never());
    assert.not.ok(forged.ok);
    if (!forged.ok) assert.match(forged.issue, /the one after it, the last/);
    await manager.streams.deleteMessage("PW_AUDIT", 4);
    const removed = await checkAudit(broker, never());
    assert.not.ok(removed.ok);
    if (!removed.ok) assert.match(removed.issue, /row 4 is missing/);
    await intruder.close();
  });
}

/** The log as a disk might hold it: each row's bytes, to be bent. */
async function chain(rows: number): Promise<Uint8Array[]> {
  const kept: Uint8Array[] = [];
  const log = auditLog({
    append(_subject: string, bytes: Uint8Array) {
      kept.push(bytes);
      return Promise.resolve({ type: "stored", sequence: kept.length } as const);
    },
    last: () => Promise.resolve(null),
  }, now);
  for (let n = 1; n <= rows; n++) await log.write(ACTOR, "tested", `case ${n}`, "");
  return kept;
}

const reader = (rows: Uint8Array[]) => ({
  head: () => Promise.resolve({ created: "", lastSequence: rows.length, empty: rows.length === 0 }),
  async *tail() {
    for (const [n, bytes] of rows.entries()) {
      const about = {
        stream: STREAMS.audit,
        subject: "",
        storedMs: 0,
        pending: 0,
        signature: "",
        note: "",
        id: "",
      };
      yield { ...about, sequence: n + 1, bytes };
    }
  },
});
const altered = (bytes: Uint8Array, from: string, to: string) =>
  new TextEncoder().encode(new TextDecoder().decode(bytes).replace(from, to));

for (const row of [1, 2, 5, 8, 9]) {
  tests(`of ten rows the altered one is named: ${row}`, async () => {
    const rows = await chain(10);
    rows[row - 1] = altered(rows[row - 1]!, `case ${row}`, "case 99");
    const found = await checkAudit(reader(rows), never());
    assert.equal(found.ok ? null : found.sequence, row);
  });

  tests(`a row whose link to the one before was altered is named: ${row}`, async () => {
    const rows = await chain(10);
    rows[row - 1] = altered(rows[row - 1]!, '"previous":"', '"previous":"0');
    const found = await checkAudit(reader(rows), never());
    assert.equal(found.ok ? null : found.sequence, row);
    const digits = await chain(10);
    const text = new TextDecoder().decode(digits[row - 1]);
    const other = text.replace(/"previous":"[0-9a-f]{64}"/, `"previous":"${"7".repeat(64)}"`);
    digits[row - 1] = new TextEncoder().encode(other);
    const again = await checkAudit(reader(digits), never());
    assert.equal(again.ok ? null : again.sequence, row);
  });
}

tests("rows rewritten to the very end are found by a row noted elsewhere", async () => {
  const before = await checkAudit(reader(await chain(10)), never());
  const rewritten = await chain(10);
  const found = await checkAudit(reader(rewritten), never());
  assert.ok(before.ok && found.ok, "the chain alone holds");
  if (!before.ok) return;
  const known = { sequence: 10, digest: before.head };
  const noted = await checkAudit(reader(rewritten), never(), known);
  assert.equal(noted.ok ? null : noted.sequence, 10);
  const cut = await checkAudit(reader(rewritten.slice(0, 8)), never(), known);
  assert.equal(cut.ok ? null : cut.sequence, 9);
});

tests.run();

import { connect, nkeyAuthenticator } from "nats";
import * as assert from "uvu/assert";
import { checkAudit } from "../../../cloud/auth/audit_check.ts";
import { auditLog } from "../../../cloud/auth/audit_log.ts";
import { AUDIT_SUBJECT } from "../../../cloud/broker/streams.ts";
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
    const seed = (await Deno.readTextFile(site.provisioned.aggregatorSeedFile)).trim();
    const intruder = await connect({
      servers: site.natsUrl,
      inboxPrefix: "_INBOX_cloud",
      authenticator: nkeyAuthenticator(new TextEncoder().encode(seed)),
    });
    const manager = await intruder.jetstreamManager();
    const stolen = await manager.streams.getMessage("PW_AUDIT", { seq: 3 });
    await intruder.jetstream().publish(AUDIT_SUBJECT, stolen.data);
    const forged = await checkAudit(broker, never());
    assert.not.ok(forged.ok);
    if (!forged.ok) assert.is(forged.sequence, 7);
    await manager.streams.deleteMessage("PW_AUDIT", 4);
    const removed = await checkAudit(broker, never());
    assert.not.ok(removed.ok);
    if (!removed.ok) assert.match(removed.issue, /row 4 is missing/);
    await intruder.close();
  });
}

tests.run();

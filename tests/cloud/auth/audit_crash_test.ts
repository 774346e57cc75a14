/** An act and its row in the audit log are one write: nobody who dies between loses the row. */
import * as assert from "uvu/assert";
import { checkAudit } from "../../../cloud/auth/audit_check.ts";
import { auditHead, auditLog, noteHeaders } from "../../../cloud/auth/audit_log.ts";
import { createAuditSweep } from "../../../cloud/auth/audit_sweep.ts";
import type { AuditRow } from "../../../cloud/auth/records.ts";
import type { Broker } from "../../../cloud/broker/broker.ts";
import { AUDIT_SUBJECT, channelSubject } from "../../../cloud/broker/streams.ts";
import { openDatabase } from "../../../cloud/read_model/database.ts";
import { startProjector } from "../../../cloud/read_model/projector.ts";
import { readModelOf } from "../../../cloud/read_model/read_model.ts";
import type { ProvisionedSite } from "../../../scripts/provisioned_site.ts";
import { ACTOR, siteSuite, until } from "../site_fixture.ts";

const { tests, skipped } = await siteSuite("an act whose writer dies before its row is written");
const DESK = new URL("./dying_desk.ts", import.meta.url).pathname;
const now = () => new Date();

/** A replica's read model and its sweep, as it runs while it leads. */
async function sweeper(site: ProvisionedSite) {
  const stop = new AbortController();
  const broker = await site.broker();
  const database = openDatabase(":memory:");
  const projector = await startProjector(database, broker, stop.signal);
  await projector.catchUp();
  const { audit } = readModelOf(database);
  const sweep = () => createAuditSweep({ broker, audit, projector })(stop.signal);
  return { broker, audit, sweep, stop: () => stop.abort() };
}

const acts = (rows: AuditRow[]) => rows.map(({ act }) => act).toSorted();

if (!skipped) {
  tests("three acts, killed at once: the leader writes each row once", async ({ site }) => {
    const { aggregatorSeedFile, caFile } = site.provisioned;
    const died = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", DESK, site.natsUrl, aggregatorSeedFile, caFile!],
      stdout: "inherit",
      stderr: "inherit",
    }).output();
    assert.is(died.signal, "SIGKILL");
    const first = await sweeper(site);
    assert.equal(first.audit.rows(10), [], "no row was written");
    assert.is(first.audit.due(10).length, 3);
    // Two that both believe that they lead, as for a moment may happen.
    const second = await sweeper(site);
    const sweeping = [first.sweep(), second.sweep()];
    await until("the rows", () => first.audit.due(10).length === 0);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    first.stop();
    second.stop();
    await Promise.all(sweeping);
    const all = ["case-commented", "channel-added", "invited"];
    assert.equal(acts(first.audit.rows(10)), all);
    assert.is(first.audit.rows(10)[0]!.actor.name, "Mira");
    const found = await checkAudit(first.broker, new AbortController().signal);
    assert.ok(found.ok && found.rows === 3, "the chain holds");
    const anew = await sweeper(site);
    assert.equal(anew.audit.due(10), [], "a read model that is built anew knows it too");
    assert.equal(acts(anew.audit.rows(10)), all);
    anew.stop();
  });

  tests("a writer who comes late adds nothing to what the leader wrote", async ({ site }) => {
    const one = await sweeper(site);
    const log = auditLog(one.broker, now);
    const before = await auditHead(one.broker);
    const note = log.note(ACTOR, "tested", "late", "ä\r\nPrintwarden-Audit: forged");
    const id = crypto.randomUUID();
    // Nobody can read it as a channel, but somebody did it.
    const how = { id, headers: noteHeaders(note) };
    await one.broker.append(channelSubject(id), new Uint8Array(2), how);
    const sweeping = one.sweep();
    await until("its row", async () => (await auditHead(one.broker)).sequence > before.sequence);
    await log.chain(note);
    await log.write(ACTOR, "tested", "next", "");
    await until("the next row", () => one.audit.rows(1)[0]?.target === "next");
    assert.equal(one.audit.rows(2)[1]?.detail, note.detail);
    one.stop();
    await sweeping;
    const found = await checkAudit(one.broker, new AbortController().signal);
    assert.ok(found.ok, "the chain holds");
    assert.is((await auditHead(one.broker)).sequence, before.sequence + 2);
  });

  tests("an act stands though the log can't be written at that moment", async ({ site }) => {
    const broker = await site.broker();
    const away: Pick<Broker, "append" | "last"> = {
      last: broker.last,
      append: () => Promise.reject(new Error("away")),
    };
    const log = auditLog(away, now);
    await log.chain(log.note(ACTOR, "tested", "later", ""));
    const refusedRow = await log.write(ACTOR, "tested", "now", "").catch((error) => error.message);
    assert.is(refusedRow, "away");
    assert.ok(await broker.last("PW_AUDIT", AUDIT_SUBJECT));
  });
}

tests.run();

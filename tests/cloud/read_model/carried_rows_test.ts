/** Whose messages may carry rows of the audit log: those that only aggregators write. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { auditLog, noteHeaders } from "../../../cloud/auth/audit_log.ts";
import { AUDIT_HEADER } from "../../../cloud/broker/broker.ts";
import { STREAMS } from "../../../cloud/broker/streams.ts";
import { auditQueries } from "../../../cloud/read_model/audit_queries.ts";
import { openDatabase } from "../../../cloud/read_model/database.ts";
import { createProjection, noChange } from "../../../cloud/read_model/projection.ts";

const tests = suite("rows of the audit log that messages carry");
const never = () => Promise.reject(new Error("away"));
const actor = { kind: "person", id: crypto.randomUUID(), name: "Mira" } as const;
const note = auditLog({ append: never, last: never }, () => new Date(0))
  .note(actor, "case-decided", crypto.randomUUID(), "expected");

for (const stream of Object.values(STREAMS)) {
  const ofDevices = stream === STREAMS.deviations || stream === STREAMS.presence;
  tests(`one in ${stream} is ${ofDevices ? "refused" : "awaited"}`, () => {
    const database = openDatabase(":memory:");
    const change = noChange();
    createProjection(database).project({
      ...{ stream, subject: "of.no.matter", sequence: 1, storedMs: 0, pending: 0 },
      ...{
        id: "",
        bytes: new Uint8Array(2),
        signature: "",
        note: noteHeaders(note)[AUDIT_HEADER]!,
      },
    }, change);
    const due = auditQueries(database).due(10);
    assert.equal(due, ofDevices ? [] : [note]);
    assert.is(change.refused, 1);
    database.close();
  });
}

tests.run();

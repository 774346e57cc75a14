/** A process that acts at three desks and dies before any of the acts has its row in the log. */
import { accounts } from "../../../cloud/auth/accounts.ts";
import { auditLog } from "../../../cloud/auth/audit_log.ts";
import type { Door } from "../../../cloud/auth/door.ts";
import { peopleDesk } from "../../../cloud/auth/people_desk.ts";
import type { Broker } from "../../../cloud/broker/broker.ts";
import { connectBroker } from "../../../cloud/broker/connect.ts";
import { AUDIT_SUBJECT } from "../../../cloud/broker/streams.ts";
import { AGGREGATOR, caseLog } from "../../../cloud/cases/case_log_shell.ts";
import { caseDesk } from "../../../cloud/cases/desk_shell.ts";
import { openDatabase } from "../../../cloud/read_model/database.ts";
import { startProjector } from "../../../cloud/read_model/projector.ts";
import { readModelOf } from "../../../cloud/read_model/read_model.ts";
import { subscriptionDesk } from "../../../cloud/subscriptions/desk_shell.ts";
import { ADDRESS, newId, sighting } from "../cases/case_fixture.ts";

const [url, seedFile, caFile] = Deno.args as [string, string, string];
const ACTS = 3;
const actor = { kind: "person", id: newId(), name: "Mira" } as const;
const now = () => new Date();
const connected = await connectBroker({ url, nkeySeed: await Deno.readTextFile(seedFile), caFile });
let noted = 0;
const broker: Broker = {
  ...connected,
  async append(subject, bytes, how) {
    // Whatever comes of it comes too late.
    if (subject === AUDIT_SUBJECT) return new Promise(() => {});
    const appended = await connected.append(subject, bytes, how);
    if (how.headers?.["Printwarden-Audit"] && ++noted === ACTS) Deno.kill(Deno.pid, "SIGKILL");
    return appended;
  },
};
const database = openDatabase(":memory:");
const projector = await startProjector(database, broker, new AbortController().signal);
await projector.catchUp();
const model = readModelOf(database);
const audit = auditLog(broker, now);
const log = caseLog(broker, projector, now);
const caseId = newId();
const opened = { type: "opened", address: ADDRESS, sightings: [sighting({})] } as const;
const act = { ...opened, sightings: [...opened.sightings], reopens: null, follows: null };
await log.write(caseId, act, AGGREGATOR, 0);

const options = { actWithinS: 60, learnWithinS: 60, twoPeople: "never" } as const;
const cases = caseDesk(model.cases, log, audit, () => Promise.resolve(), options, now);
const people = { auth: model.auth, accounts: accounts(broker, projector.reached), audit, now };
const targetsOf = () => "allow" as const;
const alerts = subscriptionDesk({ model, broker, projector, audit, targetsOf, now });
const way = { type: "webhook", url: "https://example.org/hook", secret: "x".repeat(40) } as const;
await Promise.all([
  cases.comment(caseId, actor, newId(), "Looks like a draught"),
  peopleDesk(people as Door, 3600).invite(actor, { role: "expert", grants: [] }),
  alerts.addChannel(actor, "hook", way),
]);

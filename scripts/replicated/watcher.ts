import type { DatabaseSync } from "node:sqlite";
import { accounts, newPerson, newToken } from "../../cloud/auth/accounts.ts";
import { auditLog } from "../../cloud/auth/audit_log.ts";
import { TOKEN_PREFIX } from "../../cloud/auth/identify.ts";
import { type Broker, StreamChangedError } from "../../cloud/broker/broker.ts";
import { connectBroker } from "../../cloud/broker/connect.ts";
import type { Actor } from "../../cloud/cases/case_event.ts";
import { makeWebhookSecret } from "../../cloud/channels/webhook.ts";
import { openDatabase } from "../../cloud/read_model/database.ts";
import { type Projector, startProjector } from "../../cloud/read_model/projector.ts";
import { type ReadModel, readModelOf } from "../../cloud/read_model/read_model.ts";
import { subscriptionDesk } from "../../cloud/subscriptions/desk_shell.ts";
import type { Cluster } from "./site.ts";

const now = () => new Date();

/** Somebody with a broker connection and a read model of their own, who takes no part in the work. */
export interface Watcher {
  broker: Broker;
  database: DatabaseSync;
  model: ReadModel;
  projector: Projector;
  /** Lets two experts in by tokens; gives these. */
  experts(): Promise<[string, string]>;
  /** Has every threat be told to a receiver. */
  subscribe(url: string): Promise<void>;
  close(): Promise<void>;
}

/** Reads the cluster's streams, with the aggregators' rights. */
export async function startWatcher({ natsUrl, provisioned }: Cluster): Promise<Watcher> {
  const nkeySeed = await Deno.readTextFile(provisioned.aggregatorSeedFile);
  const options = { url: natsUrl, nkeySeed, caFile: provisioned.caFile, replicas: 3 };
  const broker = await connectBroker(options);
  const stop = new AbortController();
  const database = openDatabase(":memory:");
  const projector = await startProjector(database, broker, stop.signal);
  await projector.catchUp();
  const model = readModelOf(database);
  const people = accounts(broker, projector.reached);

  async function person(name: string): Promise<Actor> {
    const record = newPerson(crypto.randomUUID(), name, "admin", null, now());
    await people.write(record, 0);
    return { kind: "person", id: record.id, name };
  }

  async function expert(name: string): Promise<string> {
    const actor = await person(name);
    const made = newToken(name, ["read", "decide"], actor, now(), 3600, null);
    await people.write(made.record, 0);
    return TOKEN_PREFIX + made.credential;
  }

  return {
    broker,
    database,
    model,
    projector,
    experts: async () => [await expert("Ana"), await expert("Ben")],
    async subscribe(url) {
      const actor = await person("Mira");
      const targetsOf = () => "allow" as const;
      const audit = auditLog(broker, now);
      const desk = subscriptionDesk({ model, broker, projector, audit, targetsOf, now });
      const way = { type: "webhook", url, secret: makeWebhookSecret() } as const;
      const channel = await desk.addChannel(actor, "hook", way);
      if (!channel.ok) throw new Error(channel.issue);
      const saved = await desk.save(actor, null, {
        ...{ name: "threats", enabled: true, site: null, printers: [], kinds: [] },
        ...{ verdicts: ["potential-cyberthreat"], severityMin: "low", printerTrouble: false },
        ...{ schedule: null, channelIds: [channel.value], digestMinute: null, cooldownS: 0 },
        ...{ repeatEveryS: 0, repeatsMax: 0, escalateTo: [], recovery: false },
      });
      if (!saved.ok) throw new Error(saved.issue);
    },
    async close() {
      stop.abort();
      await projector.ended.catch(unlessLost);
      await broker.close();
      database.close();
    },
  };
}

/** What the broker lost is counted at the end, not here. */
function unlessLost(error: unknown): void {
  if (!(error instanceof StreamChangedError)) throw error;
}

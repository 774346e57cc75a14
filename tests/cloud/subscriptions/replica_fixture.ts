import { channelSender } from "../../../cloud/channels/send.ts";
import { makeVapidKeys } from "../../../cloud/channels/web_push.ts";
import { openDatabase } from "../../../cloud/read_model/database.ts";
import { startProjector } from "../../../cloud/read_model/projector.ts";
import { readModelOf } from "../../../cloud/read_model/read_model.ts";
import { type AlertingPorts, startAlerting } from "../../../cloud/subscriptions/alerting_shell.ts";
import type { ProvisionedSite } from "../../../scripts/provisioned_site.ts";

/** One more that hands out alerts, with its read model in memory; it always believes it leads. */
export async function replica(
  site: ProvisionedSite,
  now: () => Date,
  change: Partial<AlertingPorts> = {},
) {
  const stop = new AbortController();
  const broker = await site.broker();
  const database = openDatabase(":memory:");
  const projector = await startProjector(database, broker, stop.signal);
  await projector.catchUp();
  const sending = { vapid: makeVapidKeys(), contact: "mailto:x@example.org", mail: null };
  const send = channelSender({ ...sending, broker, targetsOf: () => "allow", now });
  const model = readModelOf(database);
  const alerting = startAlerting({
    ...{ model, broker, projector, send, now },
    baseUrl: () => "https://console.example",
    mayLead: () => true,
    maySee: () => true,
    troubleAfterMs: 0,
    ...change,
  });
  return {
    model,
    broker,
    projector,
    async close() {
      stop.abort();
      await alerting.close();
    },
    /** Ends it in the middle of whatever it does. */
    async kill() {
      stop.abort();
      void alerting.close();
      await broker.close();
    },
  };
}

import { STREAMS } from "../../cloud/broker/streams.ts";
import { deviationMessage, fabricateDeviation, presenceMessage, seeded } from "../fabricate.ts";
import { fabricateHistory, storeRecords } from "../fabricate_prints.ts";
import { until } from "../provisioned_site.ts";
import { CONSOLE, type ConsoleSite } from "./console_site.ts";
import { ADDRESS } from "./sample_messages.ts";

type Form = Record<string, string>;

const SUBSCRIPTION: Form = {
  ...{ name: "All threats", enabled: "on", site: "", severityMin: "low", printerTrouble: "on" },
  ...{ when: "always", dutyFrom: "08:00", dutyTo: "18:00", how: "now", cooldownS: "0" },
  ...{ digestAt: "07:30", repeatEveryS: "0", repeatsMax: "3", recovery: "on" },
  ...{ escalate1: "", escalate2: "", escalate3: "", "verdict.potential-cyberthreat": "on" },
};
const SETTINGS: Form = {
  ...{ timeZone: "Europe/Zurich", quiet: "on", quietFrom: "22:00", quietTo: "06:00" },
  breakThrough: "",
};
const DECISION: Form = {
  ...{ step: "send", determination: "expected", response: "none", learn: "no", untilDate: "" },
  reason: "seen",
};

/**
 * Does at the console what people do there, so that the streams hold what they usually hold; each
 * act must be taken.
 *
 * @throws {Error} if one isn't
 */
export async function actAtConsole(console: ConsoleSite): Promise<void> {
  const { site, aggregator, caseId } = console;
  const wallTime = new Date().toISOString();
  await site.send("pi1", presenceMessage(ADDRESS, { label: "the left one", wallTime }));
  await until("the printer", () => aggregator.parts.model.fleet.printers(1)[0]);
  const seen = () => String(aggregator.parts.model.cases.caseById(caseId)?.lastSequence);
  const acts: [path: string, form: () => Form][] = [
    ["/alerts/settings", () => SETTINGS],
    ["/alerts/channels", () => ({ type: "nats", name: "Bell", subject: "bell" })],
    ["/alerts/new", () => ({ ...SUBSCRIPTION, [`channel.${channelOf(console)}`]: "on" })],
    ["/printers/site1/pi1/left/maintenance", () => ({ minutes: "30", what: "a new nozzle" })],
    ["/views/save", () => ({ name: "mine", query: "state=open" })],
    [`/cases/${caseId}/acknowledge`, () => ({ seen: seen() })],
    [`/cases/${caseId}/decision`, () => ({
      ...DECISION,
      seen: seen(),
      decisionId: crypto.randomUUID(),
    })],
    [`/cases/${caseId}/close`, () => ({ seen: seen(), nature: "change", note: "over" })],
  ];
  for (const [path, form] of acts) await act(console, path, form());
  const threat = { recipe: "tampered-set-point" as const, printer: ADDRESS.printer };
  const deviation = fabricateDeviation({ ...threat, random: seeded(5), wallTime });
  await site.send("pi1", deviationMessage(ADDRESS, deviation));
  const broker = await site.broker();
  // Day, wear and print.
  const habits = { pace: 1, slicerOff: 0.1, heaterFade: 0, fanFade: 0, failing: 0 };
  const { records } = fabricateHistory(ADDRESS, 1, Date.now(), habits, seeded(6));
  await storeRecords(broker, [...records.slice(0, 2), ...records.slice(-1)]);
  await until("an alert", async () => !(await broker.head(STREAMS.alerts)).empty);
}

function channelOf({ aggregator }: ConsoleSite): string {
  const { auth, alerts } = aggregator.parts.model;
  return alerts.channelsOf(auth.people(1)[0]!.id)[0]!.id;
}

async function act(console: ConsoleSite, path: string, form: Form): Promise<void> {
  const { status } = await console.aggregator.request(CONSOLE + path, {
    method: "POST",
    headers: { Origin: CONSOLE, Cookie: console.cookie },
    body: new URLSearchParams(form),
  });
  if (status !== 303) throw new Error(`Cannot act at ${path}: 303 was required, got ${status}`);
}

import type { AlertEvent, AlertKind } from "../subscriptions/alert_event.ts";
import type { Channel } from "../subscriptions/records.ts";
import type { DeliveryRow } from "../read_model/alert_queries.ts";
import { When } from "./layout.tsx";
import type { Untold } from "./untold.ts";
import { ago, count, visible } from "./words.ts";

export interface AlertLogRow {
  event: AlertEvent;
  sequence: number;
  deliveries: DeliveryRow[];
}

interface AlertLogProps {
  rows: AlertLogRow[];
  channels: Channel[];
  nowMs: number;
}

const KIND_WORDS: Record<AlertKind, string> = {
  first: "told",
  digest: "digest",
  reminder: "reminded",
  escalation: "told in turn",
  done: "told that it is over",
  settled: "nothing left to say",
  test: "test",
};

/** Each message and each holding back, with its reason. */
export function AlertLog({ rows, channels, nowMs }: AlertLogProps) {
  if (rows.length === 0) return <p class="note">Nothing yet.</p>;
  const names = new Map(channels.map((one) => [one.id, one.name]));
  return (
    <ol class="history alert-log">
      {rows.map(({ event, deliveries }) => (
        <li>
          <When at={event.at} text={ago(Date.parse(event.at), nowMs)} />
          <div>
            {event.act.type === "held"
              ? <Held act={event.act} />
              : <Intended act={event.act} deliveries={deliveries} names={names} nowMs={nowMs} />}
            <p class="note">{visible(event.act.why)}.</p>
          </div>
        </li>
      ))}
    </ol>
  );
}

function Held({ act }: { act: Extract<AlertEvent["act"], { type: "held" }> }) {
  const { mention, until } = act;
  return (
    <p>
      <span class="chip">{until === null ? "not told" : "held back"}</span>{" "}
      <a href={mention.path}>{visible(`${mention.label}: ${mention.summary}`)}</a>
    </p>
  );
}

interface IntendedProps {
  act: Extract<AlertEvent["act"], { type: "intended" }>;
  deliveries: DeliveryRow[];
  names: ReadonlyMap<string, string>;
  nowMs: number;
}

function Intended({ act, deliveries, names, nowMs }: IntendedProps) {
  const { kind, text, mentions } = act;
  return (
    <>
      <p>
        <span class={`chip chip-${kind}`}>{KIND_WORDS[kind]}</span>{" "}
        <a href={text.path}>{visible(text.title)}</a>
        {mentions.length > 1 && <span class="note">{` ${count(mentions.length, "matter")}`}</span>}
      </p>
      {deliveries.map((one) => (
        <p class={`delivery delivery-${one.state}`}>
          {`${visible(names.get(one.channelId) ?? "a channel of before")}: ${deliveryWords(one)}`}
          {one.state !== "delivered" && one.atMs < nowMs && one.detail !== "" && (
            <span class="note">{` ${visible(one.detail)}`}</span>
          )}
        </p>
      ))}
    </>
  );
}

function deliveryWords({ state, attempt }: DeliveryRow): string {
  switch (state) {
    case "delivered":
      return attempt > 1
        ? `delivered at the ${count(attempt, "try").replace("trys", "tries")}`
        : "delivered";
    case "attempted":
      return "being sent";
    case "pending":
      return attempt > 0 ? `failed ${attempt} times, tried again` : "waiting to be sent";
    case "failed":
      return "given up";
  }
}

/** Recent cases that none of a person's subscriptions covers, each with the reason. */
export function UntoldCases({ untold, nowMs }: { untold: Untold[]; nowMs: number }) {
  if (untold.length === 0) return null;
  return (
    <details class="untold">
      <summary>
        {`${count(untold.length, "recent case")} that no subscription of yours covers`}
      </summary>
      <ol class="history">
        {untold.map(({ about, label, reasons }) => (
          <li>
            <When at={about.openedAt} text={ago(Date.parse(about.openedAt), nowMs)} />
            <div>
              <p>
                <a href={`/cases/${about.id}`}>
                  {visible(`${label || about.address.printer}: ${about.summary}`)}
                </a>
              </p>
              <p class="note">{visible(reasons.join("; "))}</p>
            </div>
          </li>
        ))}
      </ol>
    </details>
  );
}

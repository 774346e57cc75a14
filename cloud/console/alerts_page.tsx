import type { AlertSettings, Channel, Subscription } from "../subscriptions/records.ts";
import { Severity } from "../../shared/verdict.ts";
import { AlertLog, type AlertLogRow, UntoldCases } from "./alert_log.tsx";
import type { Untold } from "./untold.ts";
import { channelWords } from "./channel_form.ts";
import { ChannelForms } from "./channel_forms.tsx";
import type { Typed } from "./decision_form.tsx";
import { Layout, type PageFrame } from "./layout.tsx";
import { clockOf } from "./subscription_form.ts";
import { subscriptionSentence } from "./subscription_words.ts";
import { TimeField } from "./time_field.tsx";
import { SEVERITY_WORDS, visible } from "./words.ts";

interface AlertsPageProps {
  frame: PageFrame;
  channels: Channel[];
  subscriptions: Subscription[];
  settings: AlertSettings;
  log: AlertLogRow[];
  moreUrl: string | null;
  untold: Untold[];
  /** Names of those who may be told next, by id. */
  names: ReadonlyMap<string, string>;
  pushKey: string;
  refusal: string | null;
  typed: Typed;
  /** What a person has just done. */
  done: string | null;
  nowMs: number;
}

/** What a person is told of, how they are reached, and what they were told and weren't. */
export function AlertsPage(props: AlertsPageProps) {
  const { frame, channels, subscriptions, settings, refusal, done, names, nowMs } = props;
  return (
    <Layout frame={frame} title="Alerts" section="alerts" scripts={["form.js", "push.js"]}>
      <div class="list-page alerts-page">
        <h1>Alerts</h1>
        {refusal && <p class="refusal" role="alert" id="refusal" tabindex={-1}>{refusal}</p>}
        {done && <p class="refusal calm" role="status">{done}</p>}
        <section aria-labelledby="subscriptions">
          <h2 id="subscriptions">What you are told of</h2>
          <SubscriptionList subscriptions={subscriptions} channels={channels} names={names} />
          {channels.length > 0
            ? (
              <p>
                <a class="pill" href="/alerts/new">Add a subscription</a>
              </p>
            )
            : <p class="note">First say below how you can be reached.</p>}
        </section>
        <section aria-labelledby="channels">
          <h2 id="channels">How you are reached</h2>
          <ChannelList channels={channels} />
          <ChannelForms pushKey={props.pushKey} typed={props.typed} open={channels.length === 0} />
        </section>
        <section aria-labelledby="quiet">
          <h2 id="quiet">Your time</h2>
          <SettingsForm settings={settings} />
        </section>
        <section aria-labelledby="log" id="alert-log" data-live>
          <h2 id="log">What you were told, and what not</h2>
          <AlertLog rows={props.log} channels={channels} nowMs={nowMs} />
          {props.moreUrl && <a class="more" href={props.moreUrl}>Earlier</a>}
          <UntoldCases untold={props.untold} nowMs={nowMs} />
        </section>
      </div>
    </Layout>
  );
}

interface SubscriptionListProps {
  subscriptions: Subscription[];
  channels: Channel[];
  names: ReadonlyMap<string, string>;
}

function SubscriptionList({ subscriptions, channels, names }: SubscriptionListProps) {
  if (subscriptions.length === 0) {
    return <p class="note">Nothing yet: you aren't told of anything.</p>;
  }
  return (
    <ul class="sessions">
      {subscriptions.map((one) => (
        <li>
          <div>
            <b>{visible(one.name)}</b>
            {!one.enabled && <span class="chip">switched off</span>}
            <p class="note">{visible(subscriptionSentence(one, channels, names))}</p>
          </div>
          <div class="buttons">
            <a class="pill" href={`/alerts/${one.id}`}>Change</a>
            <form method="post" action={`/alerts/${one.id}/remove`} class="inline">
              <button type="submit">Remove</button>
            </form>
          </div>
        </li>
      ))}
    </ul>
  );
}

function ChannelList({ channels }: { channels: Channel[] }) {
  return (
    <ul class="sessions">
      {channels.map((one) => (
        <li>
          <div>
            <b>{visible(one.name)}</b>
            <p class="note">{visible(channelWords(one.way))}</p>
            {one.way.type === "webhook" && (
              <details>
                <summary>Secret that signs it</summary>
                <code>{one.way.secret}</code>
              </details>
            )}
          </div>
          <div class="buttons">
            <form method="post" action={`/alerts/channels/${one.id}/test`} class="inline">
              <button type="submit">Send a test</button>
            </form>
            <form method="post" action={`/alerts/channels/${one.id}/remove`} class="inline">
              <button type="submit">Remove</button>
            </form>
          </div>
        </li>
      ))}
    </ul>
  );
}

function Zone({ name }: { name: string }) {
  return <option value={name} />;
}

function SettingsForm({ settings }: { settings: AlertSettings }) {
  const { timeZone, quietHours, breakThrough } = settings;
  return (
    <form method="post" action="/alerts/settings" class="announce-form">
      <label class="field">
        <span>Time zone</span>
        <input name="timeZone" required maxlength={60} value={timeZone} list="zones" />
        <datalist id="zones">
          {Intl.supportedValuesOf("timeZone").map((zone) => <Zone key={zone} name={zone} />)}
        </datalist>
      </label>
      <label class="check">
        <input type="checkbox" name="quiet" checked={quietHours !== null} />
        <span>Quiet hours: nothing is sent, what still holds comes afterwards</span>
      </label>
      <TimeField label="From" name="quietFrom" value={clockOf(quietHours?.fromMinute ?? 22 * 60)} />
      <TimeField label="To" name="quietTo" value={clockOf(quietHours?.toMinute ?? 7 * 60)} />
      <label class="field">
        <span>Comes through all the same</span>
        <select name="breakThrough">
          <option value="" selected={breakThrough === null}>nothing</option>
          {Severity.options.map((severity) => (
            <option value={severity} selected={breakThrough === severity}>
              {`${SEVERITY_WORDS[severity]}${severity === "critical" ? "" : ", or worse"}`}
            </option>
          ))}
        </select>
      </label>
      <button type="submit">Keep it so</button>
    </form>
  );
}

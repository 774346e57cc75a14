import type { Person } from "../auth/records.ts";
import type { Channel } from "../subscriptions/records.ts";
import { channelWords } from "./channel_form.ts";
import type { Typed } from "./decision_form.tsx";
import { Group, Text, Tick } from "./fields.tsx";
import { Layout, type PageFrame } from "./layout.tsx";
import { Chain, Moments, What, Where } from "./subscription_groups.tsx";
import { visible } from "./words.ts";

interface SubscriptionPageProps {
  frame: PageFrame;
  /** Null adds one. */
  id: string | null;
  /** What the one that is added is called, so that a form that comes twice adds no second one. */
  formId: string;
  typed: Typed;
  refusal: string | null;
  channels: Channel[];
  sites: string[];
  /** `SITE/DEVICE/PRINTER` by the name that people gave it. */
  printers: ReadonlyMap<string, string>;
  people: Pick<Person, "id" | "name">[];
}

/** One subscription's form: plain fields in the order in which a person thinks of them. */
export function SubscriptionPage(props: SubscriptionPageProps) {
  const { frame, id, typed, refusal } = props;
  const title = id === null ? "A new subscription" : "Change a subscription";
  return (
    <Layout frame={frame} title={title} section="alerts" scripts={["form.js"]}>
      <div class="list-page alerts-page">
        <p>
          <a href="/alerts">Alerts</a>
        </p>
        <h1>{title}</h1>
        {refusal && <p class="refusal" role="alert" id="refusal" tabindex={-1}>{refusal}</p>}
        <form method="post" action={id === null ? "/alerts/new" : `/alerts/${id}`} class="wishes">
          {id === null && <input type="hidden" name="formId" value={props.formId} />}
          <Group title="What">
            <Text name="name" label="Name" typed={typed} max={60} />
            <What typed={typed} />
          </Group>
          <Group title="Where">
            <Where {...props} />
          </Group>
          <Group title="When">
            <Moments typed={typed} />
          </Group>
          <Group title="How">
            {props.channels.length === 0 && (
              <p>
                You can't be reached yet: <a href="/alerts">say how first</a>, then come back
              </p>
            )}
            {props.channels.map((one) => (
              <Tick
                name={`channel.${one.id}`}
                typed={typed}
                label={visible(`${one.name} (${channelWords(one.way)})`)}
              />
            ))}
          </Group>
          <Group title="If nobody answers">
            <Chain typed={typed} people={props.people} />
          </Group>
          <Tick name="recovery" typed={typed} label="Tell me when it is over" />
          <Tick name="enabled" typed={typed} label="Switched on" />
          <button type="submit" class="primary">Keep it so</button>
        </form>
      </div>
    </Layout>
  );
}

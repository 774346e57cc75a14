import type { Child } from "hono/jsx";
import type { ChannelType } from "../subscriptions/channel_way.ts";
import type { Typed } from "./decision_form.tsx";

interface ChannelFormsProps {
  /** What browsers need to let this console send them messages. */
  pushKey: string;
  typed: Typed;
  open: boolean;
}

/** One small form for each way of being reached; a browser asks by a script, the others by none. */
export function ChannelForms({ pushKey, typed, open }: ChannelFormsProps) {
  const value = (type: ChannelType, name: string, usual = "") =>
    typed.type === type ? typed[name] ?? "" : usual;
  return (
    <div class="ways">
      <form method="post" action="/alerts/channels" id="push-form" data-key={pushKey} hidden>
        <input type="hidden" name="type" value="push" />
        <input type="hidden" name="name" value="This browser" />
        <input type="hidden" name="endpoint" />
        <input type="hidden" name="p256dh" />
        <input type="hidden" name="auth" />
        <button type="submit" class="primary">Reach me in this browser</button>
        <p class="note" id="push-note" role="status"></p>
      </form>
      <noscript>
        <p class="note">To be reached in this browser, scripts have to be allowed.</p>
      </noscript>
      <details open={open || typed.type !== undefined}>
        <summary>Add another way</summary>
        <Way type="email" title="E-mail" name={value("email", "name", "Mail")}>
          <Field
            name="address"
            label="Address"
            type="email"
            max={254}
            value={value("email", "address")}
          />
        </Way>
        <Way type="ntfy" title="ntfy" name={value("ntfy", "name", "Phone")}>
          <Field
            name="server"
            label="Server"
            type="url"
            max={500}
            value={value("ntfy", "server", "https://ntfy.sh")}
          />
          <Field name="topic" label="Topic" max={64} value={value("ntfy", "topic")} />
          <Field name="token" label="Token, if it needs one" max={200} optional value="" />
        </Way>
        <Way type="webhook" title="Webhook" name={value("webhook", "name", "Webhook")}>
          <Field name="url" label="Address" type="url" max={500} value={value("webhook", "url")} />
        </Way>
        <Way type="nats" title="NATS, for machines" name={value("nats", "name", "Machine")}>
          <Field
            name="subject"
            label="Last part of the subject"
            max={64}
            value={value("nats", "subject")}
          />
        </Way>
      </details>
    </div>
  );
}

interface WayProps {
  type: ChannelType;
  title: string;
  name: string;
  children?: Child;
}

function Way({ type, title, name, children }: WayProps) {
  return (
    <form method="post" action="/alerts/channels" class="announce-form way" aria-label={title}>
      <h3>{title}</h3>
      <input type="hidden" name="type" value={type} />
      <Field name="name" label="What you call it" max={60} value={name} />
      {children}
      <button type="submit">Add it</button>
    </form>
  );
}

interface FieldProps {
  name: string;
  label: string;
  max: number;
  value: string;
  type?: "text" | "email" | "url";
  optional?: boolean;
}

function Field({ name, label, max, value, type = "text", optional = false }: FieldProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        name={name}
        type={type}
        maxlength={max}
        value={value}
        required={!optional}
        autocapitalize="none"
        autocomplete={name === "token" ? "off" : undefined}
      />
    </label>
  );
}

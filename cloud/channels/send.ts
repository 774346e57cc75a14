import { reasonOf } from "../../shared/reason.ts";
import type { Broker } from "../broker/broker.ts";
import { noticeSubject } from "../broker/streams.ts";
import type { Outgoing, Sent } from "../subscriptions/outgoing.ts";
import type { Channel } from "../subscriptions/records.ts";
import { type MailServer, sendEmail } from "./email.ts";
import { noticeOf } from "./notice.ts";
import { sendNtfy } from "./ntfy.ts";
import { type TargetPolicy, wayIssue } from "./target_policy.ts";
import { sendPush, type VapidKeys } from "./web_push.ts";
import { sendWebhook } from "./webhook.ts";

export interface SendPorts {
  broker: Pick<Broker, "publish">;
  vapid: VapidKeys;
  /** Whom a push service may write to. */
  contact: string;
  /** Null if this console has none: e-mail can't be sent then. */
  mail: MailServer | null;
  /** Whether a person's channel may lead there, should that be a private network. */
  targetsOf(personId: string, url: string): TargetPolicy;
  now(): Date;
}

/** Sends an alert through a channel: one try, which never throws. */
export function channelSender(ports: SendPorts) {
  return async function send(channel: Channel, outgoing: Outgoing): Promise<Sent> {
    try {
      return await sendBy(ports, channel, outgoing);
    } catch (error) {
      const detail = reasonOf(error);
      return { type: "failed", detail };
    }
  };
}

async function sendBy(ports: SendPorts, channel: Channel, outgoing: Outgoing): Promise<Sent> {
  const { way, personId } = channel;
  const issue = await wayIssue((url) => ports.targetsOf(personId, url), way);
  if (issue !== null) return { type: "refused", detail: issue };
  switch (way.type) {
    case "push":
      return await sendPush(ports.vapid, ports.contact, way, outgoing);
    case "webhook":
      return await sendWebhook(way, outgoing, ports.now());
    case "ntfy":
      return await sendNtfy(way, outgoing);
    case "email":
      if (ports.mail) return await sendEmail(ports.mail, way, outgoing);
      return { type: "failed", detail: "No mail server is configured ([alerts.email])" };
    case "nats": {
      const bytes = new TextEncoder().encode(JSON.stringify(noticeOf(outgoing)));
      const subject = noticeSubject(way.name);
      await ports.broker.publish(subject, bytes, { "Nats-Msg-Id": outgoing.key });
      return { type: "delivered", detail: `published on ${subject}` };
    }
  }
}

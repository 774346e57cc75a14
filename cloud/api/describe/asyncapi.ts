import { Command, CommandVerb } from "../../../shared/command.ts";
import { envelope, type MessageType, PAYLOADS } from "../../../shared/envelope.ts";
import { CONFIRMATIONS_HEADER } from "../../../shared/expert.ts";
import { Kind } from "../../../shared/kinds.ts";
import { SIGNATURE_HEADER } from "../../../shared/signing.ts";
import { Verdict } from "../../../shared/verdict.ts";
import { CLOUD_ROOT, noticeSubject } from "../../broker/streams.ts";
import { Notice } from "../../channels/notice.ts";
import { PRODUCT } from "../../exports/product.ts";
import { jsonSchemas } from "./schemas.ts";

const PLACE = "printwarden.v1.{site}.{device}.{printer}";
const TOKEN = { description: "A token of [A-Za-z0-9_-]{1,64}, burned in at enrolment" };
const PLACES = { site: TOKEN, device: TOKEN, printer: TOKEN };
const one = (description: string, values: readonly string[]) => ({
  description,
  enum: [...values],
});

/** The subjects that guards and aggregators talk on, by the message that each carries. */
export const CHANNELS: Record<
  Exclude<MessageType, "reply">,
  { address: string; description: string; parameters: Record<string, object> }
> = {
  deviation: {
    address: `${PLACE}.deviation.{verdict}.{kind}`,
    description: "Classified irregularities: the only messages with measurements in them. The " +
      "header 'Nats-Msg-Id' is 'id.revision'; the highest revision wins.",
    parameters: {
      ...PLACES,
      verdict: one("What the classifier says", Verdict.options),
      kind: one("What it is about", Kind.options),
    },
  },
  presence: {
    address: `${PLACE}.presence`,
    description: "Signs of life: state, versions, digests, counters; no telemetry.",
    parameters: PLACES,
  },
  decision: {
    address: `${PLACE}.decision`,
    description:
      "An expert's decision for the guard, signed beside it in a header. The signature's " +
      "own header may name, as 'printwarden-follows', the decision of the case that it takes the " +
      "place of, or null; a guard that took another one meanwhile refuses it.",
    parameters: PLACES,
  },
  command: {
    address: `${PLACE}.command.{verb}`,
    description: "A request to a printer's guard, answered on the requester's inbox.",
    parameters: { ...PLACES, verb: one("What is asked", CommandVerb.options) },
  },
};

const NOTICE = {
  address: noticeSubject("{name}"),
  description:
    "Alerts for machines on plain NATS; no stream keeps them. Every other subject under " +
    `'${CLOUD_ROOT}' is the aggregators' own, and no part of the contract.`,
  parameters: { name: { description: "The name that the channel was given in the console" } },
  messages: { notice: { $ref: "#/components/messages/notice" } },
};

const WORDS: Record<MessageType, string> = {
  deviation: "A classified irregularity",
  presence: "A bare sign of life",
  decision: "An expert's decision",
  command: "A request to a guard",
  reply: "A guard's reply",
};

const SIGNATURE = {
  [SIGNATURE_HEADER]: {
    type: "string",
    description: "Detached JWS (EdDSA) over the message's bytes, by a key pinned at enrolment",
  },
};
const MESSAGE_ID = { "Nats-Msg-Id": { type: "string", description: "A repeat is dropped by it" } };

const HEADERS: Partial<Record<MessageType, object>> = {
  deviation: { ...SIGNATURE, ...MESSAGE_ID },
  presence: { ...SIGNATURE, ...MESSAGE_ID },
  decision: {
    ...SIGNATURE,
    [CONFIRMATIONS_HEADER]: {
      type: "string",
      description: "What the experts' passkeys confirmed, with what vouches for them",
    },
  },
  command: SIGNATURE,
};

/**
 * What travels over NATS as AsyncAPI 3.0, from the aggregator's side, made of the very schemas that
 * both sides decode with. Every message is a CloudEvent 1.0 in structured JSON.
 */
export function asyncApi(): Record<string, unknown> {
  const types = Object.keys(PAYLOADS) as MessageType[];
  const events = Object.fromEntries(types.map((type) => [`${type}Event`, envelope(type)]));
  // Any JSON at all contains itself, and so needs a name.
  const json = Command.shape.body.valueType;
  const schemas = jsonSchemas({ ...PAYLOADS, ...events, Notice, json }, "output");
  return {
    asyncapi: "3.0.0",
    info: {
      title: `${PRODUCT.name} between edge and cloud`,
      version: PRODUCT.version,
      description: "Subjects and messages of contract version 1.",
    },
    defaultContentType: "application/cloudevents+json",
    channels: channels(),
    operations: operations(),
    components: {
      schemas: schemas.named,
      messages: {
        ...Object.fromEntries(types.map((type) => [type, {
          name: `printwarden.v1.${type}`,
          title: WORDS[type],
          contentType: "application/cloudevents+json",
          ...(HEADERS[type] ? { headers: { type: "object", properties: HEADERS[type] } } : {}),
          payload: schemas.of(events[`${type}Event`]!),
        }])),
        notice: {
          name: "notice",
          title: "An alert for machines",
          contentType: "application/json",
          payload: schemas.of(Notice),
        },
      },
    },
  };
}

function channels(): Record<string, unknown> {
  const made = Object.entries(CHANNELS).map(([type, channel]) => [type, {
    ...channel,
    messages: { [type]: { $ref: `#/components/messages/${type}` } },
  }]);
  const reply = {
    address: null,
    description: "The inbox that the requester names in its message.",
    messages: { reply: { $ref: "#/components/messages/reply" } },
  };
  return { ...Object.fromEntries(made), reply, notice: NOTICE };
}

function operations(): Record<string, unknown> {
  const about = (action: "send" | "receive", type: MessageType, summary: string) => ({
    action,
    summary,
    channel: { $ref: `#/channels/${type}` },
    messages: [{ $ref: `#/channels/${type}/messages/${type}` }],
  });
  return {
    takeDeviations: about("receive", "deviation", "Bundles deviations into cases"),
    takePresence: about("receive", "presence", "Learns how printers are, and what was decided on"),
    sendDecisions: about("send", "decision", "Tells the guard what an expert decided"),
    sendNotices: {
      action: "send",
      summary: "Tells machines of an alert",
      channel: { $ref: "#/channels/notice" },
      messages: [{ $ref: "#/channels/notice/messages/notice" }],
    },
    sendCommands: {
      ...about("send", "command", "Asks a guard something"),
      reply: {
        channel: { $ref: "#/channels/reply" },
        messages: [{ $ref: "#/channels/reply/messages/reply" }],
      },
    },
  };
}

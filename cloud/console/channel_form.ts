import { z } from "zod";
import { Token } from "../../shared/ids.ts";
import { refused, type Result } from "../../shared/result.ts";
import { noticeSubject } from "../broker/streams.ts";
import { makeWebhookSecret } from "../channels/webhook.ts";
import { ChannelWay } from "../subscriptions/channel_way.ts";
import type { Typed } from "./decision_form.tsx";

const Name = z.string().trim().min(1).max(60);

const Form = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("push"),
    name: Name,
    endpoint: z.string().max(500),
    p256dh: z.string().max(120),
    auth: z.string().max(60),
  }),
  z.strictObject({ type: z.literal("email"), name: Name, address: z.string().trim().max(254) }),
  z.strictObject({ type: z.literal("webhook"), name: Name, url: z.string().trim().max(500) }),
  z.strictObject({
    type: z.literal("ntfy"),
    name: Name,
    server: z.string().trim().max(500),
    topic: z.string().trim().max(64),
    token: z.string().trim().max(200).default(""),
  }),
  z.strictObject({ type: z.literal("nats"), name: Name, subject: Token.or(z.string().max(64)) }),
]);

const REFUSALS: Record<ChannelWay["type"], string> = {
  push: "This browser gave no address that messages can be sent to",
  email: "Please give an e-mail address, such as mira@example.org",
  webhook: "Please give an address that begins with https:// or http://, without a password in it",
  ntfy: "Please give an ntfy server's address and a topic of letters, digits, _ and -",
  nats: "Please give a name of letters, digits, _ and -",
};

/** What a page's form says of a channel; a webhook's secret is made here. */
export function channelOf(typed: Typed): Result<{ name: string; way: ChannelWay }> {
  const form = Form.safeParse(typed);
  if (!form.success) {
    const type = ChannelWay.options.map((one) => one.shape.type.value).find((one) =>
      one === typed.type
    );
    const unnamed = form.error.issues[0]?.path[0] === "name";
    if (unnamed && type) return refused("Please give it a name of 1 to 60 characters");
    return refused(type ? REFUSALS[type] : "The form doesn't belong to this page");
  }
  const way = ChannelWay.safeParse(wayOf(form.data));
  if (!way.success) return refused(REFUSALS[form.data.type]);
  return { ok: true, value: { name: form.data.name, way: way.data } };
}

function wayOf(form: z.infer<typeof Form>): Record<string, unknown> {
  const { name: _name, ...rest } = form;
  switch (rest.type) {
    case "webhook":
      return { ...rest, secret: makeWebhookSecret() };
    case "ntfy":
      return { ...rest, token: rest.token === "" ? null : rest.token };
    case "nats":
      return { type: "nats", name: rest.subject };
    default:
      return rest;
  }
}

/** Where a channel leads, as its owner may read it; no secret is in it. */
export function channelWords(way: ChannelWay): string {
  switch (way.type) {
    case "push":
      return `browser, by ${new URL(way.endpoint).hostname}`;
    case "email":
      return `e-mail to ${way.address}`;
    case "webhook":
      return `webhook at ${way.url}`;
    case "ntfy":
      return `ntfy, ${new URL(way.server).host}/${way.topic}`;
    case "nats":
      return `NATS, ${noticeSubject(way.name)}`;
  }
}

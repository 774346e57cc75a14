import { Webhook } from "standardwebhooks";
import type { ChannelWay } from "../subscriptions/channel_way.ts";
import type { Outgoing, Sent } from "../subscriptions/outgoing.ts";
import { post } from "./http_post.ts";
import { noticeOf } from "./notice.ts";

/** A new secret for signing, 256 bits, as the Standard Webhooks specification writes them. */
export function makeWebhookSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return `whsec_${btoa(String.fromCharCode(...bytes))}`;
}

/**
 * Posts the notice as JSON, signed by the Standard Webhooks specification: `webhook-id` is the
 * alert's key, and `webhook-signature` is HMAC-SHA-256 over id, time and body.
 */
export async function sendWebhook(
  way: Extract<ChannelWay, { type: "webhook" }>,
  outgoing: Outgoing,
  now: Date,
): Promise<Sent> {
  const body = JSON.stringify(noticeOf(outgoing));
  return await post({
    url: way.url,
    headers: {
      "Content-Type": "application/json",
      "User-Agent": "Printwarden",
      "webhook-id": outgoing.key,
      "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
      "webhook-signature": new Webhook(way.secret).sign(outgoing.key, now, body),
    },
    body,
    gone: [410],
  });
}

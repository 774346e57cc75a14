// @ts-types="npm:@types/web-push@3.6.4"
import webPush from "web-push";
import { z } from "zod";
import { reasonOf } from "../../shared/reason.ts";
import type { Severity } from "../../shared/verdict.ts";
import type { ChannelWay } from "../subscriptions/channel_way.ts";
import type { Outgoing, Sent } from "../subscriptions/outgoing.ts";
import { post } from "./http_post.ts";

/** What identifies this console to browsers' push services (RFC 8292). */
export const VapidKeys = z.strictObject({
  publicKey: z.string().regex(/^[A-Za-z0-9_-]{87}$/),
  privateKey: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});
export type VapidKeys = z.infer<typeof VapidKeys>;

export function makeVapidKeys(): VapidKeys {
  return VapidKeys.parse(webPush.generateVAPIDKeys());
}

const URGENCY: Record<Severity, webPush.Urgency> = {
  info: "low",
  low: "low",
  medium: "normal",
  high: "high",
  critical: "high",
};
/** How long a push service keeps it for a browser that is off, s. */
const KEEP_S = 4 * 3600;
/** Push services take 4,096 bytes at least; encryption takes its share of them. */
const TEXT_CHARS_MAX = 800;

/** What the service worker gets. */
export interface PushMessage {
  key: string;
  title: string;
  text: string;
  url: string;
  severity: Severity;
}

/**
 * Encrypts for one browser (RFC 8291) and hands it to its push service.
 *
 * @param contact whom the service may write to: `mailto:…` or an https address
 */
export async function sendPush(
  keys: VapidKeys,
  contact: string,
  way: Extract<ChannelWay, { type: "push" }>,
  { key, text, url }: Outgoing,
): Promise<Sent> {
  const { title, severity } = text;
  const message: PushMessage = {
    key,
    title: title.slice(0, TEXT_CHARS_MAX),
    text: text.text.slice(0, TEXT_CHARS_MAX),
    url,
    severity,
  };
  let request: webPush.RequestDetails;
  try {
    request = webPush.generateRequestDetails(
      { endpoint: way.endpoint, keys: { p256dh: way.p256dh, auth: way.auth } },
      JSON.stringify(message),
      {
        vapidDetails: { subject: contact, ...keys },
        TTL: KEEP_S,
        urgency: URGENCY[severity],
        // Sent again under the same key it takes the place of the first, if that still waits.
        topic: key.replaceAll("-", ""),
      },
    );
  } catch (error) {
    const reason = reasonOf(error);
    return { type: "refused", detail: `Cannot encrypt for this browser: ${reason}` };
  }
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  delete headers["Content-Length"];
  const body = new Uint8Array(request.body ?? []);
  return await post({ url: way.endpoint, headers, body, gone: [404, 410] });
}

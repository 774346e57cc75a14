import type { Severity } from "../../shared/verdict.ts";
import type { ChannelWay } from "../subscriptions/channel_way.ts";
import type { Outgoing, Sent } from "../subscriptions/outgoing.ts";
import { post } from "./http_post.ts";

/** ntfy's priorities: 1 is silent, 3 usual, 5 as loud as a phone gets. */
const PRIORITY: Record<Severity, number> = { info: 1, low: 2, medium: 3, high: 4, critical: 5 };
/** ntfy makes an attachment of what is longer, in bytes. */
const MESSAGE_CHARS_MAX = 1000;

/** Publishes as JSON to the server's root, since headers hold no other than ASCII characters. */
export async function sendNtfy(
  way: Extract<ChannelWay, { type: "ntfy" }>,
  { key, kind, text, url }: Outgoing,
): Promise<Sent> {
  const body = JSON.stringify({
    topic: way.topic,
    title: text.title,
    message: text.text.slice(0, MESSAGE_CHARS_MAX),
    priority: kind === "done" ? PRIORITY.low : PRIORITY[text.severity],
    tags: [kind === "done" ? "white_check_mark" : "printer"],
    click: url,
  });
  const headers: Record<string, string> = {
    "Content-Type": "application/json",
    "Printwarden-Key": key,
  };
  if (way.token !== null) headers.Authorization = `Bearer ${way.token}`;
  return await post({
    url: new URL("/", way.server).href,
    headers,
    body,
    gone: [],
  });
}

import { z } from "zod";
import { Token } from "../../shared/ids.ts";

/** An address of the web; no user name or password in it, since a page shows it. */
const WebAddress = z.url({ protocol: /^https?$/, hostname: /^[^\s]{1,253}$/ }).max(500)
  .refine((text) => URL.canParse(text) && isBare(new URL(text)), {
    message: "an address without a user name or password was required",
  });

function isBare({ username, password }: URL): boolean {
  return username === "" && password === "";
}

const base64url = (bytes: number) =>
  z.string().regex(new RegExp(`^[A-Za-z0-9_-]{${Math.ceil(bytes * 4 / 3)}}=*$`));

/** How a channel reaches its person, with all that sending needs. */
export const ChannelWay = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("push"),
    /** Where the browser's maker takes messages for it (RFC 8030). */
    endpoint: WebAddress,
    /** The browser's public key, P-256 uncompressed, and its secret (RFC 8291). */
    p256dh: base64url(65),
    auth: base64url(16),
  }),
  z.strictObject({ type: z.literal("email"), address: z.email().max(254) }),
  z.strictObject({
    type: z.literal("webhook"),
    url: WebAddress,
    /** Signs each message: HMAC-SHA-256 under this text. */
    secret: z.string().min(32).max(128),
  }),
  z.strictObject({
    type: z.literal("ntfy"),
    server: WebAddress,
    topic: Token,
    token: z.string().regex(/^[\x21-\x7e]{1,200}$/).nullable(),
  }),
  z.strictObject({ type: z.literal("nats"), name: Token }),
]);
export type ChannelWay = z.infer<typeof ChannelWay>;
export type ChannelType = ChannelWay["type"];

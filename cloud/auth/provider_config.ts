import { z } from "zod";
import { Token } from "../../shared/ids.ts";

/** A role that a provider's claim gives. Nobody becomes an admin from outside. */
const Mapping = z.strictObject({
  value: z.string().min(1).max(200),
  role: z.enum(["viewer", "operator", "expert"]),
  /** Only this site; absent: all. */
  site: Token.optional(),
});

/** Where people of an organisation sign in (OpenID Connect). */
export const ProviderConfig = z.strictObject({
  /** What the button says. */
  name: z.string().min(1).max(40),
  issuer: z.url({ protocol: /^https?$/ }).max(300),
  clientId: z.string().min(1).max(200),
  /** File with the client's secret, seen from the state folder; absent for a public client. */
  clientSecretFile: z.string().min(1).optional(),
  scope: z.string().min(1).max(300).default("openid profile"),
  /** The claim, in the id token or in userinfo, whose values are mapped. */
  roleClaim: z.string().min(1).max(100).default("groups"),
  roles: z.array(Mapping).min(1).max(256),
}).refine(({ issuer }) => issuer.startsWith("https:") || isLoopback(new URL(issuer).hostname), {
  message: "https was required of an issuer that isn't on this host",
  path: ["issuer"],
});
export type ProviderConfig = z.infer<typeof ProviderConfig>;

export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\./.test(hostname);
}

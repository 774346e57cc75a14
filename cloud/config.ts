import { dirname, resolve } from "node:path";
import { parse } from "smol-toml";
import { z } from "zod";
import { refused, type Result } from "../shared/result.ts";
import { Forwards } from "./exports/forward_config.ts";
import { ProviderConfig } from "./auth/provider_config.ts";
import { AcmeConfig, CertificateFiles } from "./tls/tls_config.ts";
import { configIssues } from "./config_issues.ts";

const day = 86_400;

/** The aggregator's whole configuration; every key has a default but those of the file's own site. */
export const Config = z.strictObject({
  state: z.string().min(1).default("/var/lib/printwarden-cloud")
    .describe("folder of keys, read model and ports.json"),
  broker: z.strictObject({
    url: z.string().min(1).max(300).nullable().default(null)
      .describe("address of NATS, several with commas between; by default as provisioned"),
    replicas: z.int().min(1).max(5).nullable().default(null)
      .describe(
        "how many members of a cluster keep each message; by default 3 of those that were provisioned",
      ),
    nkeySeedFile: z.string().min(1).default("keys/aggregator.nk")
      .describe("the aggregator's nkey seed, seen from the state folder"),
    caFile: z.string().min(1).nullable().default(null)
      .describe(
        "the authority of the broker's certificate, seen from the state folder; " +
          "by default as provisioning settled it",
      ),
  }).prefault({}),
  console: z.strictObject({
    hostname: z.string().min(1).max(253).default("127.0.0.1")
      .describe("address to listen on; loopback unless something stands in front"),
    port: z.int().min(0).max(65_535).default(0)
      .describe("port to listen on; 0 takes a free one and writes it to ports.json"),
    publicUrl: z.url({ protocol: /^https?$/ }).nullable().default(null)
      .describe("how browsers reach the console, where that differs from the address above"),
    proxied: z.boolean().default(false)
      .describe("whether a proxy stands in front, brings TLS and says whom it speaks for"),
    tls: CertificateFiles.nullable().default(null)
      .describe(
        "certFile and keyFile, PEM, seen from the state folder; read again when they change",
      ),
    acme: AcmeConfig.nullable().default(null)
      .describe(
        "a certificate from an authority: contact, termsAgreed = true, domains, directoryUrl, " +
          "httpHostname, httpPort, renewBeforeS, caFile",
      ),
  }).prefault({}),
  cases: z.strictObject({
    bundleWindowS: z.int().min(10).max(day).default(900)
      .describe("how far apart two deviations of one case may lie, s"),
  }).prefault({}),
  decisions: z.strictObject({
    signingKeyFile: z.string().min(1).default("keys/signing.json")
      .describe("the aggregator's Ed25519 key, seen from the state folder"),
    actWithinS: z.int().min(10).max(day).default(900)
      .describe("how long the edge may act on a decision to pause or stop, s"),
    learnWithinS: z.int().min(60).max(90 * day).default(7 * day)
      .describe("how long the edge may take up a decision without a response, s"),
    twoPeople: z.enum(["never", "responses", "always"]).default("never")
      .describe("which decisions need two different people before the printer hears of them"),
    passkeyRequired: z.boolean().default(false)
      .describe(
        "whether only decisions that a passkey confirmed are taken; scripts make none then",
      ),
  }).prefault({}),
  auth: z.strictObject({
    setUpValidS: z.int().min(60).max(7 * day).default(3600)
      .describe("how long a set-up link or an invitation holds, s"),
    sessionS: z.int().min(300).max(30 * day).default(12 * 3600)
      .describe("how long a browser stays signed in, s"),
    triesMax: z.int().min(3).max(100).default(5)
      .describe("failed sign-ins from one place under one name before it must wait"),
    tryWindowS: z.int().min(10).max(day).default(900)
      .describe("how long a failed sign-in counts, s"),
    provider: ProviderConfig.nullable().default(null)
      .describe(
        "an OpenID Connect provider: name, issuer, clientId, clientSecretFile, scope, roleClaim, " +
          "roles = [{ value, role, site }]",
      ),
  }).prefault({}),
  alerts: z.strictObject({
    troubleAfterS: z.int().min(0).max(3600).default(30)
      .describe("how long a printer must be lost before anybody is told, s"),
    targets: z.enum(["allow", "refuse"]).default("allow")
      .describe(
        "whether an admin's webhooks may lead into private networks; anybody else's, and with " +
          "'refuse' an admin's too, must be https and lead to the open internet",
      ),
    insideTargets: z.array(z.url({ protocol: /^https?$/ })).max(50).default([])
      .describe(
        "receivers on your own network that everybody may use, such as ['http://ntfy.lan:8080']",
      ),
    vapidKeyFile: z.string().min(1).default("keys/vapid.json")
      .describe(
        "what identifies this console to browsers' push services, seen from the state folder",
      ),
    contact: z.email().max(254).nullable().default(null)
      .describe("whom a push service may write to; by default the console's public address"),
    email: z.strictObject({
      host: z.string().min(1).max(253).nullable().default(null)
        .describe("the mail server that takes the console's messages"),
      port: z.int().min(1).max(65_535).default(465)
        .describe("its port"),
      security: z.enum(["tls", "starttls", "none"]).default("tls")
        .describe(
          "'tls' from the first byte, 'starttls' or nothing else, 'none' on this host only",
        ),
      user: z.string().min(1).max(254).nullable().default(null)
        .describe("who signs in there"),
      passwordFile: z.string().min(1).nullable().default(null)
        .describe("file with the password, seen from the state folder"),
      caFile: z.string().min(1).nullable().default(null)
        .describe("a certificate authority of one's own, PEM, seen from the state folder"),
      from: z.email().max(254).default("printwarden@localhost.localdomain")
        .describe("the sender that people see"),
    }).prefault({}),
  }).prefault({}),
  insights: z.strictObject({
    plannedHoursPerDay: z.number().min(0.5).max(24).default(24)
      .describe("how many hours of a day printers are meant to work: their planned busy time"),
  }).prefault({}),
  forward: Forwards.default([])
    .describe("systems that every event of every case is forwarded to"),
});
export type Config = z.infer<typeof Config>;

const CONFIG_BYTES_MAX = 1_048_576;

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.split("\n")[0]! : String(error);
}

/** Reads a configuration from TOML; what is wrong is named by key, bound and value. */
export function parseConfig(text: string): Result<Config> {
  if (text.length > CONFIG_BYTES_MAX) {
    return refused(`at most ${CONFIG_BYTES_MAX} characters were required, got ${text.length}`);
  }
  let table: unknown;
  try {
    table = parse(text);
  } catch (error) {
    const line = typeof error === "object" && error && "line" in error ? error.line : "?";
    return refused(`TOML was required, got at line ${line}: ${reasonOf(error)}`);
  }
  const checked = Config.safeParse(table);
  if (!checked.success) return refused(configIssues(checked.error.issues, table).join("; "));
  return { ok: true, value: checked.data };
}

/**
 * Reads the configuration of a file, or the defaults if there is none.
 *
 * @param state the state folder, which outweighs the configured one
 */
export async function loadConfig(file: string | null, state: string | null) {
  let text = "";
  if (file !== null) {
    try {
      text = await Deno.readTextFile(file);
    } catch (error) {
      return refused(`Cannot read '${file}': a readable file was required: ${reasonOf(error)}`);
    }
  }
  const parsed = parseConfig(text);
  if (!parsed.ok) return refused(`Cannot read '${file}': ${parsed.issue}`);
  const folder = file === null ? Deno.cwd() : dirname(resolve(file));
  const value = { ...parsed.value, state: state ?? resolve(folder, parsed.value.state) };
  return { ok: true, value } as const;
}

/** Every key with its meaning, bounds and default, as a commented TOML file. */
export function describeConfig(): string {
  const lines: string[] = [];
  const describe = (schema: z.ZodObject, section: string) => {
    const fields = Object.entries(schema.shape);
    const sections = fields.filter(([, field]) => objectOf(field));
    const lists = fields.filter(([, field]) => itemOf(field));
    if (section) lines.push("", `[${section}]`);
    for (const [key, field] of fields) {
      if (objectOf(field) || itemOf(field)) continue;
      lines.push(
        `# ${z.toJSONSchema(field).description}${boundsOf(field)}`,
        defaultOf(key, field),
      );
    }
    for (const [key, field] of sections) {
      describe(objectOf(field)!, section ? `${section}.${key}` : key);
    }
    for (const [key, field] of lists) {
      lines.push("", `# ${z.toJSONSchema(field).description}; none by default`, `# [[${key}]]`);
      for (const [name, inside] of Object.entries(itemOf(field)!.shape)) {
        const { description = "" } = z.toJSONSchema(inside);
        lines.push(
          `# ${
            defaultOf(name, inside).replace(/^# (\w+) is not set/, "$1 = …")
          }   # ${description}`,
        );
      }
    }
  };
  describe(Config, "");
  return lines.join("\n");
}

function objectOf(field: unknown): z.ZodObject | null {
  const inner = field instanceof z.ZodPrefault ? field.unwrap() : field;
  return inner instanceof z.ZodObject ? inner : null;
}

/** What a list of tables is made of; null for any other field. */
function itemOf(field: unknown): z.ZodObject | null {
  const list = field instanceof z.ZodDefault ? field.unwrap() : field;
  if (!(list instanceof z.ZodArray)) return null;
  return list.element instanceof z.ZodObject ? list.element : null;
}

function boundsOf(field: z.ZodType): string {
  const { minimum, maximum } = z.toJSONSchema(field);
  return minimum === undefined ? "" : ` (${minimum} to ${maximum})`;
}

function defaultOf(key: string, field: z.ZodType): string {
  const value = z.toJSONSchema(field).default;
  return value === null || value === undefined
    ? `# ${key} is not set`
    : `${key} = ${JSON.stringify(value)}`;
}

import { z } from "zod";
import { Token } from "../../shared/ids.ts";
import { Severity, Verdict } from "../../shared/verdict.ts";
import { FORMAT_NAMES } from "./formats.ts";

/** Ports that RFC 5425, 5426 and 6587's users listen on. */
export const SYSLOG_PORTS = { udp: 514, tcp: 514, tls: 6514 } as const;

const Host = z.string().min(1).max(253).regex(/^[A-Za-z0-9._:-]+$/);
const File = z.string().min(1).max(1000);

const ToSyslog = z.strictObject({
  type: z.literal("syslog"),
  transport: z.enum(["udp", "tcp", "tls"]).default("tls"),
  host: Host,
  port: z.int().min(1).max(65_535).optional(),
  /** PEM of the authority that the receiver's certificate comes from; default the system's. */
  caFile: File.optional(),
  facility: z.int().min(0).max(23).default(16),
  enterpriseId: z.int().min(1).max(2_147_483_647).default(32473),
});

const ToHttp = z.strictObject({
  type: z.literal("http"),
  url: z.url({ protocol: /^https?$/ }),
  /** Holds what stands after 'Authorization: ', such as 'Bearer …'. */
  authorizationFile: File.optional(),
});

const ToNats = z.strictObject({
  type: z.literal("nats"),
  /** Kept by a stream, whose answer is waited for. */
  subject: z.string().min(1).max(200).regex(/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/),
  url: z.string().min(1).max(300),
  nkeySeedFile: File.optional(),
});

export const ForwardTo = z.discriminatedUnion("type", [ToSyslog, ToHttp, ToNats]);
export type ForwardTo = z.infer<typeof ForwardTo>;

/** Where every event of every case is forwarded to, from a durable position. */
export const Forward = z.strictObject({
  name: Token.describe("names its position in the stream: another name begins anew"),
  format: z.enum(FORMAT_NAMES).describe(`what a case is written as: ${FORMAT_NAMES.join(", ")}`),
  verdicts: z.array(Verdict).min(1).default([...Verdict.options])
    .describe("which verdicts are forwarded"),
  minSeverity: Severity.default("info").describe("the least severity that is forwarded"),
  from: z.enum(["start", "now"]).default("now")
    .describe("where a new name begins: with every case there ever was, or with the next event"),
  to: ForwardTo.describe(
    "{ type = 'syslog', transport = 'udp' | 'tcp' | 'tls', host, port, caFile, facility, " +
      "enterpriseId }, { type = 'http', url, authorizationFile } or " +
      "{ type = 'nats', url, subject, nkeySeedFile }; files are seen from the state folder",
  ),
}).refine(({ format, to }) => to.type !== "syslog" || format === "syslog", {
  path: ["format"],
  message: "'syslog', as that is what a syslog receiver reads,",
});
export type Forward = z.infer<typeof Forward>;

export const Forwards = z.array(Forward).max(16).refine(
  (list) => new Set(list.map(({ name }) => name)).size === list.length,
  { message: "another name for each" },
);

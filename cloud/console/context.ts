import type { Context } from "hono";
import { html } from "hono/html";
import type { StatusCode } from "hono/utils/http-status";
import { Address } from "../../shared/ids.ts";
import type { Accounts } from "../auth/accounts.ts";
import type { Identity } from "../auth/identify.ts";
import type { Passkeys } from "../auth/passkeys.ts";
import type { PeopleDesk } from "../auth/people_desk.ts";
import type { Provider } from "../auth/provider_shell.ts";
import type { SignIn } from "../auth/sign_in.ts";
import type { Stored } from "../broker/broker.ts";
import type { StreamName } from "../broker/streams.ts";
import type { Desk } from "../cases/desk.ts";
import type { Signer } from "../decisions/signer_shell.ts";
import type { JobSender } from "../commands/job_sender.ts";
import type { Personal } from "../personal/personal_shell.ts";
import type { ForwardStatus } from "../exports/forwarder_shell.ts";
import type { EnrolmentDesk } from "../provision/enrolment_desk.ts";
import type { MaintenanceDesk } from "../printers/maintenance_desk_shell.ts";
import type { Change } from "../read_model/projection.ts";
import type { ReadModel } from "../read_model/read_model.ts";
import type { SubscriptionDesk } from "../subscriptions/desk_shell.ts";
import type { Assets } from "./assets.ts";
import type { PageFrame } from "./layout.tsx";

/** All that the HTTP side stands on; a test may put its own behind each. */
export interface Parts {
  model: ReadModel;
  /** The read model as those see it who may look at these sites only; null: at all. */
  modelOf(sites: readonly string[] | null): ReadModel;
  desk: Desk;
  signer: Signer;
  accounts: Accounts;
  signIn: SignIn;
  passkeys: Passkeys;
  people: PeopleDesk;
  enrolment: EnrolmentDesk;
  /** The audit log as it is stored, from its first row. */
  auditRows(signal: AbortSignal): AsyncIterable<Pick<Stored, "bytes">>;
  /** Null if none is configured. */
  provider: Provider | null;
  personal: Personal;
  jobs: JobSender;
  subscriptions: SubscriptionDesk;
  maintenance: MaintenanceDesk;
  /** What browsers need to let this console send them messages. */
  pushKey: string;
  /** How the forwards of the configuration are getting on. */
  forwards: readonly ForwardStatus[];
  /** How many hours of a day printers are meant to work. */
  plannedHoursPerDay: number;
  assets: Assets;
  onChange(listener: (change: Change) => void): () => void;
  /** How far the read model has come in what pages show. */
  position(): number;
  brokerConnected(): boolean;
  /** The last sequence of a stream; null while the broker doesn't answer. */
  headOf(stream: StreamName): Promise<number | null>;
  now(): Date;
  /** How browsers reach the console, if that isn't the address it listens on. */
  publicUrl: string | null;
  /** Whether a proxy stands in front, which says whom it speaks for. */
  proxied: boolean;
  /** How long a session's cookie is kept, s. */
  sessionS: number;
  /** Aborts when the program ends, so that live streams end too. */
  closing: AbortSignal;
}

export interface Env {
  Variables: {
    identity: Identity | null;
    /** How far the read model had come when the request arrived; a page shows that at least. */
    position?: number;
    secureHeadersNonce?: string;
  };
  Bindings: { remoteAddr?: { hostname?: string } };
}

export type Ctx = Context<Env>;

/** What every page needs to know of its request. */
export function frameOf(c: Ctx, parts: Parts): PageFrame {
  const identity = c.get("identity");
  return {
    nonce: c.get("secureHeadersNonce") ?? "",
    asset: parts.assets.url,
    identity,
    position: identity ? c.get("position") ?? 0 : 0,
    refusedCount: identity ? parts.model.fleet.refusedCount() : 0,
    unreviewedCount: identity ? parts.model.personal.unreviewed(identity.actor.id) : 0,
  };
}

/** Printer tokens by the name that people gave them. */
export function printerLabels(parts: Parts): Map<string, string> {
  return new Map(parts.model.fleet.labels(PRINTERS_MAX));
}

/** No list of printers is longer. */
export const PRINTERS_MAX = 2000;

/** Answers with a page; without its doctype browsers would fall back to the ways of 1998. */
export function page(
  c: Ctx,
  element: Parameters<typeof html>[1],
  status: StatusCode = 200,
): Response | Promise<Response> {
  c.status(status);
  return c.html(html`<!doctype html>${element}`);
}

/** The printer that a route names by site, device and printer; null if that is none. */
export function addressOf(c: Ctx): Address | null {
  const address = Address.safeParse({
    site: c.req.param("site"),
    device: c.req.param("device"),
    printer: c.req.param("printer"),
  });
  return address.success ? address.data : null;
}

import { resolve } from "node:path";
import { auditRows } from "./auth/audit_check.ts";
import { challenges } from "./auth/challenges_shell.ts";
import { type Door, door } from "./auth/door.ts";
import { passkeys } from "./auth/passkeys.ts";
import type { Passwords } from "./auth/passwords.ts";
import { peopleDesk } from "./auth/people_desk.ts";
import { type Provider, provider } from "./auth/provider_shell.ts";
import { signIn } from "./auth/sign_in.ts";
import type { Broker } from "./broker/broker.ts";
import type { StreamName } from "./broker/streams.ts";
import { caseDesk } from "./cases/desk_shell.ts";
import { composeSender } from "./channels/compose_sender.ts";
import type { TargetPolicy } from "./channels/target_policy.ts";
import { commandAsker } from "./commands/ask.ts";
import { jobSender } from "./commands/job_sender.ts";
import type { Config } from "./config.ts";
import { loadAssets } from "./console/assets.ts";
import type { Parts } from "./console/context.ts";
import { type Courier, startCourier } from "./decisions/courier_shell.ts";
import { prover } from "./decisions/prover_shell.ts";
import { signer } from "./decisions/signer_shell.ts";
import type { ForwardStatus } from "./exports/forwarder_shell.ts";
import type { Foundation } from "./foundation.ts";
import { personalStore } from "./personal/personal_shell.ts";
import { maintenanceDesk } from "./printers/maintenance_desk_shell.ts";
import type { TellingPorts } from "./printers/telling_shell.ts";
import { enrolmentDesk } from "./provision/enrolment_desk.ts";
import type { AuthQueries } from "./read_model/auth_queries.ts";
import { subscriptionDesk } from "./subscriptions/desk_shell.ts";

/** Where people act, and what carries their acts away. */
export interface Desks {
  parts: Parts;
  courier: Courier;
  sender: Awaited<ReturnType<typeof composeSender>>;
  telling: TellingPorts;
}

/** Sets up all that the console and the API act by. */
export async function setUpDesks(
  base: Foundation,
  passwords: Passwords,
  forwards: ForwardStatus[],
): Promise<Desks> {
  const { config, broker, model, projector, audit, key, people, now } = base;
  const courier = startCourier(broker, model.cases, model.auth, key, now, base.log);
  const targetsOf = targetsBy(config.alerts, model.auth);
  const sender = await composeSender(config, broker, targetsOf, now);
  const ask = commandAsker(broker, key, now);
  const telling = { printers: model.printers, broker, projector, ask, now };
  const gate = door(model.auth, people, audit, challenges(broker, now), config.auth, now);
  const desk = caseDesk(model.cases, base.log, audit, courier.deliver, config.decisions, now);
  const parts: Parts = {
    model,
    modelOf: base.scopes.modelOf,
    desk,
    signer: signer(prover(gate, config.decisions.passkeyRequired), model.cases, desk),
    accounts: people,
    signIn: signIn(gate, passwords),
    passkeys: passkeys(gate),
    auditRows: (signal) => auditRows(broker, signal),
    people: peopleDesk(gate, config.auth.setUpValidS),
    enrolment: enrolmentDesk({
      ...{ state: config.state, broker, audit, key, now },
      changed: base.keys.refresh,
    }),
    provider: await providerOf(config, gate),
    personal: personalStore(broker, projector),
    subscriptions: subscriptionDesk({ model, broker, projector, audit, targetsOf, now }),
    pushKey: sender.pushKey,
    maintenance: maintenanceDesk({ ...telling, audit }),
    forwards,
    jobs: jobSender(broker, key, audit, now),
    headOf: (stream) => headOf(broker, stream),
    ...await surroundings(base),
  };
  return { parts, courier, sender, telling };
}

/** What the pages know of the program that they are a part of. */
async function surroundings({ config, broker, projector, now, stop }: Foundation) {
  return {
    plannedHoursPerDay: config.insights.plannedHoursPerDay,
    assets: await loadAssets(),
    onChange: projector.onChange,
    position: projector.position,
    brokerConnected: broker.connected,
    now,
    publicUrl: config.console.publicUrl,
    proxied: config.console.proxied,
    sessionS: config.auth.sessionS,
    closing: stop,
  };
}

/** What a stream has come to; an emptied one holds nothing to wait for. */
async function headOf(broker: Broker, stream: StreamName): Promise<number | null> {
  if (!broker.connected()) return null;
  try {
    const { lastSequence, empty } = await broker.head(stream);
    return empty ? 0 : lastSequence;
  } catch {
    return null;
  }
}

/** Whose channels may lead into private networks: an admin's, if anybody's, or to what is named. */
function targetsBy({ targets, insideTargets }: Config["alerts"], auth: AuthQueries) {
  const named = new Set(insideTargets.map((one) => new URL(one).origin));
  return (personId: string, url: string): TargetPolicy => {
    if (named.has(new URL(url).origin)) return "allow";
    const person = auth.person(personId)?.record;
    const admin = person?.role === "admin" && person.leftWallTime === null;
    return admin ? targets : "refuse";
  };
}

/** The configured identity provider, with its client's secret. */
async function providerOf({ state, auth }: Config, gate: Door): Promise<Provider | null> {
  if (auth.provider === null) return null;
  const { clientSecretFile } = auth.provider;
  const secret = clientSecretFile === undefined
    ? undefined
    : (await Deno.readTextFile(resolve(state, clientSecretFile))).trim();
  return provider(gate, auth.provider, secret);
}

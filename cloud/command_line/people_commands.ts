import { join } from "node:path";
import type { Broker } from "../broker/broker.ts";
import { accounts, newInvitation, newToken } from "../auth/accounts.ts";
import { auditLog } from "../auth/audit_log.ts";
import { TOKEN_PREFIX } from "../auth/identify.ts";
import { type ApiToken, type Invitation, Role, TokenScope } from "../auth/records.ts";
import { roleWords } from "../auth/role_words.ts";
import { AGGREGATOR } from "../cases/case_log_shell.ts";
import { certifyExpert, listExperts, peopleOf } from "../decisions/experts_shell.ts";
import { readPortOf } from "../provision/console_port.ts";
import { readFleet } from "../provision/fleet.ts";
import { readSigningKey } from "../provision/key_files.ts";
import { configOf, type Flags, fromHere, number, siteOf, UsageError, withBroker } from "./flags.ts";

const COMMAND_LINE = { kind: "aggregator", id: "command-line", name: "The command line" } as const;

export async function token(flags: Flags): Promise<void> {
  if (!flags.name) throw new UsageError("Cannot make a token: --name NAME was required");
  const scopes = TokenScope.array().safeParse(flags.scope ?? ["read", "decide"]);
  if (!scopes.success) {
    const got = (flags.scope ?? []).join(", ");
    throw new UsageError(
      `Cannot read --scope: one of ${TokenScope.options.join(", ")} was required, got '${got}'`,
    );
  }
  const site = siteOf(flags);
  const sites = site === null ? null : [site];
  const days = number(flags.days ?? "7", "days", 1, 366);
  const made = newToken(flags.name, scopes.data, AGGREGATOR, new Date(), days * 86_400, sites);
  await withBroker(flags, async (broker) => {
    await issue(broker, made.record, "token-made", `${flags.name}: ${scopes.data.join(", ")}`);
  });
  console.log(TOKEN_PREFIX + made.credential);
}

export async function invite(flags: Flags): Promise<void> {
  const role = Role.safeParse(flags.role ?? "expert");
  if (!role.success) {
    throw new UsageError(
      `Cannot read --role: one of ${Role.options.join(", ")} was required, got '${flags.role}'`,
    );
  }
  const config = await configOf(flags);
  const site = siteOf(flags);
  const made = site === null
    ? newInvitation(role.data, new Date(), config.auth.setUpValidS)
    : newInvitation(null, new Date(), config.auth.setUpValidS, [{ site, role: role.data }]);
  await withBroker(flags, async (broker) => {
    await issue(broker, made.record, "invited", roleWords(made.record));
  });
  const port = await readPortOf(config.state);
  const base = config.console.publicUrl ?? `http://localhost:${port ?? config.console.port}`;
  console.log(`${base}/join/${made.credential}`);
}

export async function experts(flags: Flags): Promise<void> {
  const config = await configOf(flags);
  await withBroker(flags, async (broker) => {
    const auth = await peopleOf(broker);
    if (flags.certify === undefined) return console.log(listExperts(auth, new Date()));
    const rootFile = flags.root ? fromHere(flags.root) : join(config.state, "keys", "root.json");
    const certified = await certifyExpert(auth, accounts(broker, () => Promise.resolve()), {
      name: flags.certify,
      site: (await readFleet(config.state))?.site ?? "",
      root: await readSigningKey(rootFile),
      days: number(flags.days ?? "90", "days", 1, 366),
      now: new Date(),
    });
    if (!certified.ok) throw new UsageError(certified.issue);
    await note(broker, "expert-certified", flags.certify, certified.value);
    console.log(certified.value);
  });
}

/** Writes what somebody was given together with its row in the audit log. */
async function issue(
  broker: Broker,
  record: Invitation | ApiToken,
  act: string,
  detail: string,
): Promise<void> {
  const audit = auditLog(broker, () => new Date());
  const carried = audit.note(COMMAND_LINE, act, record.id, detail);
  await accounts(broker, () => Promise.resolve()).write(record, 0, carried);
  await audit.chain(carried);
}

/** Acts at the command line are written down as well. */
async function note(broker: Broker, act: string, target: string, detail: string): Promise<void> {
  await auditLog(broker, () => new Date()).write(COMMAND_LINE, act, target, detail);
}

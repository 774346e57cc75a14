import { refused, type Result } from "../../shared/result.ts";
import { newPerson } from "./accounts.ts";
import { claimedRoles } from "./claimed_roles.ts";
import type { Door } from "./door.ts";
import type { Claims } from "./provider_client_shell.ts";
import type { ProviderConfig } from "./provider_config.ts";
import type { Person } from "./records.ts";
import { roleWords } from "./role_words.ts";

/**
 * The person behind a provider's claims, made or brought up to date: the provider's word on their
 * roles counts anew at each sign-in. Somebody of the same name who is known here already is another.
 */
export async function personOf(
  { auth, accounts, audit, now }: Door,
  config: ProviderConfig,
  claims: Claims,
): Promise<Result<Person>> {
  const by = { kind: "aggregator", id: "provider", name: config.name } as const;
  const roles = claimedRoles(claims[config.roleClaim], config.roles);
  const found = auth.personByProvider(config.issuer, claims.sub);
  if (found?.record.leftWallTime) return refused("This account was closed here");
  if (!roles) {
    if (found) {
      const record = { ...found.record, role: null, grants: [] };
      const note = audit.note(by, "roles-changed", record.id, roleWords(record));
      await accounts.write(record, found.sequence, note);
      await audit.chain(note);
    }
    return refused("Your organisation gives you no role here; please ask whoever looks after this");
  }
  const before = found?.record;
  const same = before && JSON.stringify([before.role, before.grants]) ===
      JSON.stringify([roles.role, roles.grants]);
  if (before && same) return { ok: true, value: before };
  const made = before ?? {
    ...newPerson(crypto.randomUUID(), freeName(auth, claims), roles, null, now()),
    provider: { issuer: config.issuer, subject: claims.sub },
  };
  const person: Person = { ...made, ...roles };
  const act = before ? "roles-changed" : "joined";
  const note = audit.note(by, act, person.id, roleWords(person));
  const written = await accounts.write(person, found?.sequence ?? 0, note);
  if (!written.ok) return written;
  await audit.chain(note);
  return { ok: true, value: person };
}

/** What the provider calls them, made plain, and different from everybody else's name. */
function freeName(auth: Door["auth"], claims: Claims): string {
  const told = [claims.name, claims.preferred_username, claims.email].find((one) =>
    typeof one === "string" && one.trim().length >= 2
  );
  const plain = String(told ?? "Somebody").replaceAll(/[\p{Cc}\p{Cf}<>]/gu, "").trim();
  const name = plain.length >= 2 ? plain.slice(0, 50) : "Somebody";
  let tried = name;
  for (let number = 2; auth.personNamed(tried); number++) tried = `${name} (${number})`;
  return tried;
}

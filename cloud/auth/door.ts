import type { AuthQueries } from "../read_model/auth_queries.ts";
import type { Versioned } from "../read_model/auth_rows.ts";
import type { Actor } from "../cases/case_event.ts";
import { type Accounts, type Issued, newSession } from "./accounts.ts";
import type { AuditLog } from "./audit_log.ts";
import type { Challenges } from "./challenges_shell.ts";
import { type FailureLimits, failureLimits } from "./failure_limits.ts";
import type { Invitation, Person, Session } from "./records.ts";
import { secretMatches, splitCredential } from "./secrets.ts";

export interface DoorOptions {
  sessionS: number;
  triesMax: number;
  tryWindowS: number;
}

/** What every way of signing in needs. */
export interface Door {
  auth: AuthQueries;
  accounts: Accounts;
  audit: AuditLog;
  challenges: Challenges;
  limits: FailureLimits;
  now: () => Date;
  /** Opens a session for somebody who has just proved who they are, and writes that down. */
  welcome(person: Person, visit: Visit, by: Session["by"]): Promise<Issued<Session>>;
  /** The invitation behind a link, while it is unused and unexpired. */
  invitationOf(credential: string): Versioned<Invitation> | null;
}

/** From where somebody asks. */
export interface Visit {
  /** The network address, for the limits of failures. */
  peer: string;
  browser: string;
}

export function door(
  auth: AuthQueries,
  accounts: Accounts,
  audit: AuditLog,
  challenges: Challenges,
  options: DoorOptions,
  now: () => Date,
): Door {
  return {
    auth,
    accounts,
    audit,
    challenges,
    limits: failureLimits(options.triesMax, options.tryWindowS),
    now,
    async welcome(person, { peer, browser }, by) {
      await audit.write(actorOf(person), "signed-in", peer, `${by}: ${browser.slice(0, 200)}`);
      const issued = newSession(person.id, browser, by, now(), options.sessionS);
      await accounts.write(issued.record, 0);
      return issued;
    },
    invitationOf(credential) {
      const split = splitCredential(credential);
      const found = split && auth.invitation(split.id);
      if (!found || !secretMatches(split.secret, found.record.digest)) return null;
      const { usedByPersonId, expiresWallTime } = found.record;
      const holds = usedByPersonId === null && Date.parse(expiresWallTime) > now().getTime();
      return holds ? found : null;
    },
  };
}

export function actorOf(person: Person): Actor {
  return { kind: "person", id: person.id, name: person.name };
}

/** Somebody who hasn't proved who they are. */
export function strangerAt(peer: string): Actor {
  return { kind: "person", id: "unknown", name: `somebody at ${peer}`.slice(0, 200) };
}

import { join } from "node:path";
import { type Accounts, accounts } from "./auth/accounts.ts";
import { type AuditLog, auditLog } from "./auth/audit_log.ts";
import type { Broker } from "./broker/broker.ts";
import { type CaseLog, caseLog } from "./cases/case_log_shell.ts";
import type { Config } from "./config.ts";
import { type OpenForward, openForwards } from "./exports/start_forwards_shell.ts";
import { threadedReading } from "./ingest/reading_thread.ts";
import { type DeviceKeys, deviceKeys } from "./provision/device_keys.ts";
import { signingKey } from "./provision/key_files.ts";
import { finishBuilding } from "./read_model/building.ts";
import { startCheckpoints } from "./read_model/checkpoints.ts";
import { openToBuild, settings } from "./read_model/database.ts";
import { type Projector, startProjector } from "./read_model/projector.ts";
import { type ReadModel, readModelOf } from "./read_model/read_model.ts";
import { readModelScopes, type Scopes } from "./read_model/scopes.ts";
import type { SigningKey } from "../shared/signing.ts";

/** What every part of an aggregator stands on. */
export interface Foundation {
  config: Config;
  broker: Broker;
  /** Keys of the devices that may speak. */
  keys: DeviceKeys;
  projector: Projector;
  model: ReadModel;
  scopes: Scopes;
  /** Receivers of what is forwarded, open. */
  forwards: readonly OpenForward[];
  log: CaseLog;
  audit: AuditLog;
  people: Accounts;
  /** The site's own key: decisions and orders are signed with it. */
  key: SigningKey;
  now: () => Date;
  stop: AbortSignal;
  /** After everything that stands on it. */
  close(): Promise<void>;
}

/** Reads the streams into the read model up to where they are, and opens what writes to them. */
export async function layFoundation(
  config: Config,
  broker: Broker,
  now: () => Date,
  stop: AbortSignal,
): Promise<Foundation> {
  await Deno.mkdir(config.state, { recursive: true });
  const forwards = await openForwards(config.forward, config.state);
  const file = join(config.state, "read-model.sqlite");
  const database = openToBuild(file);
  const keys = await deviceKeys(config.state, stop);
  const reading = threadedReading(keys.of);
  const projector = await startProjector(database, broker, stop, reading);
  const model = readModelOf(database);
  const scopes = readModelScopes(file, model);
  await projector.catchUp();
  finishBuilding(database, settings);
  const endCheckpoints = startCheckpoints(database, file);
  model.auth.forgetEndedSessions(now().toISOString());
  return {
    ...{ config, broker, keys, projector, model, scopes, forwards, now, stop },
    log: caseLog(broker, projector, now),
    audit: auditLog(broker, now),
    people: accounts(broker, projector.reached),
    key: await signingKey(join(config.state, config.decisions.signingKeyFile)),
    async close() {
      scopes.close();
      reading.close();
      await endCheckpoints();
      database.close();
    },
  };
}

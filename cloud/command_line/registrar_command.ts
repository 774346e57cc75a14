import { join } from "node:path";
import { RegistrarClaims, signRegistrar } from "../../shared/registrar.ts";
import { auditLog } from "../auth/audit_log.ts";
import { readFleet } from "../provision/fleet.ts";
import { readSigningKey } from "../provision/key_files.ts";
import { configOf, type Flags, fromHere, number, UsageError, withBroker } from "./flags.ts";

const COMMAND_LINE = { kind: "aggregator", id: "command-line", name: "The command line" } as const;
const DAY_MS = 86_400_000;

/** Vouches with the site's root key for a machine that registers jobs; prints the certificate. */
export async function registrar(flags: Flags): Promise<void> {
  const { name, key } = flags;
  if (!name || !key) {
    throw new UsageError("Cannot vouch for a registrar: --name NAME and --key KEY were required");
  }
  const config = await configOf(flags);
  const rootFile = flags.root ? fromHere(flags.root) : join(config.state, "keys", "root.json");
  const nowMs = Date.now();
  const claims = RegistrarClaims.safeParse({
    version: 1,
    site: (await readFleet(config.state))?.site ?? "",
    name,
    publicJwk: { kty: "OKP", crv: "Ed25519", x: key },
    fromWallTime: new Date(nowMs).toISOString(),
    untilWallTime: new Date(nowMs + number(flags.days ?? "365", "days", 1, 1100) * DAY_MS)
      .toISOString(),
  });
  if (!claims.success) {
    throw new UsageError(
      `Cannot vouch for a registrar: a provisioned site, a name of 120 characters at most and the ` +
        `key that 'register_job --make-key' printed were required, got '${key.slice(0, 60)}'`,
    );
  }
  const certificate = await signRegistrar(claims.data, await readSigningKey(rootFile));
  await withBroker(flags, async (broker) => {
    const until = `until ${claims.data.untilWallTime}`;
    await auditLog(broker, () => new Date()).write(
      COMMAND_LINE,
      "registrar-certified",
      name,
      `${key} ${until}`,
    );
  });
  console.log(certificate);
}

import { reasonOf } from "../../shared/reason.ts";
import type { ShippedPackage } from "./shipped.ts";

/** What npm knows against the packages; null, with the reason, if it couldn't be asked. */
export type Advisories = { issues: string[] } | { unknown: string };

/** Asking must not hold a check up where there is no network, ms. */
const ASK_MS = 60_000;

type Named = Pick<ShippedPackage, "name" | "version" | "integrity">;

/**
 * Asks the registry, by `npm audit`, what is known against these very versions: the package lock is
 * made from `deno.lock`, nothing is resolved anew and nothing is installed.
 *
 * @param registry another address than the one that npm is set to
 */
export async function advisories(
  packages: readonly Named[],
  registry?: string,
): Promise<Advisories> {
  const folder = await Deno.makeTempDir({ prefix: "printwarden-audit-" });
  try {
    await Deno.writeTextFile(`${folder}/package.json`, JSON.stringify(manifestOf(packages)));
    await Deno.writeTextFile(`${folder}/package-lock.json`, JSON.stringify(lockOf(packages)));
    const command = new Deno.Command("npm", {
      args: ["audit", "--json", "--package-lock-only", "--fetch-retries=1"]
        .concat(registry === undefined ? [] : ["--registry", registry]),
      cwd: folder,
      signal: AbortSignal.timeout(ASK_MS),
    });
    const { stdout } = await command.output();
    return readAudit(new TextDecoder().decode(stdout));
  } catch (error) {
    return { unknown: reasonOf(error) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Each package under an alias of its own: so two versions of one stand side by side. */
function aliases(packages: readonly Named[]): Record<string, string> {
  return Object.fromEntries(
    packages.map(({ name, version }, at) => [`p${at}`, `npm:${name}@${version}`]),
  );
}

function manifestOf(packages: readonly Named[]) {
  return { name: "printwarden", version: "0.0.0", dependencies: aliases(packages) };
}

function lockOf(packages: readonly Named[]) {
  const entries = packages.map(({ name, version, integrity }, at) => {
    const file = `${name.split("/").at(-1)}-${version}.tgz`;
    const resolved = `https://registry.npmjs.org/${name}/-/${file}`;
    return [`node_modules/p${at}`, { name, version, resolved, integrity: integrity ?? undefined }];
  });
  const root = manifestOf(packages);
  return {
    name: root.name,
    version: root.version,
    lockfileVersion: 3,
    requires: true,
    packages: { "": root, ...Object.fromEntries(entries) },
  };
}

interface Audit {
  message?: string;
  error?: { summary?: string; code?: string };
  vulnerabilities?: Record<string, { severity: string; via: (string | Via)[] }>;
}
interface Via {
  name: string;
  title: string;
  url: string;
  severity: string;
  range: string;
}

/** Reads what `npm audit --json` says. */
export function readAudit(text: string): Advisories {
  let audit: Audit;
  try {
    audit = JSON.parse(text);
  } catch {
    return { unknown: `npm said '${text.slice(0, 100)}'` };
  }
  if (audit.error || !audit.vulnerabilities) {
    const { message, error } = audit;
    return { unknown: error?.summary || message || error?.code || "npm gave no answer" };
  }
  const issues = Object.values(audit.vulnerabilities).flatMap(({ via }) =>
    via.flatMap((one) =>
      typeof one === "string" ? [] : [
        `Cannot ship ${one.name} ${one.range}: ${one.severity}, ${one.title} (${one.url})`,
      ]
    )
  );
  return { issues: [...new Set(issues)] };
}

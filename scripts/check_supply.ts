/**
 * Fails when a package that we ship has a licence that ours can't stand beside, or is known to be
 * vulnerable; writes the bill of materials to `out/sbom.cdx.json`. Run by `deno task ok`. Without
 * the registry it says loudly that nobody was asked.
 */
import { fileURLToPath } from "node:url";
import { AGENT_VERSION } from "../edge/agent/compose.ts";
import { runMain } from "./command_line.ts";
import { advisories } from "./supply/advisories.ts";
import { licenceIssues } from "./supply/licences.ts";
import { sbom } from "./supply/sbom.ts";
import { shippedPackages } from "./supply/shipped.ts";

const OUT = fileURLToPath(new URL("../out/", import.meta.url));

async function main(): Promise<void> {
  const packages = await shippedPackages();
  await Deno.mkdir(OUT, { recursive: true });
  await Deno.writeTextFile(`${OUT}sbom.cdx.json`, `${sbom(AGENT_VERSION, packages)}\n`);
  const known = await advisories(packages);
  if ("unknown" in known) {
    console.log(`SKIPPED advisories: the registry was required: ${known.unknown}`);
  }
  const issues = [...licenceIssues(packages), ...("issues" in known ? known.issues : [])];
  for (const issue of issues) console.error(issue);
  console.log(`supply: ${packages.length} packages, ${issues.length} issues, out/sbom.cdx.json`);
  Deno.exit(issues.length > 0 ? 1 : 0);
}

if (import.meta.main) await runMain(main);

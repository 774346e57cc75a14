import type { ShippedPackage } from "./shipped.ts";

/**
 * Licences under which a package may be passed on, unchanged, beside ours, which is Apache-2.0.
 * MPL-2.0 holds for its own files alone (its section 3.3), and we change none of them.
 */
const WELCOME = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "ISC",
  "MIT",
  "MIT-0",
  "MPL-2.0",
  "Python-2.0",
  "Unlicense",
  "Zlib",
]);

/** Whether an SPDX expression leaves a welcome choice; nested expressions are refused. */
export function isWelcome(expression: string): boolean {
  const plain = expression.trim().replace(/^\(([^()]*)\)$/, "$1");
  if (/[()]/.test(plain)) return false;
  const all = (part: string) => part.split(" AND ").every((one) => WELCOME.has(one.trim()));
  return plain.split(" OR ").some(all);
}

/** What is wrong with the packages' licences, in sentences. */
export function licenceIssues(packages: readonly ShippedPackage[]): string[] {
  return packages.flatMap(({ id, licence }) => {
    if (licence !== null && isWelcome(licence)) return [];
    return [
      `Cannot ship ${id}: a licence that fits beside Apache-2.0 was required, got ${
        licence ?? "none declared"
      }`,
    ];
  });
}

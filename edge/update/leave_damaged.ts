import type { JWK } from "jose";
import type { Releases } from "./layout_file.ts";
import { checkUnpacked } from "./release_file.ts";

/**
 * Before anything runs as it: leaves a release that isn't whole any more, as a worn card leaves one,
 * for the last that did well if that is whole, else for what was installed.
 *
 * @returns what was done, in words; null if the release in use is whole, or none is in use
 */
export async function leaveDamaged(
  releases: Releases,
  pinned: ReadonlyMap<string, JWK>,
): Promise<string | null> {
  const current = await releases.current();
  if (current === null) return null;
  const whole = await checkUnpacked(releases.folder(current), pinned);
  if (whole.ok) return null;
  const proven = await releases.current("proven");
  const isProvenWhole = proven !== null && proven !== current &&
    (await checkUnpacked(releases.folder(proven), pinned)).ok;
  if (isProvenWhole) await releases.switchTo(proven);
  else await releases.leave();
  return `${whole.issue}; ${isProvenWhole ? proven : "what was installed"} is in use again`;
}

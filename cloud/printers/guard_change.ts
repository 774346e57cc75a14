import { z } from "zod";
import { Digest, Uuid } from "../../shared/ids.ts";
import { type Presence, ReleaseWord } from "../../shared/presence.ts";
import type { MaintenanceWindow } from "./maintenance_window.ts";

/** What makes a printer's guard what it is, as its presence told it. */
export const GuardMake = z.strictObject({
  version: z.string().max(60),
  config: Digest,
  detector: Digest,
  classifier: Digest,
  profile: Digest.nullable(),
  trust: Digest.nullable(),
  release: ReleaseWord.nullable(),
});
export type GuardMake = z.infer<typeof GuardMake>;

/** What of a guard can change. */
export const GuardPart = z.enum([
  "configuration",
  "program",
  "detector",
  "known issues",
  "calibration",
  "pinned keys",
  "signature",
]);
export type GuardPart = z.infer<typeof GuardPart>;

/** A guard that isn't any more what it was; `announcedBy` is null where nobody had said so. */
export const GuardChange = z.strictObject({
  type: z.literal("guard"),
  make: GuardMake,
  bootId: Uuid,
  changed: z.array(GuardPart).max(7),
  announcedBy: z.string().max(300).nullable(),
});
export type GuardChange = z.infer<typeof GuardChange>;

/** What a presence tells of its guard; older guards tell less. */
export function makeOf({ versions, digests }: Pick<Presence, "versions" | "digests">): GuardMake {
  const { config, detector, classifier, profile, trust, release } = digests;
  return {
    version: versions.agent,
    config,
    detector,
    classifier,
    profile: profile ?? null,
    trust: trust ?? null,
    // In this order whoever wrote it: makes are compared as text.
    release: release
      ? { version: release.version, digest: release.digest, signedBy: release.signedBy }
      : null,
  };
}

/**
 * What has changed between two makes [pure]. A first calibration is none: every guard learns one by
 * itself, once, and never overwrites it. What an older guard didn't tell is no change either.
 */
export function changedParts(before: GuardMake, now: GuardMake): GuardPart[] {
  const parts: GuardPart[] = [];
  if (before.config !== now.config) parts.push("configuration");
  const program = before.version !== now.version || before.release?.digest !== now.release?.digest;
  if (program) parts.push("program");
  if (before.detector !== now.detector) parts.push("detector");
  if (before.classifier !== now.classifier) parts.push("known issues");
  if (before.profile !== null && before.profile !== now.profile) parts.push("calibration");
  if (before.trust !== null && before.trust !== now.trust) parts.push("pinned keys");
  const signer = (make: GuardMake) => make.release?.signedBy ?? null;
  if (signer(before) !== null && signer(before) !== signer(now)) parts.push("signature");
  return parts;
}

/** What a release brings along: its signature vouches for these, and for nothing of the site's own. */
const OF_A_RELEASE: readonly GuardPart[] = ["program", "detector", "known issues"];

/**
 * Who had announced a change, in words [pure]; null if nobody had: a window that covers the printer,
 * or the key that signed the release before and signed this one too.
 */
export function announcedBy(
  before: GuardMake,
  now: GuardMake,
  changed: readonly GuardPart[],
  window: MaintenanceWindow | null,
): string | null {
  if (window !== null) return `${window.by.name}: ${window.what}`.slice(0, 300);
  const key = now.release?.signedBy ?? null;
  const another = now.release?.digest !== before.release?.digest;
  const vouched = key !== null && key === before.release?.signedBy && another &&
    changed.every((part) => OF_A_RELEASE.includes(part));
  return vouched ? `release ${now.release?.version}, signed by the same key` : null;
}

import type { Logger } from "@logtape/logtape";
import type { ReleaseWord } from "../../shared/presence.ts";
import type { Config } from "../config.ts";
import type { WallClock } from "../publish/wall_clock.ts";
import type { ExpertTrust, PinnedKeys } from "../respond/trust.ts";
import type { PrinterPlan } from "./printer_parts.ts";

/** What an agent is put together from. */
export interface Composition {
  config: Config;
  plans: readonly PrinterPlan[];
  /** The nkey seed that the broker lets this device in by. */
  seed: Uint8Array;
  /** The seed that it signs with. */
  signingSeed: Uint8Array;
  /** The keys pinned now; asked for anew with each decision. */
  keys(): PinnedKeys;
  /** The root keys of experts, and how many must confirm; none by default. */
  experts?(): ExpertTrust;
  clock: WallClock;
  log: Logger;
  /** The release that this is; null, and the source's own version, where it runs from anything else. */
  release?: ReleaseWord | null;
}

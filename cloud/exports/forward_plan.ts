import { severityRank } from "../cases/gravity.ts";
import type { CaseExport } from "./case_export.ts";
import type { Forward } from "./forward_config.ts";
import { FORMATS, SYSLOG_DEFAULTS } from "./formats.ts";
import { syslogMessage } from "./syslog.ts";

const BACKOFF_MS_MIN = 1_000;
const BACKOFF_MS_MAX = 60_000;

/** What a forward sends of a case; null where it isn't asked for. */
export function forwarded(forward: Forward, exported: CaseExport): string | null {
  const { about, event } = exported;
  if (!forward.verdicts.includes(about.verdict)) return null;
  if (severityRank(about.severity) < severityRank(forward.minSeverity)) return null;
  if (forward.format === "syslog") {
    const to = forward.to.type === "syslog" ? forward.to : SYSLOG_DEFAULTS;
    return syslogMessage(exported, to);
  }
  // A bundle says the same until somebody has decided anew.
  if (forward.format === "stix" && event.type !== "decided") return null;
  const text = FORMATS[forward.format].render(exported);
  return text.ok ? text.value : null;
}

/** How long to wait after so many failures in a row, ms. */
export function backoffMs(failures: number): number {
  return Math.min(BACKOFF_MS_MAX, BACKOFF_MS_MIN * 2 ** Math.min(failures, 10));
}

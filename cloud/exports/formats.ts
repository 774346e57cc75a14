import type { Result } from "../../shared/result.ts";
import type { CaseExport } from "./case_export.ts";
import { ecsDocument } from "./ecs.ts";
import { ocsfFinding } from "./ocsf.ts";
import { stixBundle } from "./stix.ts";
import { syslogMessage, type SyslogOptions } from "./syslog.ts";

/** What a case can be exported as. */
export const FORMAT_NAMES = ["ocsf", "ecs", "syslog", "stix"] as const;
export type FormatName = (typeof FORMAT_NAMES)[number];

export interface Format {
  mediaType: string;
  /** Of a file with many cases, one a line. */
  listMediaType: string;
  extension: string;
  /** One case as text without a line break; refused where the case is none of the format's. */
  render(exported: CaseExport): Result<string>;
}

export const SYSLOG_DEFAULTS: SyslogOptions = { facility: 16, enterpriseId: 32473 };

const json = (value: unknown): Result<string> => ({ ok: true, value: JSON.stringify(value) });

export const FORMATS: Record<FormatName, Format> = {
  ocsf: {
    mediaType: "application/json",
    listMediaType: "application/x-ndjson",
    extension: "ocsf.json",
    render: (exported) => json(ocsfFinding(exported)),
  },
  ecs: {
    mediaType: "application/json",
    listMediaType: "application/x-ndjson",
    extension: "ecs.json",
    render: (exported) => json(ecsDocument(exported)),
  },
  syslog: {
    mediaType: "text/plain; charset=utf-8",
    listMediaType: "text/plain; charset=utf-8",
    extension: "log",
    render: (exported) => ({ ok: true, value: syslogMessage(exported, SYSLOG_DEFAULTS) }),
  },
  stix: {
    mediaType: "application/stix+json;version=2.1",
    listMediaType: "application/x-ndjson",
    extension: "stix.json",
    render(exported) {
      const bundle = stixBundle(exported);
      return bundle.ok ? json(bundle.value) : bundle;
    },
  },
};

export function isFormat(name: string): name is FormatName {
  return (FORMAT_NAMES as readonly string[]).includes(name);
}

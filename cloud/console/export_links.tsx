import { type Case, lastDecision } from "../cases/case.ts";
import { FORMAT_NAMES, type FormatName } from "../exports/formats.ts";

const WORDS: Record<FormatName, string> = {
  ocsf: "OCSF",
  ecs: "ECS",
  syslog: "syslog",
  stix: "STIX",
};

/** A case as files for other systems; STIX takes confirmed threats only. */
export function ExportLinks({ about }: { about: Case }) {
  const confirmed = lastDecision(about)?.determination === "threat-confirmed";
  const formats = FORMAT_NAMES.filter((name) => name !== "stix" || confirmed);
  return (
    <span class="export-links">
      {"Export as "}
      {formats.map((name, index) => (
        <>
          {index > 0 && ", "}
          <a href={`/api/v1/cases/${about.id}/export/${name}`} download>{WORDS[name]}</a>
        </>
      ))}
    </span>
  );
}

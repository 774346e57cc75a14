import type { Deviation } from "../../shared/deviation.ts";
import type { Case } from "../cases/case.ts";
import { EvidenceView } from "./evidence.tsx";
import { VerdictGlyph } from "./glyphs.tsx";
import { When } from "./layout.tsx";
import { count, utc, visible } from "./words.ts";

interface OtherDeviationsProps {
  about: Case;
  deviations: Deviation[];
  lead: Deviation | undefined;
}

/** The deviations of a case besides the one that its page is about. */
export function OtherDeviations({ about, deviations, lead }: OtherDeviationsProps) {
  const others = deviations.filter((one) => one !== lead);
  if (others.length === 0) return null;
  return (
    <section class="others">
      <h2>{`Also in this case: ${count(others.length, "deviation")}`}</h2>
      {others.map((one) => (
        <details>
          <summary>
            <VerdictGlyph verdict={one.verdict} />
            <span>{visible(one.summary)}</span>
            <When at={one.times.wallTime} text={utc(one.times.wallTime)} />
          </summary>
          <EvidenceView deviation={one} />
        </details>
      ))}
      {about.sightings.length > deviations.length && (
        <p class="note">
          {count(about.sightings.length - deviations.length, "deviation")} still on the way
        </p>
      )}
    </section>
  );
}

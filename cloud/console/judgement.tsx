import type { Deviation, Reason } from "../../shared/deviation.ts";
import { ATTACK_ICS_VERSION, type TechniqueId, TECHNIQUES } from "../../shared/techniques.ts";
import { signalWords } from "./signal_words.ts";
import { meaning, unbroken, verdictSentence, visible } from "./words.ts";

/** How sure the classifier is and why: reasons in words, each signal with its share. */
export function Judgement({ deviation }: { deviation: Deviation }) {
  const { verdict, probability, reasons } = deviation;
  return (
    <section class="judgement" aria-labelledby="judgement">
      <h2 id="judgement">{unbroken(verdictSentence(verdict, probability))}</h2>
      <meter class={`verdict-${verdict}`} min={0} max={1} value={probability} aria-hidden="true" />
      <p class="meaning">{meaning(verdict, probability)}.</p>
      <p class="cause">{visible(deviation.cause.title)}</p>
      <Reasons reasons={reasons} />
      <Techniques ids={deviation.techniques} />
    </section>
  );
}

/** So many reasons are read in a minute; the lighter ones are folded up. */
const SHOWN_MAX = 3;

/** Each reason with its share of all that speaks for or against the verdict. */
function Reasons({ reasons }: { reasons: Reason[] }) {
  const whole = reasons.reduce((sum, one) => sum + Math.abs(one.weight), 0) || 1;
  const sorted = reasons.toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
  const shown = sorted.length > SHOWN_MAX + 1 ? sorted.slice(0, SHOWN_MAX) : sorted;
  const folded = sorted.slice(shown.length);
  return (
    <>
      <ReasonList reasons={shown} whole={whole} />
      {folded.length > 0 && (
        <details class="more-evidence">
          <summary>{`${folded.length} lighter reasons`}</summary>
          <ReasonList reasons={folded} whole={whole} />
        </details>
      )}
    </>
  );
}

function ReasonList({ reasons, whole }: { reasons: Reason[]; whole: number }) {
  return (
    <ul class="reasons">
      {reasons.map((reason) => {
        const share = Math.abs(reason.weight) / whole;
        const side = reason.weight < 0 ? "against" : "for";
        return (
          <li class={side}>
            <span class="text">
              {visible(reason.text)} <small>{visible(signalWords(reason.signal))}</small>
            </span>
            <span class="share">
              <b>{`${Math.round(share * 100)} %`}</b> <span class="side">{side}</span>
              <svg class="weight" viewBox="0 0 60 6" preserveAspectRatio="none" aria-hidden="true">
                <rect class="rail" width="60" height="6" rx="3" />
                <rect class="bar" width={Math.max(2, Math.round(share * 60))} height="6" rx="3" />
              </svg>
            </span>
          </li>
        );
      })}
    </ul>
  );
}

/** The techniques by their number; the name is for those who don't know them by heart. */
function Techniques({ ids }: { ids: TechniqueId[] }) {
  if (ids.length === 0) return null;
  return (
    <div class="techniques">
      <h3>{`ATT&CK for ICS ${ATTACK_ICS_VERSION}`}</h3>
      <ul>
        {ids.map((id) => (
          <li>
            <a
              href={`https://attack.mitre.org/techniques/${id}/`}
              rel="noreferrer noopener"
              title={TECHNIQUES[id]}
            >
              {id}
              <span class="name">{TECHNIQUES[id]}</span>
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}

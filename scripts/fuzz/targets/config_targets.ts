import {
  describeConfig as describeCloud,
  parseConfig as parseCloud,
} from "../../../cloud/config.ts";
import { describeConfig as describeEdge, parseConfig as parseEdge } from "../../../edge/config.ts";
import { mutatedText } from "../mutate_bytes.ts";
import { makeTarget, mustHold, type Target } from "../target.ts";

/** A sentence may name some wrong keys, never thousands. */
const ISSUE_CHARS_MAX = 50_000;

/** Both programs' configuration. */
export function configTargets(): Target[] {
  const cut = (text: string) => text.split("\n\n").map((part) => `${part}\n`);
  const edge = [describeEdge(), ...cut(describeEdge())];
  const cloud = [describeCloud(), ...cut(describeCloud())];
  return [
    makeTarget({
      name: "the agent's configuration",
      weight: 5,
      inputs: mutatedText(edge.map(uncommented)),
      run: (bytes) => {
        const read = parseEdge(bytes);
        if (!read.ok) mustHold(read.issue.length < ISSUE_CHARS_MAX, "a refusal is bounded");
      },
    }),
    makeTarget({
      name: "the aggregator's configuration",
      weight: 5,
      inputs: mutatedText(cloud.map(uncommented)),
      run: (bytes) => {
        const read = parseCloud(new TextDecoder().decode(bytes));
        if (!read.ok) mustHold(read.issue.length < ISSUE_CHARS_MAX, "a refusal is bounded");
      },
    }),
  ];
}

/** What a commented example would say with its values in force. */
function uncommented(text: string): string {
  return text.replace(/^# ([\w.]+ = |\[)/gm, "$1");
}

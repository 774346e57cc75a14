import { join } from "node:path";
import { LogFile } from "../../../edge/source/replay/log_file.ts";
import { TextLines } from "../../../edge/source/replay/text_lines.ts";
import { logs } from "../corpus.ts";
import { mutatedText } from "../mutate_bytes.ts";
import { makeTarget, mustHold, type Target } from "../target.ts";

/** No log of this size, however broken its times are, may become more observations. */
const OBSERVATIONS_MAX = 400_000;

/** Files that people hand over to be examined. */
export async function replayTargets(): Promise<Target[]> {
  const folder = await Deno.makeTempDir({ prefix: "printwarden-fuzz-" });
  const file = join(folder, "log");
  const texts = logs();
  return [
    makeTarget({
      name: "logs to be replayed",
      weight: 8,
      inputs: mutatedText(texts),
      async run(bytes) {
        await Deno.writeFile(file, bytes);
        const opened = await LogFile.open(file);
        if (!opened.ok) return mustHold(opened.issue.length < 4000, "a refusal is bounded");
        let [count, lastS] = [0, -Infinity];
        for await (const { observations } of opened.value.batches(new AbortController().signal)) {
          for (const { eventTimeS } of observations) {
            mustHold(eventTimeS >= lastS, "the stream's time never runs backwards");
            lastS = eventTimeS;
          }
          count += observations.length;
        }
        mustHold(count < OBSERVATIONS_MAX, `few observations, got ${count}`);
        opened.value.notes();
        opened.value.clockText(lastS);
      },
      close: () => Deno.remove(folder, { recursive: true }).catch(() => {}),
    }),
    makeTarget({
      name: "lines of a log",
      weight: 6,
      inputs: mutatedText(texts),
      run: (bytes) => {
        const lines = new TextLines();
        lines.push(bytes.subarray(0, bytes.length / 2));
        lines.push(bytes.subarray(bytes.length / 2));
        lines.end();
      },
    }),
  ];
}

import fc from "fast-check";
import { parseLine } from "../../../edge/gcode/parse_line.ts";
import { parseResponse } from "../../../edge/gcode/parse_response.ts";
import { checkTextHead } from "../../../edge/gcode/text_file.ts";
import { buildManifest } from "../../../edge/reference/build_manifest.ts";
import { linesOf } from "../../../edge/reference/manifest_file.ts";
import { createReference } from "../../../edge/reference/reference.ts";
import { jobs, traffic } from "../corpus.ts";
import { mutatedBytes, mutatedText } from "../mutate_bytes.ts";
import { mutatedJson } from "../mutate_json.ts";
import { latin1, makeTarget, mustHold, type Target } from "../target.ts";

const SALT = "00112233445566778899aabbccddeeff";

/** Lines of G-code and of answers, and jobs to be registered. */
export function gcodeTargets(): Target[] {
  const texts = jobs();
  return [
    makeTarget({
      name: "G-code, line by line",
      weight: 12,
      inputs: fc.oneof(mutatedText(texts), mutatedBytes(traffic(">"))),
      run: (bytes) => {
        for (const line of latin1(bytes).split("\n")) {
          const parsed = parseLine(line);
          if (!parsed.ok) mustHold(parsed.issue.length < 200, "a refusal is one short sentence");
        }
      },
    }),
    makeTarget({
      name: "answers, line by line",
      weight: 12,
      inputs: mutatedBytes(traffic("<")),
      run: (bytes) => {
        for (const line of latin1(bytes).split("\n")) parseResponse(line);
      },
    }),
    makeTarget({
      name: "jobs to be registered",
      weight: 6,
      inputs: mutatedText(texts),
      run: (bytes) => {
        const manifest = checkTextHead(bytes).ok
          ? buildManifest(linesOf(bytes), { salt: SALT })
          : null;
        if (!manifest?.ok) return;
        const reference = createReference(manifest.value);
        mustHold(reference.ok, "a manifest that we made can be read");
      },
    }),
    makeTarget({
      name: "manifests",
      weight: 6,
      inputs: mutatedJson(manifests(texts)),
      run: (value) => {
        const reference = createReference(value as Parameters<typeof createReference>[0]);
        if (reference.ok) reference.value.init();
      },
    }),
  ];
}

function manifests(texts: readonly string[]): unknown[] {
  return texts.map((text) => buildManifest(text.split("\n"), { salt: SALT }))
    .flatMap((made) => made.ok ? [made.value] : []);
}

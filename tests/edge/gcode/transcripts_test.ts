import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseLine } from "../../../edge/gcode/parse_line.ts";
import { parseResponse } from "../../../edge/gcode/parse_response.ts";
import { linesOf, readTranscript, TRANSCRIPTS } from "./shared_data.ts";

const transcripts = suite("real transcripts");

for (const name of TRANSCRIPTS) {
  transcripts(`leaves nothing unread in ${name}`, () => {
    const entries = readTranscript(name);
    if (entries === null) return;
    for (const line of linesOf(entries, ">")) {
      const parsed = parseLine(line);
      assert.ok(parsed.ok, line);
      if (parsed.ok) assert.is.not(parsed.value.checksum, "wrong", line);
      if (parsed.ok) assert.is(parsed.value.stray, 0, line);
    }
    const odd = linesOf(entries, "<").filter((line) =>
      ["unknown", "garbage"].includes(parseResponse(line).type)
    );
    // OctoPrint's virtual printer greets with one byte of noise on purpose.
    assert.equal(odd, name === "octoprint-virtual-resends" ? ["\u0080"] : []);
  });
}

transcripts.run();

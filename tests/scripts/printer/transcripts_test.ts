import { suite } from "uvu";
import * as assert from "uvu/assert";
import { drawPrinter } from "../../../scripts/printer/draw/draw_printer.ts";
import { drawHost } from "../../../scripts/printer/host/stream_host.ts";
import { simulate } from "../../../scripts/printer/simulate.ts";
import { jobTexts, received } from "./run.ts";

const test = suite("the virtual printer beside real firmware");
const folder = new URL("../../../../shared/data/transcripts/", import.meta.url);

function present(): boolean {
  try {
    return Deno.statSync(folder).isDirectory;
  } catch {
    return false;
  }
}

/** A line with its numbers taken out. */
function form(line: string): string {
  return line.replace(/-?\d+(\.\d+)?/g, "#");
}

interface Row {
  dir: string;
  line: string;
}

function rows(name: string): Row[] {
  const text = Deno.readTextFileSync(new URL(name, folder));
  return text.trim().split("\n").map((line) => JSON.parse(line));
}

if (!present()) {
  console.error("SKIPPED: ../shared/data/transcripts is absent, real firmware is not compared");
} else {
  for (
    const [name, dialect] of [["marlin21-normal", "marlin21"], [
      "marlin205-normal",
      "marlin20",
    ]] as const
  ) {
    test(`${dialect} says nothing in a job that real firmware doesn't say`, () => {
      const real = rows(`${name}.jsonl`);
      const heard = new Set(real.filter((r) => r.dir === "<").map((r) => form(r.line)));
      const printer = drawPrinter(12, { dialect });
      Object.assign(printer.firmware, { reportsDuty: true, advancedOk: false });
      const gcode = Deno.readTextFileSync(new URL("tab.gcode", folder));
      const host = { ...drawHost(1, "printcore"), autoReportS: 0 };
      const seen = [...simulate({ seed: 1, printer, gcode, host })];
      const sent = real.filter((r) => r.dir === ">").map((r) => r.line);
      assert.equal(
        jobTexts(seen),
        jobTexts(sent.map((line) => ({ type: "sent", eventTimeS: 0, line, origin: "host" }))),
      );
      const job = received(seen).slice(12).map(form);
      const foreign = [...new Set(job)].filter((line) => !heard.has(line));
      assert.equal(foreign, []);
    });
  }
}

test.run();

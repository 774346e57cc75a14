import { suite } from "uvu";
import * as assert from "uvu/assert";
import { replayCost, TIGHT_HEAP } from "../../../scripts/bench_replay.ts";

const test = suite("a long log");

/** PRINTWARDEN_LONG=1 makes it the full 120 MB. */
const LARGE_MB = Deno.env.get("PRINTWARDEN_LONG") ? 120 : 30;
const SMALL_MB = 3;
/** Far less than the files differ by, far more than two runs of the same file do. */
const GROWTH_MB_MAX = 20;

test("a file ten times as long takes no more memory, with a report or without", async () => {
  const how = { flags: [TIGHT_HEAP], more: ["--report", "{folder}/report.html"] };
  const small = await replayCost(SMALL_MB, how);
  const large = await replayCost(LARGE_MB, how);
  for (const { exitCode, summary } of [small, large]) assert.is(exitCode, 0, summary);
  assert.ok(
    large.residentMb < small.residentMb + GROWTH_MB_MAX,
    `${small.residentMb} MB with ${SMALL_MB} MB, ${large.residentMb} MB with ${LARGE_MB} MB`,
  );
  assert.match(large.summary, /no broken line/);
});

test.run();

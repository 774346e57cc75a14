import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  close,
  identityOf,
  initEpisodes,
  openFinding,
  report,
} from "../../../edge/analysis/episodes.ts";
import type { Kind } from "../../../shared/kinds.ts";
import { candidate } from "./finding_fixture.ts";

const ID = "temperature:potential-cyberthreat";
const test = suite("episodes");

test("open with the first report, under kind and verdict", () => {
  const found = report(initEpisodes(), candidate(), 101);
  assert.equal([found.identity, found.episode, found.phase], [ID, 1, "opened"]);
  assert.is(found.endedS, null);
  assert.is(identityOf(candidate()), ID);
});

test("go on with the next report, and keep when they began", () => {
  const episodes = initEpisodes();
  report(episodes, candidate(), 101);
  const later = report(episodes, candidate({ startedS: 130, detectedS: 140, score: 5 }), 140);
  assert.equal([later.phase, later.episode], ["updated", 1]);
  assert.equal([later.startedS, later.detectedS, later.score], [100, 101, 5]);
});

test("close once, and say when they ended", () => {
  const episodes = initEpisodes();
  report(episodes, candidate(), 101);
  assert.ok(openFinding(episodes, ID));
  const closed = close(episodes, ID, 160);
  assert.equal([closed?.phase, closed?.endedS, closed?.episode], ["closed", 160, 1]);
  assert.is(close(episodes, ID, 170), null);
  assert.is(openFinding(episodes, ID), null);
});

test("aren't closed that never opened", () => {
  assert.is(close(initEpisodes(), ID, 5), null);
  assert.is(openFinding(initEpisodes(), ID), null);
});

for (
  const [afterS, phase, episode] of [
    [1, "updated", 1],
    [599, "updated", 1],
    [600, "opened", 2],
    [5000, "opened", 2],
  ] as const
) {
  test(`reported again ${afterS} s after their end are ${phase} as episode ${episode}`, () => {
    const episodes = initEpisodes();
    report(episodes, candidate(), 101);
    close(episodes, ID, 200);
    const again = report(episodes, candidate({ startedS: 200 + afterS }), 200 + afterS);
    assert.equal([again.phase, again.episode], [phase, episode]);
    assert.is(again.startedS, episode === 1 ? 100 : 200 + afterS);
  });
}

test("that stay open are the same however long they last", () => {
  const episodes = initEpisodes();
  report(episodes, candidate(), 101);
  assert.is(report(episodes, candidate(), 50_000).episode, 1);
});

test("of another kind or verdict stand beside each other", () => {
  const episodes = initEpisodes();
  report(episodes, candidate(), 101);
  assert.is(report(episodes, candidate({ kind: "fan" }), 102).phase, "opened");
  assert.is(report(episodes, candidate({ verdict: "undetermined" }), 103).phase, "opened");
  close(episodes, ID, 110);
  assert.ok(openFinding(episodes, "fan:potential-cyberthreat"));
});

test("go on under their first name when the verdict changes on the way", () => {
  const episodes = initEpisodes();
  const first = report(episodes, candidate({ verdict: "undetermined" }), 101);
  const clearer = report(episodes, candidate(), 110, first.identity);
  assert.equal([clearer.identity, clearer.phase], [first.identity, "updated"]);
  assert.is(clearer.verdict, "potential-cyberthreat");
});

test("are remembered up to a bound, those heard of longest ago forgotten first", () => {
  const episodes = initEpisodes();
  for (let i = 0; i < 200; i++) report(episodes, candidate({ kind: `kind-${i}` as Kind }), i);
  const left = Object.keys(episodes.byIdentity);
  assert.is(left.length, 64);
  assert.ok(left.includes("kind-199:potential-cyberthreat"));
  assert.not.ok(left.includes("kind-135:potential-cyberthreat"));
});

test("don't change what is reported", () => {
  const given = Object.freeze(candidate());
  report(initEpisodes(), given, 101);
  assert.equal(given, candidate());
});

test("go through JSON unchanged", () => {
  const episodes = initEpisodes();
  report(episodes, candidate(), 101);
  assert.equal(JSON.parse(JSON.stringify(episodes)), episodes);
});

test.run();

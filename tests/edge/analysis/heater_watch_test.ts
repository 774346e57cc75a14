import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Episodes, initEpisodes } from "../../../edge/analysis/episodes.ts";
import { eventFeatures } from "../../../edge/analysis/event_features.ts";
import {
  endHeater,
  type HeaterReport,
  judgeHeater,
} from "../../../edge/analysis/heater_findings.ts";
import { profileOf } from "../../../edge/analysis/heater_profile.ts";
import {
  type HeaterEvent,
  type HeaterWatch,
  initHeaterWatch,
  stepHeaterWatch,
} from "../../../edge/analysis/heater_watch.ts";
import type { Finding } from "../../../edge/finding.ts";
import type { HeaterSample } from "../../../edge/twin/thermal/heater_twin.ts";
import {
  type HeaterRun,
  PRINT_FAN,
  PRINT_FLOW,
  samplesOf,
} from "../twin/thermal/synthetic_heater.ts";
import { ISSUES } from "./runs.ts";

const PRINT: HeaterRun = { seconds: 700, seed: 21, fan: PRINT_FAN, flowMmPerS: PRINT_FLOW };
const AT = 500;

interface Told {
  atS: number;
  finding: Finding;
}

/** One heater's watch and what is told of it. */
class Heater {
  watch: HeaterWatch = initHeaterWatch("hotend", null);
  episodes: Episodes = initEpisodes();
  report: HeaterReport | null = null;
  told: Told[] = [];
  ended: HeaterEvent[] = [];

  take(samples: HeaterSample[]): this {
    for (const sample of samples) {
      const { ended } = stepHeaterWatch(this.watch, sample);
      const atS = sample.eventTimeS;
      if (ended) {
        this.ended.push(ended);
        const found = endHeater(this.watch, ended, this.report, this.episodes, atS);
        this.told.push(...found.map((finding) => ({ atS, finding })));
        this.report = null;
        continue;
      }
      const judged = judgeHeater(this.watch, this.report, { issues: ISSUES }, this.episodes, 7);
      this.report = judged.told;
      this.told.push(...judged.findings.map((finding) => ({ atS, finding })));
    }
    return this;
  }

  get opened(): Told[] {
    return this.told.filter(({ finding }) => finding.phase === "opened");
  }
}

const after = (run: Partial<HeaterRun>) => new Heater().take(samplesOf({ ...PRINT, ...run }));

const test = suite("heater watch");

test("finds nothing in a healthy heater that heats up and prints for ten minutes", () => {
  for (const seed of [21, 22, 23]) {
    const { told, watch } = after({ seed });
    assert.equal(told.map(({ finding }) => finding.summary), [], `${seed}`);
    assert.ok(watch.learner.trusted);
  }
});

test("judges no heat before its twin is trusted", () => {
  const { opened } = after({ seconds: 160, unexplainedKPerS: (timeS) => timeS > 120 ? -1 : 0 });
  assert.equal(opened, []);
});

test("takes the air's temperature from a heater that was never on", () => {
  const cold = samplesOf({ ...PRINT, seconds: 20, targetC: () => 0, startC: 18 });
  assert.ok(Math.abs(new Heater().take(cold).watch.twin.parameters.ambientC - 18) < 0.3);
  const warm = samplesOf({ ...PRINT, seconds: 20, targetC: () => 0, startC: 80 });
  assert.is(new Heater().take(warm).watch.twin.parameters.ambientC, 25);
  const on = samplesOf({ ...PRINT, seconds: 20, startC: 18 });
  assert.is(new Heater().take(on).watch.twin.parameters.ambientC, 25);
});

test("calls a draught an expected airflow, with the layer and the evidence", () => {
  const { opened } = after({ unexplainedKPerS: (t) => t > AT && t < AT + 60 ? -0.7 : 0 });
  assert.ok(opened.length >= 1, "nothing was told");
  const { atS, finding } = opened[0]!;
  assert.ok(atS - AT < 25, `${atS - AT} s`);
  assert.is(finding.verdict, "expected-anomaly");
  assert.is(finding.kind, "hotend-heat");
  assert.is(finding.layer, 7);
  assert.ok(Math.abs(finding.startedS - AT) < 8, `${finding.startedS}`);
  assert.ok(finding.evidence.series.length === 6);
});

test("takes a job's last moves and what was learnt of a fading heater for no loss of a heater that is off", () => {
  const over = (timeS: number) => timeS > AT ? -0.4 : 0;
  const off = { targetC: (timeS: number) => timeS > AT ? 0 : 210, unexplainedKPerS: over };
  assert.equal(after(off).told.map(({ finding }) => finding.summary), []);
  const heated = { ...off, unexplainedKPerS: (timeS: number) => timeS > AT + 20 ? 3 : 0 };
  assert.ok(after(heated).opened.length > 0, "a heater that is on all the same");
});

test("calls a block hidden 15 K below its reading a threat", () => {
  const told = (readingC: number, timeS: number) =>
    readingC + Math.min(15, Math.max(0, (timeS - AT) * 1.2));
  const { opened } = after({ told });
  assert.is(opened[0]?.finding.verdict, "potential-cyberthreat");
  assert.ok(opened[0]!.atS - AT < 30, `${opened[0]!.atS - AT} s`);
});

test("calls readings that repeat themselves a threat, and frozen ones at least odd", () => {
  const samples = samplesOf(PRINT);
  const replayed = samples.map((sample, i) =>
    i < AT ? sample : { ...sample, measuredC: samples[i - 200]!.measuredC }
  );
  const still = samples.map((sample, i) =>
    i < AT ? sample : { ...sample, measuredC: samples[AT - 1]!.measuredC }
  );
  const [replay] = new Heater().take(replayed).opened;
  assert.is(replay?.finding.kind, "hotend-sensor");
  assert.is(replay?.finding.verdict, "potential-cyberthreat");
  const [frozen] = new Heater().take(still).opened;
  assert.is(frozen?.finding.kind, "hotend-sensor");
});

test("gives the features of the event that stands, and none where none does", () => {
  assert.is(eventFeatures(after({ seconds: 300 }).watch), null);
  const { watch } = after({ seconds: AT + 30, unexplainedKPerS: (t) => t > AT ? -0.7 : 0 });
  const features = eventFeatures(watch);
  assert.ok(features && features.bed === 0 && features.earlyShare! < -0.1);
});

test("ends an event once nothing has alarmed for a while, and tells it as closed", () => {
  const { told, watch, ended } = after({
    unexplainedKPerS: (t) => t > AT && t < AT + 40 ? -0.8 : 0,
  });
  assert.is(watch.event, null);
  assert.ok(ended.length >= 1);
  const last = new Map(told.map(({ finding }) => [finding.identity, finding]));
  for (const { phase, startedS, endedS } of last.values()) {
    assert.is(phase, "closed");
    assert.ok(endedS! >= startedS);
  }
});

test("ends an event also when reports cease", () => {
  const heater = after({ seconds: AT + 40, unexplainedKPerS: (t) => t > AT ? -0.8 : 0 });
  assert.ok(heater.watch.event);
  const last = samplesOf({ ...PRINT, seconds: 1 })[0]!;
  heater.take([{ ...last, eventTimeS: AT + 100, measuredC: 205 }]);
  assert.is(heater.watch.event, null);
  assert.is(heater.told.at(-1)?.finding.phase, "closed");
});

test("learns nothing while an event stands", () => {
  const heater = after({ seconds: AT + 40, unexplainedKPerS: (t) => t > AT ? -0.8 : 0 });
  const { calibration, biasShare } = structuredClone(heater.watch.twin);
  const more = samplesOf({ ...PRINT, unexplainedKPerS: (t) => t > AT ? -0.8 : 0 })
    .filter(({ eventTimeS }) => eventTimeS > AT + 40 && eventTimeS < AT + 60);
  heater.take(more);
  assert.ok(heater.watch.event, "it still stands");
  assert.equal(heater.watch.twin.calibration, calibration);
  assert.is(heater.watch.twin.biasShare, biasShare);
});

test("keeps two and a half minutes of residuals, whatever the interval", () => {
  for (const stepS of [0.2, 1, 5]) {
    const { watch } = after({ seconds: 500, stepS });
    const { recent } = watch;
    assert.ok(recent.length <= 320);
    assert.ok(recent.at(-1)!.eventTimeS - recent[0]!.eventTimeS <= 150);
  }
});

test("gives a profile only once it is trusted, and goes on from one", () => {
  assert.is(profileOf(after({ seconds: 60 }).watch), null);
  const profile = profileOf(after({}).watch)!;
  const next = initHeaterWatch("hotend", structuredClone(profile));
  assert.ok(next.learner.trusted);
  assert.equal(profileOf(next), profile);
  next.twin.calibration.mean[0] = -1;
  assert.ok(profile.calibration.mean[0]! > 0, "and shares nothing with it");
});

test("names bed kinds for a bed", () => {
  const bed = new Heater();
  bed.watch = initHeaterWatch("bed", null);
  const samples = samplesOf(PRINT);
  const replayed = samples.map((sample, i) =>
    i < AT ? sample : { ...sample, measuredC: samples[i - 200]!.measuredC }
  );
  bed.take(replayed);
  assert.is(bed.opened[0]?.finding.kind, "bed-sensor");
  assert.not.match(bed.opened[0]!.finding.summary, "{heater}");
});

test.run();

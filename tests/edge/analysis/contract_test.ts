import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  type AnalysisOptions,
  type AnalysisState,
  createAnalysis,
  learntProfile,
} from "../../../edge/analysis.ts";
import type { Finding } from "../../../edge/finding.ts";
import type { Observation } from "../../../edge/source/observation.ts";
import { Deviation } from "../../../shared/deviation.ts";
import { heaterRun, Noise } from "../twin/thermal/synthetic_heater.ts";
import {
  knownPrinter,
  NOTHING_KNOWN,
  opened,
  print,
  printerOf,
  profileOf,
  run,
  threats,
} from "./runs.ts";

/** One source of observations with something in it that must be found. */
interface Source {
  name: string;
  options: AnalysisOptions;
  seen: Observation[];
  /** The kind of the threat that is in it, and when it begins, s. */
  kind: Finding["kind"];
  atS: number;
}

const HIDDEN = { id: "B03", atS: 100, size: -15, forS: 60, variant: "careful" };

/** A log of heaters alone: a minute's replay after a long hold. */
function heaterLog(): Observation[] {
  const samples = [...heaterRun({ seconds: 900, seed: 6, startC: 60, noiseK: 0.08 })];
  return samples.map(({ sample }, i): Observation => {
    const told = i < 700 ? sample : samples[i - 120]!.sample;
    const { measuredC, targetC, duty } = told;
    const { eventTimeS } = sample;
    return { type: "heater", heater: "hotend", eventTimeS, measuredC, targetC: targetC!, duty };
  });
}

const SOURCES: Source[] = [
  {
    name: "a known printer with its job",
    options: knownPrinter(9),
    seen: print(9, [HIDDEN]).seen,
    kind: "hotend-sensor",
    atS: 100,
  },
  {
    name: "a known printer with its job, tampered upstream",
    options: knownPrinter(2),
    seen: print(2, [{ id: "A01", atS: 90, size: -10, forS: 20 }]).seen,
    kind: "temperature",
    atS: 90,
  },
  {
    name: "a log of heaters, nothing known",
    options: NOTHING_KNOWN,
    seen: heaterLog(),
    kind: "hotend-sensor",
    atS: 700,
  },
];

function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(value).forEach(frozen);
  return Object.freeze(value);
}

/** The state goes through JSON before every `each`th observation and is restored from there. */
function runRestored(source: Source, each: number): { findings: Finding[]; state: AnalysisState } {
  let analysis = createAnalysis(source.options);
  let state = analysis.init(null);
  const findings: Finding[] = [];
  source.seen.forEach((one, i) => {
    if (i % each === 0) {
      const text = JSON.stringify(analysis.snapshot(state));
      analysis = createAnalysis(source.options);
      const restored = analysis.restore(JSON.parse(text));
      if (!restored.ok) throw new Error(restored.issue);
      state = analysis.init(restored.value);
    }
    findings.push(...analysis.step(state, one));
  });
  return { findings, state };
}

/** Whether the threat in a source is among the findings. */
function finds(source: Source, findings: Finding[], shiftS = 0): boolean {
  return threats(findings).some(({ kind, detectedS }) =>
    kind === source.kind && detectedS >= source.atS + shiftS - 1
  );
}

/** Every number in a state, wherever it is. */
function numbers(value: unknown): number[] {
  if (typeof value === "number") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(numbers) : [];
}

const insane = (state: AnalysisState) => numbers(state).filter((value) => !Number.isFinite(value));

for (const source of SOURCES) {
  const { name, options, seen } = source;
  const contract = suite(`analysis over ${name}`);
  const plain = run(options, seen);

  contract("finds the threat that is in it", () => {
    assert.ok(finds(source, plain.findings));
    assert.ok(opened(plain.findings).every(({ detectedS }) => detectedS >= source.atS - 1));
  });

  contract("gives the same findings and the same state for the same observations", () => {
    const again = run(options, seen);
    assert.equal(again.findings, plain.findings);
    assert.equal(again.state, plain.state);
  });

  contract("goes on from a snapshot through JSON as if nothing had been", () => {
    for (const each of [97, 1000]) {
      const restored = runRestored(source, each);
      assert.equal(restored.findings, plain.findings, `every ${each}`);
      assert.equal(restored.state, plain.state, `every ${each}`);
    }
  });

  contract("goes on from a snapshot before any observation around the findings", () => {
    const at = new Set<number>();
    for (const { detectedS } of opened(plain.findings)) {
      const i = seen.findIndex(({ eventTimeS }) => eventTimeS >= detectedS);
      for (let near = i - 20; near <= i + 20; near++) at.add(near);
    }
    const analysis = createAnalysis(options);
    let state = analysis.init(null);
    const findings = seen.flatMap((one, i) => {
      if (at.has(i)) state = analysis.init(JSON.parse(JSON.stringify(analysis.snapshot(state))));
      return analysis.step(state, one);
    });
    assert.equal(findings, plain.findings);
  });

  contract("keeps nothing in itself: two states under one analysis don't touch each other", () => {
    const analysis = createAnalysis(options);
    const one = analysis.init(null), other = analysis.init(null);
    const findings = seen.flatMap((observation) => {
      analysis.step(other, { ...observation, eventTimeS: observation.eventTimeS * 1.5 + 7 });
      return analysis.step(one, observation);
    });
    assert.equal(findings, plain.findings);
  });

  contract("leaves what it observes as it was", () => {
    const copy = seen.map((one) => frozen(structuredClone(one)));
    assert.equal(run(options, copy).findings, plain.findings);
  });

  contract("leaves what it was made with as it was", () => {
    const issues = JSON.stringify(options.issues), profile = JSON.stringify(options.profile);
    run(options, seen);
    assert.is(JSON.stringify(options.issues), issues);
    assert.is(JSON.stringify(options.profile), profile);
  });

  contract("remembers plain JSON values only, no number that JSON can't hold", () => {
    assert.equal(JSON.parse(JSON.stringify(plain.state)), plain.state);
    assert.equal(insane(plain.state), []);
  });

  contract("counts an episode's phases: opened once, then updated, closed once at most", () => {
    const phases = new Map<string, string>();
    for (const { identity, episode, phase } of plain.findings) {
      const key = `${identity} ${episode}`;
      phases.set(key, (phases.get(key) ?? "") + phase[0]);
    }
    for (const [key, course] of phases) assert.match(course, /^ou*c?(u+c?)*$/, key);
  });

  contract("says what fits the wire, as the shell makes it of its findings", () => {
    for (const finding of plain.findings) {
      assert.ok(finding.startedS <= finding.detectedS + 1e-9, finding.summary);
      assert.ok(finding.endedS === null || finding.endedS >= finding.startedS);
      assert.ok(finding.reasons.length >= 1 && finding.reasons.length <= 8);
      for (const key of ["kind", "verdict", "probability", "severity", "score"] as const) {
        assert.ok(Deviation.shape[key].safeParse(finding[key]).success, key);
      }
      for (const key of ["identity", "cause", "summary", "reasons", "techniques"] as const) {
        assert.ok(Deviation.shape[key].safeParse(finding[key]).success, key);
      }
      for (const one of finding.evidence.series) {
        assert.ok(one.points.length <= 240 && one.points.some((point) => point !== null));
      }
    }
  });

  contract("survives gaps of any length, told or not, and finds what comes after", () => {
    const cuts = [[20, 24], [40, 55], [60, 85]] as const;
    const cut = seen.filter(({ eventTimeS }) =>
      !cuts.some(([from, to]) => eventTimeS >= from && eventTimeS < to)
    );
    const told = cuts.reduce((list, [sinceS, eventTimeS]) => {
      const i = list.findIndex((one) => one.eventTimeS >= eventTimeS);
      const gap = { type: "gap" as const, eventTimeS, sinceS, missedFrames: 9, reason: "test" };
      return [...list.slice(0, i), gap, ...list.slice(i)];
    }, cut as Observation[]);
    for (const list of [cut, told]) {
      const { findings, state } = run(options, list);
      assert.ok(finds(source, findings));
      assert.equal(insane(state), []);
    }
    const analysis = createAnalysis(options), state = analysis.init(null);
    for (const one of told) analysis.step(state, one);
    const { gaps, missedFrames } = analysis.status(state);
    assert.equal([gaps, missedFrames], [3, 27]);
  });

  contract("survives neighbours in the wrong order", () => {
    const random = new Noise(9);
    const shuffled = [...seen];
    for (let i = 1; i < shuffled.length; i++) {
      if (random.uniform() > 0.05) continue;
      [shuffled[i - 1], shuffled[i]] = [shuffled[i]!, shuffled[i - 1]!];
    }
    const { state } = run(options, shuffled);
    assert.equal(insane(state), []);
  });

  contract("survives garbage between all lines, counts it, and calls none of it a threat", () => {
    const random = new Noise(10);
    const garbage = () =>
      String.fromCharCode(
        ...Array.from({ length: Math.floor(60 * random.uniform()) }, () => 256 * random.uniform()),
      );
    const dirty = seen.flatMap((one): Observation[] => {
      if (random.uniform() > 0.1) return [one];
      const { eventTimeS } = one;
      return [one, { type: "received", eventTimeS, line: garbage() }];
    });
    const analysis = createAnalysis(options), state = analysis.init(null);
    const findings = dirty.flatMap((one) => analysis.step(state, one));
    assert.ok(finds(source, findings));
    assert.ok(analysis.status(state).garbledLines > 0.03 * dirty.length);
    assert.equal(threats(findings).filter(({ kind }) => kind !== source.kind), []);
  });

  contract("survives temperatures that are no numbers", () => {
    const odd = ["T:nan /0.0 B:nan /0.0 @:0 B@:0", "ok T:-nan /210 @:NaN", "T:inf /inf B:1e999 /0"];
    const dirty = seen.flatMap((one, i): Observation[] => {
      if (i % 40 !== 0) return [one];
      return [one, { type: "received", eventTimeS: one.eventTimeS + 0.01, line: odd[i % 3]! }];
    });
    const { findings, state } = run(options, dirty);
    assert.ok(finds(source, findings));
    assert.equal(insane(state), []);
  });

  contract("survives a clock that jumps ahead, and finds what comes after", () => {
    for (const jumpS of [30, 3600, 1e6]) {
      const jumped = seen.map((one) =>
        one.eventTimeS < 30 ? one : { ...one, eventTimeS: one.eventTimeS + jumpS }
      );
      const { findings, state } = run(options, jumped);
      assert.ok(finds(source, findings, jumpS), `${jumpS} s`);
      assert.equal(insane(state), []);
    }
  });

  contract("doesn't crash over a clock that jumps back", () => {
    const jumped = seen.map((one) =>
      one.eventTimeS < 30 ? { ...one, eventTimeS: one.eventTimeS + 1e4 } : one
    );
    assert.equal(insane(run(options, jumped).state), []);
  });

  contract.run();
}

const long = suite("analysis over a long run");

/** The same print over and over, half a minute apart. */
function prints(count: number): Observation[] {
  const { seen } = print(9);
  const lengthS = seen.at(-1)!.eventTimeS + 30;
  return Array.from(
    { length: count },
    (_, i) => seen.map((one) => ({ ...one, eventTimeS: one.eventTimeS + i * lengthS })),
  ).flat();
}

long("remembers no more after twenty prints than after eight", () => {
  for (const options of [knownPrinter(9), NOTHING_KNOWN]) {
    const size = (count: number) => JSON.stringify(run(options, prints(count)).state).length;
    const [eight, twenty] = [size(8), size(20)];
    assert.ok(twenty < 1.05 * eight, `${eight} → ${twenty} bytes`);
    assert.ok(twenty < 500_000, `${twenty} bytes`);
  }
});

long("remembers no more of a stream that is wrong all the time", () => {
  const random = new Noise(3);
  const hostile = (count: number) =>
    Array.from({ length: count }, (_, i): Observation => {
      const eventTimeS = i / 5;
      const number = () => Math.floor(1000 * random.uniform());
      if (i % 3 === 0) {
        const line = `G${number()} X${number()} Y${number()} E${number()} ${"x".repeat(number())}`;
        return { type: "sent", eventTimeS, line, origin: "host" };
      }
      if (i % 3 === 1) {
        const line =
          ` T:${number()}.${number()} /${number()} B:${number()} /${number()} @:${number()}`;
        return { type: "received", eventTimeS, line };
      }
      return { type: "received", eventTimeS, line: `echo:${number()} M${number()}=${number()}` };
    });
  for (const options of [knownPrinter(9), NOTHING_KNOWN]) {
    const size = (count: number) => JSON.stringify(run(options, hostile(count)).state).length;
    const [short, more] = [size(10_000), size(60_000)];
    assert.ok(more < 1.2 * short + 20_000, `${short} → ${more} bytes`);
    assert.ok(more < 600_000, `${more} bytes`);
  }
});

long("learns a profile that another analysis can begin with", () => {
  const profile = profileOf(printerOf(9));
  assert.ok(profile.hotend !== null, "two prints teach the hotend");
  const analysis = createAnalysis({
    ...NOTHING_KNOWN,
    profile: JSON.parse(JSON.stringify(profile)),
  });
  assert.equal(learntProfile(analysis.init(null)), profile);
  const { hotend } = analysis.status(analysis.init(null)).holds!;
  assert.ok(hotend!.still > 0.1 && hotend!.still < 0.7, `holds by ${hotend!.still}`);
  assert.ok(hotend!.blown > hotend!.still, "a part fan takes heat away");
});

long.run();

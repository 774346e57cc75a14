import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Evidence, EVIDENCE_BYTES_MAX } from "../../shared/deviation.ts";
import { type MessageType, PAYLOADS } from "../../shared/envelope.ts";
import { Kind, KINDS } from "../../shared/kinds.ts";
import { EventName, KnownIssue } from "../../shared/known_issue.ts";
import { Manifest } from "../../shared/manifest.ts";
import { ok, refused } from "../../shared/result.ts";
import { TechniqueId, TECHNIQUES } from "../../shared/techniques.ts";
import { Severity } from "../../shared/verdict.ts";
import { changed, ISSUE, MANIFEST, SERIES, UUID, VALID } from "./payloads.ts";

/** Values at each bound that must pass, and values beyond it that must not; `undefined` omits. */
type Bound = [path: string, good: unknown[], bad: unknown[]];

const text = (length: number) => "x".repeat(length);
const list = <T>(length: number, value: T) => Array<T>(length).fill(value);
const IDS: Bound[1] = [UUID];
const BAD_IDS: Bound[2] = ["", "1", UUID + "0", UUID.replaceAll("-", ""), 7, null, undefined];
const DIGEST: Bound[1] = ["0".repeat(64), "a".repeat(64)];
const BAD_DIGESTS: Bound[2] = ["", "a".repeat(63), "a".repeat(65), "A".repeat(64), "g".repeat(64)];
const TOKENS: Bound[1] = ["a", "A-b_9", text(64)];
const BAD_TOKENS: Bound[2] = ["", "a.b", "*", ">", "a b", "ä", text(65), 1, null, undefined];
const WALLS: Bound[1] = ["2026-03-01T12:00:00Z", "2026-03-01T12:00:00.123Z"];
const BAD_WALLS: Bound[2] = [
  "",
  "2026-03-01",
  "2026-03-01 12:00:00Z",
  "2026-03-01T12:00:00",
  "2026-03-01T12:00:00+00:00",
  "2026-13-01T12:00:00Z",
  "2026-02-30T12:00:00Z",
  1_700_000_000,
  null,
];
const COUNTS: Bound[1] = [0, 1, 1e9];
const BAD_COUNTS: Bound[2] = [-1, 0.5, NaN, Infinity, "1", null, undefined];
const TIMES: Bound[1] = [0, 0.001, 1e9];
const BAD_TIMES: Bound[2] = [-0.001, NaN, Infinity, "1", undefined];

const MAP = { layer: 0, widthCells: 1, heightCells: 1, cellMm: 1, planned: [0], seen: [255] };
const BIG_SERIES = { ...SERIES, points: list(240, 1_234_567) };

const BOUNDS: Record<MessageType, Bound[]> = {
  deviation: [
    ["contractVersion", [1], [0, 2, "1", null, undefined]],
    ["id", IDS, BAD_IDS],
    ["revision", [1, 1e6], [0, -1, 1.5, "1", null]],
    ["identity", ["a", text(160)], ["", text(161), null]],
    ["printer", TOKENS, BAD_TOKENS],
    ["suite", ["S0", "S1", "S2"], ["S3", "", null]],
    ["times.bootId", IDS, BAD_IDS],
    ["times.startedEventS", TIMES, [...BAD_TIMES, null]],
    ["times.detectedEventS", TIMES, [...BAD_TIMES, null]],
    ["times.endedEventS", [...TIMES, null], BAD_TIMES],
    ["times.wallTime", WALLS, BAD_WALLS],
    ["times.clockQuality", ["synced", "unsynced"], ["good", "", null]],
    ["job.digest", [...DIGEST, null], BAD_DIGESTS],
    ["job.layer", [0, 5000, null], [-1, 0.5, "0", undefined]],
    ["kind", Object.keys(KINDS), ["", "telemetry", null]],
    ["verdict", ["expected-anomaly", "potential-cyberthreat", "undetermined"], ["threat", null]],
    ["probability", [0, 0.5, 1], [-0.01, 1.01, NaN, "1", null]],
    ["severity", ["info", "low", "medium", "high", "critical"], ["fatal", "", null]],
    ["score", [0, 1e6], [-0.1, NaN, Infinity, null]],
    ["cause.id", TOKENS, BAD_TOKENS],
    ["cause.title", ["a", text(120)], ["", text(121), null]],
    ["summary", ["a", text(300)], ["", text(301), null]],
    ["reasons", [list(8, { signal: "a", text: "b", weight: 0 })], [
      [],
      list(9, { signal: "a", text: "b", weight: 0 }),
      null,
    ]],
    ["reasons.0.signal", ["a", text(40)], ["", text(41), null]],
    ["reasons.0.text", ["a", text(300)], ["", text(301), null]],
    ["reasons.0.weight", [-100, 0, 100], [-100.1, 100.1, NaN, null]],
    ["techniques", [[], Object.keys(TECHNIQUES).slice(0, 6)], [
      ["T9999"],
      ["Adversary-in-the-Middle"],
      Object.keys(TECHNIQUES).slice(0, 7),
      null,
    ]],
    ["models.twin", DIGEST, [...BAD_DIGESTS, null]],
    ["models.detector", DIGEST, [...BAD_DIGESTS, null]],
    ["models.classifier", DIGEST, [...BAD_DIGESTS, null]],
    ["evidence.series", [[], list(8, SERIES)], [list(9, SERIES), list(8, BIG_SERIES), null]],
    ["evidence.lines", [[], list(5, text(120))], [list(6, "a"), [text(121)], [1], null]],
    ["evidence.layerMap", [null, MAP], [{ ...MAP, more: 1 }, undefined]],
    ["evidence.layerMap", [{ ...MAP, widthCells: 32, heightCells: 32 }], [
      { ...MAP, widthCells: 33 },
      { ...MAP, heightCells: 0 },
      { ...MAP, layer: -1 },
      { ...MAP, cellMm: 0 },
      { ...MAP, planned: [256] },
      { ...MAP, seen: [-1] },
      { ...MAP, seen: [0.5] },
      { ...MAP, seen: list(1025, 1) },
    ]],
  ],
  presence: [
    ["contractVersion", [1], [2, null]],
    ["printer", TOKENS, BAD_TOKENS],
    ["label", ["", text(64)], [text(65), null]],
    ["state", ["printing", "idle", "paused", "offline", "blind", "bypass", "attention"], ["on"]],
    ["sinceWallTime", WALLS, BAD_WALLS],
    ["wallTime", WALLS, BAD_WALLS],
    ["bootId", IDS, BAD_IDS],
    ["versions.agent", ["", text(40)], [text(41), null]],
    ["versions.contract", [1, 2], [1.5, null]],
    ...["config", "twin", "detector", "classifier"].map((name): Bound => //
    [`digests.${name}`, DIGEST, [...BAD_DIGESTS, null]]),
    ["digests.job", [...DIGEST, null], BAD_DIGESTS],
    ...Object.keys(VALID.presence.counters).map((name): Bound => //
    [`counters.${name}`, COUNTS, BAD_COUNTS]),
    ["decisions", [[], list(16, VALID.presence.decisions[0])], [
      list(17, VALID.presence.decisions[0]),
      null,
    ]],
    ["decisions.0.decisionId", ["a", text(64)], ["", text(65), null]],
    ["decisions.0.result", ["applied", "refused"], ["seen", null]],
    ["decisions.0.detail", ["", text(300)], [text(301), null]],
    ["decisions.0.wallTime", WALLS, BAD_WALLS],
  ],
  decision: [
    ["contractVersion", [1], [2, null]],
    ["id", IDS, BAD_IDS],
    ["caseId", IDS, BAD_IDS],
    ["deviationIds", [[UUID], list(64, UUID)], [[], list(65, UUID), ["x"], null]],
    ["target.site", TOKENS, BAD_TOKENS],
    ["target.device", TOKENS, BAD_TOKENS],
    ["target.printer", TOKENS, BAD_TOKENS],
    ["determination", ["threat-confirmed", "expected", "benign-change", "needs-more"], ["yes"]],
    ["response", ["none", "pause", "stop"], ["resume", null]],
    ["learn", [{ mode: "yes" }, { mode: "until", untilWallTime: WALLS[0] }], [
      { mode: "always" },
      { mode: "until" },
      { mode: "until", untilWallTime: "soon" },
      { mode: "yes", untilWallTime: WALLS[0] },
      null,
    ]],
    ["reason", ["a", text(1000)], ["", text(1001), null]],
    ["decidedBy", IDS, BAD_IDS],
    ["decidedWallTime", WALLS, BAD_WALLS],
    ["expiresWallTime", WALLS, BAD_WALLS],
  ],
  command: [
    ["contractVersion", [1], [2, null]],
    ["id", IDS, BAD_IDS],
    ["verb", ["ping", "job", "maintenance"], ["", "stop", null]],
    ["body", [{}, { a: [1, { b: null }] }], [null, [], "text", 1]],
  ],
  reply: [
    ["contractVersion", [1], [2, null]],
    ["id", IDS, BAD_IDS],
    ["ok", [true, false], [0, "true", null, undefined]],
    ["detail", ["", text(300)], [text(301), null]],
  ],
};

const payloads = suite("payloads");

for (const [type, bounds] of Object.entries(BOUNDS) as [MessageType, Bound[]][]) {
  for (const [path, good, bad] of bounds) {
    payloads(`a ${type}'s ${path} is taken at its bounds and refused beyond`, () => {
      for (const value of good) {
        const read = PAYLOADS[type].safeParse(changed(VALID[type], path, value));
        assert.ok(read.success, `${JSON.stringify(value)?.slice(0, 60)} was refused`);
      }
      for (const value of bad) {
        const read = PAYLOADS[type].safeParse(changed(VALID[type], path, value));
        assert.not.ok(read.success, `${JSON.stringify(value)?.slice(0, 60)} was taken`);
      }
    });
  }
}

payloads("evidence is measured in bytes of UTF-8, not in characters", () => {
  const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).length;
  const full = { ...SERIES, points: list(240, 1_234_567) };
  const sized = (missing: number, lines: string[]) => {
    const evidence = { series: [full, full, full, full], lines, layerMap: null };
    const excess = bytes(evidence) - EVIDENCE_BYTES_MAX + missing;
    const last = { ...full, points: list(240 - Math.ceil(excess / 8), 1_234_567) };
    return { ...evidence, series: [full, full, full, last] };
  };
  const fits = sized(0, list(5, "é".repeat(120)));
  assert.ok(bytes(fits) <= EVIDENCE_BYTES_MAX && bytes(fits) > EVIDENCE_BYTES_MAX - 8);
  assert.ok(Evidence.safeParse(fits).success);
  // The same count of characters, one more byte each.
  const over = { ...fits, lines: list(5, "日".repeat(120)) };
  assert.is(JSON.stringify(over).length, JSON.stringify(fits).length);
  const read = Evidence.safeParse(over);
  assert.not.ok(read.success);
  assert.match(read.error!.issues[0]!.message, `at most ${EVIDENCE_BYTES_MAX} bytes`);
});

payloads("severities are told from the lowest to the highest", () => {
  assert.equal(Severity.options, ["info", "low", "medium", "high", "critical"]);
});

payloads("every kind and technique has words for a person", () => {
  for (const kind of Kind.options) assert.ok(KINDS[kind].length > 10, kind);
  for (const id of TechniqueId.options) {
    assert.match(id, /^T0[0-9]{3}$/);
    assert.ok(TECHNIQUES[id].length > 5);
  }
});

const ISSUE_BOUNDS: Bound[] = [
  ["version", [1, 99], [0, 1.5, null]],
  ["id", TOKENS, BAD_TOKENS],
  ["title", ["a", text(120)], ["", text(121), null]],
  ["kind", ["guard"], ["other", null]],
  ["verdict", ["undetermined"], ["benign", null]],
  ["severity", ["info"], ["none", null]],
  ["logPrior", [-10, 0, 10], [-10.1, 10.1, NaN, null]],
  ["events", [["heat-gain"], [...EventName.options]], [
    [],
    ["heat"],
    list(EventName.options.length + 1, "heat-gain"),
    null,
  ]],
  ["features", [{}, { a1: ISSUE.features.spikes }], [
    { "a-b": ISSUE.features.spikes },
    { "": ISSUE.features.spikes },
    { [text(41)]: ISSUE.features.spikes },
    { a: 1 },
    null,
  ]],
  ["features.spikes.low", [-1e9, 8], [8.1, NaN, Infinity, null]],
  ["features.spikes.high", [2, 1e9], [1.9, NaN, Infinity, null]],
  ["features.spikes.soft", [1e-6, 1e6], [0, -1, NaN, Infinity, null]],
  ["features.spikes.text", ["a", text(200)], ["", text(201), null]],
  ["features.spikes.more", [], [1]],
  ["techniques", [[], ["T0856"]], [["T1"], list(7, "T0856"), null]],
  ["physics", ["a", text(1200)], ["", text(1201), null]],
  ["summary", ["a", text(240)], ["", text(241), null]],
  ["advice", ["a", text(400)], ["", text(401), null]],
  ["tests", [list(2, ISSUE.tests[0]), list(16, ISSUE.tests[0])], [
    [],
    list(1, ISSUE.tests[0]),
    list(17, ISSUE.tests[0]),
    null,
  ]],
  ["tests.0.event", ["heat-loss"], ["loss", null]],
  ["tests.0.features", [{}, { any: -1 }], [{ any: "1" }, { any: NaN }, null]],
  ["tests.0.matches", [true, false], [1, null, undefined]],
  ["tests.0.name", ["a", text(120)], ["", text(121), null]],
  ["author", [], ["somebody"]],
];

const MANIFEST_BOUNDS: Bound[] = [
  ["version", [1], [2, null]],
  ["jobDigest", DIGEST, BAD_DIGESTS],
  ["salt", ["0".repeat(32)], ["0".repeat(31), "0".repeat(33), "G".repeat(32), null]],
  ["dialect", ["marlin", "prusa", "klipper"], ["grbl", null]],
  ["commandCount", [1, 4_000_000], [0, 4_000_001, 1.5, null]],
  ["fingerprints", ["", "AAAAAAAA"], ["A", "****", null]],
  ["blockCommands", [16, 4096], [15, 4097, 16.5, null]],
  ["blockDigests", ["AAAAAAAAAAA="], ["A", null]],
  ["layers", [[]], [null, list(20_001, MANIFEST.layers[0])]],
  ["layers.0.zMm", [-0.1, 300], [NaN, null]],
  ["layers.0.first", [0], [-1, 0.5]],
  ["layers.0.pathMm", [0], [-1, NaN]],
  ["layers.0.travelMm", [0], [-1, NaN]],
  ["layers.0.extrudedMm", [0], [-1, NaN]],
  ["layers.0.retractions", [0], [-1, 0.5]],
  ["layers.0.timeS", [0], [-1, NaN]],
  ["layers.0.hotendC", [0], [-1, NaN]],
  ["layers.0.bedC", [0], [-1, NaN]],
  ["layers.0.fanDuty", [0, 1], [-0.1, 1.1]],
  ["layers.0.feedrateMmPerS", [[0, 0, 0]], [[0, 0], [0, 0, 0, 0], [-1, 0, 0], null]],
  ["settings", [[]], [list(20_001, MANIFEST.settings[0]), null]],
  ["settings.0.at", [0], [-1, 0.5]],
  ["settings.0.text", ["a", text(60)], ["", text(61)]],
  ["totals.pathMm", [0], [-1]],
  ["totals.moves", [0], [0.5]],
  ["totals.more", [], [1]],
];

const DATA_FILES = [
  ["known issue", KnownIssue, ISSUE, ISSUE_BOUNDS],
  ["manifest", Manifest, MANIFEST, MANIFEST_BOUNDS],
] as const;

for (const [name, schema, valid, bounds] of DATA_FILES) {
  for (const [path, good, bad] of bounds) {
    payloads(`a ${name}'s ${path} is taken at its bounds and refused beyond`, () => {
      for (const value of good) {
        const read = schema.safeParse(changed<unknown>(valid, path, value));
        assert.ok(read.success, `${JSON.stringify(value)?.slice(0, 60)} was refused`);
      }
      for (const value of bad) {
        const read = schema.safeParse(changed<unknown>(valid, path, value));
        assert.not.ok(read.success, `${JSON.stringify(value)?.slice(0, 60)} was taken`);
      }
    });
  }
}

payloads("a result is a value or a reason", () => {
  assert.equal(ok(7), { ok: true, value: 7 });
  assert.equal(refused("Cannot read it: a number was required, got 'x'"), {
    ok: false,
    issue: "Cannot read it: a number was required, got 'x'",
  });
});

payloads.run();

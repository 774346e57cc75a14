import { suite } from "uvu";
import * as assert from "uvu/assert";
import { checkForm, DecisionForm, learnOf } from "../../../cloud/console/form.ts";
import { cursorOf, readListQuery } from "../../../cloud/console/list_query.ts";
import { outside, plotsOf, rangesOf, ticks } from "../../../cloud/console/plot/plot_shape.ts";
import {
  ago,
  beside,
  count,
  meaning,
  percent,
  span,
  titleOf,
  unbroken,
  verdictSentence,
  visible,
} from "../../../cloud/console/words.ts";
import { fabricateDeviation, seeded } from "../../../scripts/fabricate.ts";

const words = suite("words");

words("say how sure the classifier is", () => {
  assert.is(
    verdictSentence("potential-cyberthreat", 0.97),
    "Almost certainly a cyberthreat (97 %)",
  );
  assert.is(
    verdictSentence("expected-anomaly", 0.6),
    "More likely than not an expected anomaly (60 %)",
  );
  assert.match(verdictSentence("undetermined", 0.5), /doesn't decide between accident and attack/);
});

words("never claim a certainty", () => {
  assert.is(percent(0.9985), "over 99 %");
  assert.is(percent(0.99), "99 %");
  assert.is(percent(0), "under 1 %");
});

words("show characters that hide or reorder, and leave the others alone", () => {
  assert.is(visible("G1 X10 ; Grüße 日本 🙂\nnext"), "G1 X10 ; Grüße 日本 🙂\nnext");
  assert.is(visible("a\u202eb\u200bc\u0007d\ufeff\u2028"), "a⟨202E⟩b⟨200B⟩c⟨0007⟩d⟨FEFF⟩⟨2028⟩");
});

words("say how long ago something was, roughly", () => {
  const at = Date.parse("2026-10-05T21:00:00Z");
  assert.is(ago(at, at + 20_000), "just now");
  assert.is(ago(at, at + 4 * 60_000), "4 min ago");
  assert.is(ago(at + 5_000, at), "just now");
  assert.is(span(3 * 3_600_000), "3 h");
  assert.is(span(50 * 3_600_000), "2 d");
  assert.is(count(1, "case"), "1 case");
  assert.is(count(0, "case"), "0 cases");
  assert.is(titleOf("hotend-heat"), "Hotend heat");
  assert.is(titleOf("peakShare"), "Peak share");
});

words("keep a number with its unit", () => {
  assert.is(unbroken("at 210 °C, 15 K off"), "at 210\u00a0°C, 15\u00a0K off");
  assert.is(unbroken("3 sites, 2 Kelvins"), "3 sites, 2 Kelvins");
});

words("say what a probability means without taking it for more", () => {
  assert.match(
    meaning("potential-cyberthreat", 0.912),
    /about 91 are attacks and 9 something else/,
  );
  assert.match(meaning("expected-anomaly", 1), /about 99 are no attack and 1 something else/);
  assert.match(meaning("undetermined", 0.6), /would look the same/);
});

words("say where another instant lies", () => {
  assert.is(beside(0, 4000), "at the same moment");
  assert.is(beside(0, 23_000), "23 s before");
  assert.is(beside(5 * 60_000, 0), "5 min after");
});

words.run();

const plots = suite("plots");
const deviation = fabricateDeviation({
  recipe: "tampered-set-point",
  printer: "p",
  random: seeded(3),
  wallTime: "2026-10-05T21:00:00.000Z",
  atS: 1000,
});

plots("count seconds from the detection and keep each signal's curves together", () => {
  const { series } = deviation.evidence;
  const { startedEventS, detectedEventS } = deviation.times;
  const [plot, ...rest] = plotsOf(series, startedEventS, detectedEventS);
  assert.is(rest.length, 0);
  assert.is(plot?.curves.length, series.length);
  assert.ok(plot!.startedX < 0);
  const xs = plot!.curves[0]!.points.map((point) => point.x);
  assert.is(xs[0], series[0]!.startS - detectedEventS);
  assert.ok(xs.includes(0));
});

plots("leave room around the values, and draw nothing of nothing", () => {
  const [plot] = plotsOf(deviation.evidence.series, 990, 1000);
  const ranges = rangesOf(plot!)!;
  const ys = plot!.curves.flatMap((curve) => curve.points.map((point) => point.y!));
  assert.ok(ranges.y.min < Math.min(...ys) && ranges.y.max > Math.max(...ys));
  const hole = { ...deviation.evidence.series[0]!, points: [null, null] };
  assert.is(rangesOf(plotsOf([hole], 990, 1000)[0]!), null);
  assert.equal(plotsOf([], 0, 0), []);
});

plots("call a point outside only where the twin's own bounds at its instant say so", () => {
  const series = (role: "low" | "high" | "measured", points: (number | null)[]) => ({
    signal: "hotend-temperature",
    role,
    unit: "°C",
    startS: 995,
    stepS: 1,
    scale: 1,
    points,
  });
  const [found] = plotsOf(
    [
      series("low", [200, 200, null, 200]),
      series("high", [220, 220, null, 220]),
      series("measured", [199, 210, 999, null]),
    ],
    996,
    1000,
  );
  assert.equal(outside(found!), [{ x: -5, y: 199 }]);
  assert.equal(outside({ ...found!, curves: found!.curves.slice(2) }), []);
});

plots("tick at round numbers", () => {
  assert.equal(ticks({ min: 188, max: 212 }, 5), [190, 195, 200, 205, 210]);
  assert.equal(ticks({ min: -48, max: 17 }, 8), [-40, -30, -20, -10, 0, 10]);
  assert.equal(ticks({ min: 0.1, max: 0.42 }, 4).map((x) => x.toFixed(1)), [
    "0.1",
    "0.2",
    "0.3",
    "0.4",
  ]);
});

plots.run();

const forms = suite("forms and queries");
const good = {
  seen: "7",
  decisionId: crypto.randomUUID(),
  determination: "expected",
  response: "none",
  reason: " because ",
};

forms("are trimmed, with defaults for what a page leaves out", () => {
  const form = checkForm(DecisionForm, good);
  assert.ok(form.ok);
  if (!form.ok) return;
  assert.is(form.value.reason, "because");
  assert.equal(learnOf(form.value), { ok: true, value: { mode: "no" } });
});

forms("learn until the end of the day that was named", () => {
  const form = checkForm(DecisionForm, { ...good, learn: "until", untilDate: "2026-12-24" });
  assert.ok(form.ok);
  if (!form.ok) return;
  const learn = learnOf(form.value);
  assert.ok(learn.ok && learn.value.mode === "until");
  if (learn.ok && learn.value.mode === "until") {
    assert.is(learn.value.untilWallTime, "2026-12-24T23:59:59.000Z");
  }
});

forms("a list's further page begins after its last row", () => {
  const row = {
    attention: 1,
    openedAt: "2026-10-05T21:00:00.000Z",
    id: crypto.randomUUID(),
  } as Parameters<typeof cursorOf>[1];
  const next = cursorOf("http://x/?state=all", row);
  const query = readListQuery(Object.fromEntries(new URL(next, "http://x").searchParams));
  assert.ok(query.ok);
  if (query.ok) assert.equal(query.value.after, row);
});

forms.run();

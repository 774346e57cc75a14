import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { z } from "zod";
import { Evidence, EVIDENCE_BYTES_MAX } from "../../shared/deviation.ts";
import { envelope, eventType, isInOrder, type MessageType } from "../../shared/envelope.ts";
import { evidenceBytesAtMost } from "../../shared/evidence_size.ts";
import { guardOf } from "../../shared/guard.ts";
import { deviationMessage, fabricateDeviation, seeded } from "../../scripts/fabricate.ts";
import { ABOUT, ADDRESS, SERIES, VALID } from "./payloads.ts";

const guards = suite("guardOf");
const RUNS = { numRuns: 1500, seed: 5 };

function message(type: MessageType, data: unknown) {
  const rest = { specversion: "1.0", datacontenttype: "application/json" };
  return { ...rest, ...ABOUT, type: eventType(type), data };
}

const NASTY = [
  ...[-1, -0, 0, 0.5, 1, 255, 256, 2 ** 53, 1e308, NaN, Infinity],
  ...[true, null, undefined, [], {}, [null], ["x"]],
  ...[
    "",
    "x",
    "x".repeat(400),
    "2026-02-30T12:00:00Z",
    "2026-03-01T12:00:00.123Z",
    "ä\n",
    "\ud800",
  ],
];

/** Every place in a value, as the way to it. */
function places(value: unknown, way: string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [way];
  return [way, ...Object.entries(value).flatMap(([key, one]) => places(one, [...way, key]))];
}

function at(value: unknown, way: string[]): unknown {
  return way.reduce((inner, key) => (inner as Record<string, unknown>)[key], value);
}

/** A copy with something else at one place; `undefined` removes what stands there. */
function altered(value: unknown, [key, ...rest]: string[], by: unknown): unknown {
  if (key === undefined) return by;
  const copy = Array.isArray(value) ? [...value] : { ...value as Record<string, unknown> };
  const record = copy as Record<string, unknown>;
  if (rest.length === 0 && by === undefined) delete record[key];
  else record[key] = altered(record[key], rest, by);
  return copy;
}

function assertSame(type: MessageType, value: unknown): void {
  const wanted = envelope(type).safeParse(value);
  assert.is(isInOrder(type, value), wanted.success, JSON.stringify(value)?.slice(0, 600));
  if (wanted.success) assert.equal(wanted.data, value);
}

for (const type of ["deviation", "presence", "decision", "reply"] as const) {
  guards(`a ${type} passes the guard just when it passes the schema`, () => {
    const good = message(type, VALID[type]);
    assert.ok(isInOrder(type, good), "the guard must know this message");
    const anywhere = fc.constantFrom(...places(good));
    const change = fc.tuple(anywhere, fc.oneof(fc.constantFrom(...NASTY), fc.anything()));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 2 }), (changes) => {
        let value: unknown = good;
        for (const [way, by] of changes) {
          try {
            value = altered(value, way, by);
          } catch {
            // The first change took away the place of the second.
          }
        }
        assertSame(type, value);
      }),
      RUNS,
    );
  });

  guards(`a ${type} with one name too many doesn't pass`, () => {
    const good = message(type, VALID[type]);
    // A field more in a list is no JSON.
    const objects = places(good).filter((way) => !Array.isArray(at(good, way)));
    for (const way of objects) {
      for (const name of ["extra", "toString", "constructor"]) {
        assertSame(type, altered(good, [...way, name], 1));
      }
    }
    const polluted = JSON.parse(JSON.stringify(good).replace("{", '{"__proto__":{"x":1},'));
    assert.is(isInOrder(type, polluted), false);
  });
}

guards("what a guard can't promise to judge alike is left to the schema", () => {
  const text = z.string();
  for (
    const schema of [
      z.object({ a: text }),
      z.looseObject({ a: text }),
      text.trim(),
      text.default("x"),
      text.transform(Number),
      z.url(),
      z.array(z.date()),
      z.record(text, text),
      z.strictObject({ toString: text }),
      text.regex(/x/g),
      z.int().multipleOf(5),
      z.coerce.number(),
      text.superRefine(() => {}),
    ] as z.ZodType[]
  ) assert.is(guardOf(schema), null);
});

guards(
  "the sure bound of evidence's size is never below it, and spares most of the counting",
  () => {
    const random = seeded(3);
    for (const recipe of ["cold-block", "external-fan", "dead-fan", "void"] as const) {
      const wish = { recipe, printer: "p1", random, wallTime: "2026-03-01T12:00:00Z" };
      const { evidence } = fabricateDeviation(wish);
      const bytes = new TextEncoder().encode(JSON.stringify(evidence)).length;
      assert.ok(evidenceBytesAtMost(evidence) >= bytes);
      assert.ok(deviationMessage({ ...ADDRESS, printer: "p1" }, fabricateDeviation(wish)).bytes);
    }
    const number = fc.constantFrom(0, 255, -2_000_000, 2_000_000, null, 999, -999, 1000);
    const points = fc.array(number, { maxLength: 240 });
    const line = fc.string({ unit: "binary", maxLength: 120 });
    fc.assert(
      fc.property(
        fc.array(points, { maxLength: 8 }),
        fc.array(line, { maxLength: 5 }),
        (all, lines) => {
          const series = all.map((one) => ({
            ...SERIES,
            startS: 1.7976931348623157e+308,
            points: one,
          }));
          const evidence = { series, lines, layerMap: null };
          const bytes = new TextEncoder().encode(JSON.stringify(evidence)).length;
          assert.ok(evidenceBytesAtMost(evidence) >= bytes);
          assert.is(Evidence.safeParse(evidence).success, bytes <= EVIDENCE_BYTES_MAX);
        },
      ),
      { numRuns: 200, seed: 5 },
    );
  },
);

guards.run();

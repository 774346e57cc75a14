import fc from "fast-check";

/** Values that readers of JSON trip over. */
const AWKWARD: readonly unknown[] = [
  null,
  true,
  "",
  " ",
  "\u0000",
  "x".repeat(5000),
  "__proto__",
  "constructor",
  "../../etc/passwd",
  "<script>alert(1)</script>",
  "2026-02-30T25:61:61.000Z",
  "9999-12-31T23:59:59.999Z",
  "00000000-0000-0000-0000-000000000000",
  0,
  -0,
  -1,
  0.1,
  1e308,
  -1e308,
  1e-320,
  2 ** 31,
  2 ** 53,
  [],
  {},
  [[]],
  [null],
  Array(2000).fill(0),
];

type Edit =
  & { at: number }
  & (
    | { do: "replace"; value: unknown }
    | { do: "remove" }
    | { do: "add"; key: string; value: unknown }
    | { do: "copy"; from: number }
    | { do: "repeat"; times: number }
    | { do: "scale"; by: number }
  );

const place = fc.nat({ max: 65_535 });
const value = fc.oneof(fc.constantFrom(...AWKWARD), fc.jsonValue({ maxDepth: 3 }));

function editOf<T extends Edit["do"], R>(what: T, rest: { [K in keyof R]: fc.Arbitrary<R[K]> }) {
  return fc.record({ do: fc.constant(what), at: place, ...rest }) as unknown as fc.Arbitrary<Edit>;
}

const edit: fc.Arbitrary<Edit> = fc.oneof(
  editOf("replace", { value }),
  editOf("remove", {}),
  editOf("add", { key: fc.oneof(fc.string(), fc.constantFrom("__proto__", "toString")), value }),
  editOf("copy", { from: place }),
  editOf("repeat", { times: fc.nat({ max: 300 }) }),
  editOf("scale", { by: fc.constantFrom(-1, 0, 1e-9, 10, 1e6, 1e300, 0.5) }),
);

/** One value of a corpus with up to six changes, each at any depth. */
export function mutatedJson(corpus: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc.tuple(
    fc.nat({ max: corpus.length - 1 }),
    fc.array(edit, { maxLength: 6, size: "max" }),
  ).map(([index, edits]) =>
    edits.reduce((whole: unknown, one) => applied(whole, one), structuredClone(corpus[index]))
  );
}

/** Where a value stands: in what, and under which key. */
interface Slot {
  holder: Record<string, unknown> | unknown[];
  key: string;
}

/** No value grows beyond so many places: repeated copies of copies would have no end. */
const SLOTS_MAX = 20_000;

/** Every place in a value, its own included. */
function slotsOf(root: { whole: unknown }): Slot[] {
  const slots: Slot[] = [{ holder: root, key: "whole" }];
  for (let at = 0; at < slots.length && slots.length < SLOTS_MAX; at++) {
    const { holder, key } = slots[at]!;
    const inside = read(holder, key);
    if (typeof inside !== "object" || inside === null) continue;
    for (const name of Object.keys(inside)) {
      slots.push({ holder: inside as Slot["holder"], key: name });
    }
  }
  return slots;
}

function read(holder: Slot["holder"], key: string): unknown {
  return (holder as Record<string, unknown>)[key];
}

/** Even `__proto__` becomes a field like any other, as `JSON.parse` makes it. */
function write(holder: Slot["holder"], key: string, value: unknown): void {
  const field = { value, enumerable: true, writable: true, configurable: true };
  Object.defineProperty(holder, key, field);
}

function applied(whole: unknown, one: Edit): unknown {
  const root = { whole };
  const slots = slotsOf(root);
  const pick = (share: number) => slots[Math.floor(share / 65_536 * slots.length)]!;
  const { holder, key } = pick(one.at);
  const inside = read(holder, key);
  const times = (more: unknown) =>
    Math.floor((SLOTS_MAX - slots.length) / slotsOf({ whole: more }).length);
  switch (one.do) {
    case "replace":
      write(holder, key, structuredClone(one.value));
      break;
    case "remove":
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else if (holder !== root) delete (holder as Record<string, unknown>)[key];
      break;
    case "add":
      if (Array.isArray(inside)) inside.push(structuredClone(one.value));
      else if (typeof inside === "object" && inside !== null) {
        write(inside as Slot["holder"], one.key, structuredClone(one.value));
      }
      break;
    case "copy": {
      const copied = read(pick(one.from).holder, pick(one.from).key);
      if (times(copied) > 1) write(holder, key, structuredClone(copied));
      break;
    }
    case "repeat":
      if (Array.isArray(holder)) {
        for (let n = Math.min(one.times, times(inside)); n > 0; n--) {
          holder.push(structuredClone(inside));
        }
      }
      if (typeof inside === "string") write(holder, key, inside.repeat(one.times % 20));
      break;
    case "scale":
      if (typeof inside === "number") write(holder, key, inside * one.by);
      break;
  }
  return root.whole;
}

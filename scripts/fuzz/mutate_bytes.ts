import fc from "fast-check";

/** Bytes that parsers trip over: line ends, zeros, quotes, signs, the ends of ranges. */
const AWKWARD = [0, 1, 9, 10, 13, 27, 32, 34, 39, 42, 45, 46, 47, 48, 57, 58, 59, 64, 78, 91, 92]
  .concat([93, 123, 125, 127, 128, 192, 0xed, 0xf4, 254, 255]);
/** Pieces that mean something to one of the readers. */
const PIECES = [
  "\r\n",
  "\n\n",
  "ok\n",
  "N-1 ",
  "N999999999999999999 ",
  "*255",
  "1e309",
  "-0",
  "NaN",
  "Infinity",
  "99999999999999999999999999",
  "0.000000000000000000001",
  "T:nan /inf B:-1",
  "Resend: ",
  "//action:",
  "M112",
  "\u0000\uffff",
  "__proto__",
  "é🙂",
  "{{{{",
  "[[[[",
].map((text) => new TextEncoder().encode(text));

type Edit =
  | { do: "set"; at: number; bytes: Uint8Array }
  | { do: "insert"; at: number; bytes: Uint8Array }
  | { do: "remove"; at: number; length: number }
  | { do: "flip"; at: number; bit: number }
  | { do: "repeat"; at: number; length: number; times: number }
  | { do: "swap"; at: number; to: number; length: number };

/** A place in the text as a share of its length, so that it holds whatever the text. */
const place = fc.nat({ max: 65_535 });
const few = fc.oneof(
  fc.constantFrom(...PIECES),
  fc.array(fc.constantFrom(...AWKWARD), { minLength: 1, maxLength: 4 })
    .map((bytes) => Uint8Array.from(bytes)),
  fc.uint8Array({ minLength: 1, maxLength: 8 }),
);
const length = fc.nat({ max: 40 });

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ do: fc.constant("set" as const), at: place, bytes: few }),
  fc.record({ do: fc.constant("insert" as const), at: place, bytes: few }),
  fc.record({ do: fc.constant("remove" as const), at: place, length }),
  fc.record({ do: fc.constant("flip" as const), at: place, bit: fc.nat({ max: 7 }) }),
  fc.record({ do: fc.constant("repeat" as const), at: place, length, times: fc.nat({ max: 60 }) }),
  fc.record({ do: fc.constant("swap" as const), at: place, to: place, length }),
);

/** No mutated text grows beyond this, in bytes. */
const GROWN_BYTES_MAX = 32_768;

/** One text of a corpus with up to eight edits: shrinks towards that text as it is. */
export function mutatedBytes(corpus: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const edited = fc.tuple(
    fc.nat({ max: corpus.length - 1 }),
    fc.array(edit, { maxLength: 8, size: "max" }),
  ).map(([index, edits]) => edits.reduce(applied, corpus[index]!));
  return fc.oneof({ arbitrary: edited, weight: 9 }, {
    arbitrary: fc.uint8Array({ maxLength: 200, size: "max" }),
    weight: 1,
  });
}

/** The same of texts in UTF-8. */
export function mutatedText(corpus: readonly string[]): fc.Arbitrary<Uint8Array> {
  return mutatedBytes(corpus.map((text) => new TextEncoder().encode(text)));
}

function applied(text: Uint8Array, one: Edit): Uint8Array {
  if (text.length > GROWN_BYTES_MAX) return text;
  const at = Math.floor(one.at / 65_536 * (text.length + 1));
  switch (one.do) {
    case "set":
      return joined(text.subarray(0, at), one.bytes, text.subarray(at + one.bytes.length));
    case "insert":
      return joined(text.subarray(0, at), one.bytes, text.subarray(at));
    case "remove":
      return joined(text.subarray(0, at), text.subarray(at + one.length));
    case "flip":
      return text.map((byte, index) => index === at ? byte ^ (1 << one.bit) : byte);
    case "repeat": {
      const piece = text.subarray(at, at + one.length);
      return joined(text.subarray(0, at), ...Array(one.times).fill(piece), text.subarray(at));
    }
    case "swap": {
      const to = Math.floor(one.to / 65_536 * (text.length + 1));
      const [first, second] = [Math.min(at, to), Math.max(at, to)];
      const end = Math.min(first + one.length, second);
      const piece = text.subarray(first, end);
      return joined(
        text.subarray(0, first),
        text.subarray(end, second),
        piece,
        text.subarray(second),
      );
    }
  }
}

function joined(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

import fc from "fast-check";
import * as assert from "uvu/assert";
import type { Result } from "../../../shared/result.ts";

/**
 * Holds a reader without schemas to its schema: of messages near to right ones both take the same,
 * and understand the same by them.
 *
 * @param nearly messages of known types, with known fields, too many or too few of them
 * @param options the schema's options, each of which has a type's name in its shape
 */
export function readsAsSchema<Message>(
  nearly: fc.Arbitrary<{ type?: string }>,
  options: readonly { shape: { type: { value: string } } }[],
  read: (text: string) => Result<Message>,
  decode: (text: string) => Result<Message>,
): void {
  const wanted = new Map<string | undefined, string[]>(
    options.map(({ shape }) => [shape.type.value, Object.keys(shape)]),
  );
  let taken = 0;
  fc.assert(
    fc.property(nearly, fc.boolean(), (drawn, strip) => {
      const names = wanted.get(drawn.type) ?? [];
      const fields = Object.entries(drawn).filter(([name]) => !strip || names.includes(name));
      const text = JSON.stringify(Object.fromEntries(fields));
      const message = read(text);
      assert.is(message.ok, decode(text).ok, text);
      if (!message.ok) return;
      taken += 1;
      assert.equal(message, decode(text));
    }),
    { numRuns: 5000, seed: 1 },
  );
  assert.ok(taken > 50, `${taken} were right`);
}

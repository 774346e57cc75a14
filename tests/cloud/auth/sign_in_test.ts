import { suite } from "uvu";
import * as assert from "uvu/assert";
import { newPerson } from "../../../cloud/auth/accounts.ts";
import type { Door } from "../../../cloud/auth/door.ts";
import { failureLimits } from "../../../cloud/auth/failure_limits.ts";
import type { Passwords } from "../../../cloud/auth/passwords.ts";
import { signIn } from "../../../cloud/auth/sign_in.ts";

const tests = suite("signing in with a password");
const NOW = new Date("2026-10-05T21:00:00.000Z");
const VISIT = { peer: "192.0.2.7", browser: "test" };
const RIGHT = "the right password";

/** A door whose only person's password takes a moment to look at. */
function gate(triesMax: number) {
  const mira = newPerson(crypto.randomUUID(), "Mira", "expert", null, NOW);
  const door = {
    auth: { personNamed: () => mira },
    audit: { write: () => Promise.resolve() },
    limits: failureLimits(triesMax, 60),
    now: () => NOW,
    welcome: () => Promise.resolve({ record: {}, credential: "c" }),
  } as unknown as Door;
  const passwords = {
    matches: async (password: string) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return { ok: true, value: password === RIGHT };
    },
  } as unknown as Passwords;
  return signIn(door, passwords);
}

tests("many tries sent at once are no more tries than one after the other", async () => {
  const { withPassword } = gate(3);
  const guesses = [...Array.from({ length: 9 }, (_, n) => `guess ${n}`), RIGHT];
  const answers = await Promise.all(guesses.map((guess) => withPassword("Mira", guess, VISIT)));
  const looked = answers.filter((one) => !one.ok && !("waitS" in one));
  assert.is(looked.length, 3);
  assert.not.ok(answers.at(-1)!.ok, "the right one came after too many wrong ones");
});

tests("a right password lets in, and makes up for wrong ones before", async () => {
  const { withPassword } = gate(3);
  await withPassword("Mira", "guess", VISIT);
  assert.ok((await withPassword("Mira", RIGHT, VISIT)).ok);
  for (let n = 0; n < 2; n++) await withPassword("Mira", "guess", VISIT);
  assert.ok((await withPassword("Mira", RIGHT, VISIT)).ok);
});

tests.run();

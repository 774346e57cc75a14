import { refused, type Result } from "../../shared/result.ts";
import type { Door } from "./door.ts";
import { type AssertionAnswer, assertionHolds } from "./passkey_ceremonies.ts";
import type { Passkey } from "./records.ts";
import type { RelyingParty } from "./relying_party.ts";

/** Checks an assertion over a challenge, and keeps the authenticator's count of its uses. */
export async function usePasskey(
  { auth, accounts }: Door,
  party: RelyingParty,
  answer: AssertionAnswer,
  challenge: string,
): Promise<Result<Passkey>> {
  const found = auth.passkeyOf(answer.id);
  if (!found) return refused("This passkey isn't known here");
  const { record: passkey, sequence } = found;
  const holds = await assertionHolds(answer, party, passkey, challenge);
  if (!holds.ok) return holds;
  const { counter } = holds.value;
  if (counter !== passkey.counter) {
    // A copy of the authenticator that answers at the same instant loses here.
    const counted = await accounts.write({ ...passkey, counter }, sequence);
    if (!counted.ok) return refused("This passkey was used elsewhere at the same instant");
  }
  return { ok: true, value: passkey };
}

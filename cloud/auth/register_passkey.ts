import { z } from "zod";
import { Uuid } from "../../shared/ids.ts";
import { refused, type Result } from "../../shared/result.ts";
import { ANSWER_S, type Asked, type RegistrationOptions } from "./asked.ts";
import type { Door } from "./door.ts";
import { passkeyFrom, type RegistrationAnswer, registrationOptions } from "./passkey_ceremonies.ts";
import type { Passkey } from "./records.ts";
import type { RelyingParty } from "./relying_party.ts";

/** Who a passkey will be for. */
const Owner = z.strictObject({ personId: Uuid, name: z.string() });

/** Asks a person to make a passkey. */
export async function askToRegister(
  { auth, challenges }: Door,
  purpose: "join" | "add-passkey",
  party: RelyingParty,
  owner: z.infer<typeof Owner>,
): Promise<Asked<RegistrationOptions>> {
  const { id, challenge } = await challenges.issue(purpose, owner, ANSWER_S);
  const existing = auth.passkeysOf(owner.personId);
  const person = { id: owner.personId, name: owner.name };
  return {
    challengeId: id,
    options: await registrationOptions(party, person, existing, challenge),
  };
}

/** The passkey that a person has made, once it is known to be what was asked for. */
export async function registered(
  { auth, challenges, now }: Door,
  purpose: "join" | "add-passkey",
  party: RelyingParty,
  challengeId: string,
  answer: z.infer<typeof RegistrationAnswer>,
  name: string,
): Promise<Result<{ passkey: Passkey; owner: z.infer<typeof Owner> }>> {
  const taken = await challenges.take(challengeId, purpose, Owner);
  if (!taken.ok) return taken;
  const { about: owner, challenge } = taken.value;
  const made = { personId: owner.personId, name, at: now() };
  const passkey = await passkeyFrom(answer, party, challenge, made);
  if (!passkey.ok) return passkey;
  if (auth.passkeyOf(passkey.value.credentialId)) {
    return refused("This passkey is in use already");
  }
  return { ok: true, value: { passkey: passkey.value, owner } };
}

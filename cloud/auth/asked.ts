import type { assertionOptions, registrationOptions } from "./passkey_ceremonies.ts";

/** How long a person may take, from the question to the answer, s. */
export const ANSWER_S = 300;

export const TOO_OFTEN = "Too many questions from your network; please wait a minute";

/** A question that a browser hands to its authenticator, and the challenge that it is about. */
export interface Asked<Options> {
  challengeId: string;
  options: Options;
}

export type RegistrationOptions = Awaited<ReturnType<typeof registrationOptions>>;
export type AssertionOptions = Awaited<ReturnType<typeof assertionOptions>>;

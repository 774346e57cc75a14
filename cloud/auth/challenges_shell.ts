import { randomBytes } from "node:crypto";
import { z } from "zod";
import { CONTRACT_VERSION, ContractVersion, Uuid, WallTime } from "../../shared/ids.ts";
import { refused, type Result } from "../../shared/result.ts";
import type { Broker } from "../broker/broker.ts";
import { CHALLENGES_STREAM, challengeSubject } from "../broker/streams.ts";
import { jsonOf } from "../read_model/json.ts";

const CHALLENGE_BYTES = 32;
const ABOUT_CHARS_MAX = 16_384;

/** What a challenge was given out for; an answer to it is good for nothing else. */
export const Purpose = z.enum(["sign-in", "join", "add-passkey", "decide", "second", "provider"]);
export type Purpose = z.infer<typeof Purpose>;

const Record = z.strictObject({
  contractVersion: ContractVersion,
  id: Uuid,
  purpose: Purpose,
  challenge: z.string().min(20).max(200),
  /** JSON of whatever the answer is about. */
  about: z.string().max(ABOUT_CHARS_MAX),
  expiresWallTime: WallTime,
  taken: z.boolean(),
});
type Record = z.infer<typeof Record>;

export interface IssuedChallenge {
  id: string;
  /** Base64url; what the answer has to sign or name. */
  challenge: string;
}

/** Challenges in the durable store, so that any replica can take an answer, and only one does. */
export interface Challenges {
  /**
   * Gives out a challenge.
   *
   * @param challenge what has to be signed; 256 random bits by default
   * @param validS how long an answer is taken, s
   */
  issue(
    purpose: Purpose,
    about: unknown,
    validS: number,
    challenge?: string,
  ): Promise<IssuedChallenge>;
  /** Takes a challenge out of the store: it never holds again, whatever the answer is worth. */
  take<T>(
    id: string,
    purpose: Purpose,
    about: z.ZodType<T>,
  ): Promise<Result<{ challenge: string; about: T }>>;
}

const GONE = "This took too long; please start again";
/** Why nobody takes an answer that somebody has taken, perhaps at this very moment. */
export const SPENT = "This was sent twice; please look whether it was taken, or start again";

export function challenges(broker: Broker, now: () => Date): Challenges {
  function write(record: Record, lastSubjectSequence: number) {
    const bytes = new TextEncoder().encode(JSON.stringify(record));
    const id = crypto.randomUUID();
    return broker.append(challengeSubject(record.id), bytes, { id, lastSubjectSequence });
  }
  return {
    async issue(purpose, about, validS, challenge) {
      const record = Record.parse({
        contractVersion: CONTRACT_VERSION,
        id: crypto.randomUUID(),
        purpose,
        challenge: challenge ?? randomBytes(CHALLENGE_BYTES).toString("base64url"),
        about: JSON.stringify(about),
        expiresWallTime: new Date(now().getTime() + validS * 1000).toISOString(),
        taken: false,
      });
      await write(record, 0);
      return { id: record.id, challenge: record.challenge };
    },

    async take(id, purpose, schema) {
      if (!Uuid.safeParse(id).success) return refused(GONE);
      const found = await broker.last(CHALLENGES_STREAM, challengeSubject(id));
      const record = found && Record.safeParse(jsonOf(found.bytes)).data;
      if (!record || record.purpose !== purpose) return refused(GONE);
      if (record.taken) return refused(SPENT);
      if (Date.parse(record.expiresWallTime) <= now().getTime()) return refused(GONE);
      const won = await write({ ...record, taken: true }, found.sequence);
      if (won.type === "conflict") return refused(SPENT);
      const about = schema.safeParse(JSON.parse(record.about));
      if (!about.success) return refused(GONE);
      return { ok: true, value: { challenge: record.challenge, about: about.data } };
    },
  };
}

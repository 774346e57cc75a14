import { z } from "zod";
import { ContractVersion, Uuid } from "./ids.ts";

/** What a printer's agent can be asked by request and reply. */
export const CommandVerb = z.enum(["ping", "job", "maintenance", "receipt"]);
export type CommandVerb = z.infer<typeof CommandVerb>;

/** A request to one printer's agent; `body` is decoded again by the verb's own schema. */
export const Command = z.strictObject({
  contractVersion: ContractVersion,
  id: Uuid,
  verb: CommandVerb,
  body: z.record(z.string(), z.json()),
});
export type Command = z.infer<typeof Command>;

/** The agent's reply to a command. */
export const CommandReply = z.strictObject({
  contractVersion: ContractVersion,
  id: Uuid,
  ok: z.boolean(),
  detail: z.string().max(300),
});
export type CommandReply = z.infer<typeof CommandReply>;

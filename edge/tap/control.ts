import { z } from "zod";
import { refused, type Result } from "../../shared/result.ts";

/** What the tap says of the link; the names are those of `LinkEvent` in edge/source. */
export const TapEvent = z.enum([
  "host-open",
  "host-closed",
  "printer-lost",
  "printer-back",
  "baud",
  "blind",
  "seeing",
  "bypass-on",
  "bypass-off",
  "held",
  "released",
  "second-opener",
]);
export type TapEvent = z.infer<typeof TapEvent>;

/** How things stand. */
export const TapState = z.strictObject({
  host: z.boolean(),
  printer: z.boolean(),
  bypass: z.boolean(),
  held: z.boolean(),
  blind: z.string().max(80).nullable(),
  baud: z.int().min(0),
});
export type TapState = z.infer<typeof TapState>;

const Seq = z.int().min(0);

/** The payload of a control frame, as JSON in UTF-8. */
export const TapControl = z.discriminatedUnion("type", [
  /** The first frame of each connection; `tapId` is new with each run of the tap. */
  z.strictObject({
    type: z.literal("hello"),
    tapId: z.uuid(),
    printer: z.string().max(64),
    oldestSeq: Seq,
    nextSeq: Seq,
    orders: z.boolean(),
    state: TapState,
  }),
  z.strictObject({ type: z.literal("link"), event: TapEvent, detail: z.string().max(400) }),
  z.strictObject({ type: z.literal("heartbeat") }),
  /**
   * `missedFrames` frames from `fromSeq` on were overwritten before they could be sent; `state` is
   * how things stand after the frame before `nextSeq`.
   */
  z.strictObject({
    type: z.literal("gap"),
    fromSeq: Seq,
    missedFrames: z.int().min(1),
    nextSeq: Seq,
    state: TapState,
  }),
  z.strictObject({
    type: z.literal("ack"),
    id: z.uuid(),
    result: z.enum(["applied", "refused"]),
    detail: z.string().max(400),
  }),
  /** The tap ends the connection. */
  z.strictObject({ type: z.literal("bye"), reason: z.string().max(400) }),
]);
export type TapControl = z.infer<typeof TapControl>;

/** Decodes a control frame's payload strictly. */
export function decodeControl(bytes: Uint8Array): Result<TapControl> {
  return decodeJson(TapControl, "a control frame", new TextDecoder().decode(bytes));
}

/** Decodes one JSON text by its schema. */
export function decodeJson<T>(schema: z.ZodType<T>, what: string, text: string): Result<T> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return refused(`Cannot decode ${what}: JSON was required, got '${text.slice(0, 40)}'`);
  }
  const checked = schema.safeParse(parsed);
  if (checked.success) return { ok: true, value: checked.data };
  const issue = checked.error.issues[0];
  return refused(`Cannot decode ${what}: at '${issue?.path.join(".")}': ${issue?.message}`);
}

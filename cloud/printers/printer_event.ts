import { z } from "zod";
import { Address, ContractVersion, Uuid, WallTime } from "../../shared/ids.ts";
import { PrinterState } from "../../shared/presence.ts";
import { Actor } from "../cases/case_event.ts";
import { GuardChange } from "./guard_change.ts";

/** What a printer's guard says of it, or that nothing is heard of the guard itself. */
export const SeenState = z.enum([...PrinterState.options, "silent"]);
export type SeenState = z.infer<typeof SeenState>;

/** One recorded fact of a printer's history. */
export const PrinterEvent = z.strictObject({
  contractVersion: ContractVersion,
  id: Uuid,
  address: Address,
  at: WallTime,
  act: z.discriminatedUnion("type", [
    z.strictObject({ type: z.literal("state"), from: SeenState.nullable(), to: SeenState }),
    /** Somebody knows of the trouble that began with that event. */
    z.strictObject({ type: z.literal("acknowledged"), troubleId: Uuid, by: Actor }),
    /** What its guard is, as its presence tells it, whenever that is another than before. */
    GuardChange,
  ]),
});
export type PrinterEvent = z.infer<typeof PrinterEvent>;

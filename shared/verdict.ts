import { z } from "zod";

/** What the classifier says of a deviation; `undetermined` is an honest answer, kept rare. */
export const Verdict = z.enum(["expected-anomaly", "potential-cyberthreat", "undetermined"]);
export type Verdict = z.infer<typeof Verdict>;

/** How much harm the deviation may do, lowest first. */
export const Severity = z.enum(["info", "low", "medium", "high", "critical"]);
export type Severity = z.infer<typeof Severity>;

/** What a printer's guard can see: serial, serial with questions, serial with independent senses. */
export const Suite = z.enum(["S0", "S1", "S2"]);
export type Suite = z.infer<typeof Suite>;

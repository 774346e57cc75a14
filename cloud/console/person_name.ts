import { z } from "zod";

/** What somebody may be called: plain characters, no markup, nothing invisible. */
export const PersonName = z.string().trim().min(2).max(60).regex(/^[^\p{Cc}\p{Cf}<>]+$/u);

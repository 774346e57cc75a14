/**
 * What a program ends with that can do nothing but be started again, as its service does: the broker
 * went away amid its start, or has lost what was read (EX_TEMPFAIL of sysexits.h).
 */
export const TRY_AGAIN = 75;

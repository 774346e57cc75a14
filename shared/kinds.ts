import { z } from "zod";

/** Every kind of deviation, with what an operator should understand by it. */
export const KINDS = {
  "temperature": "a hotend or bed set point differs from what this print should have",
  "fan": "a part-fan command differs from what this print should have",
  "flow": "extrusion differs from what this print should have",
  "speed": "feedrates differ from what this print should have",
  "geometry": "the path differs from what this print should have",
  "order": "lines came in another order than this print should have",
  "inserted": "lines came that this print should not have",
  "dropped": "lines are missing that this print should have",
  "swapped-job": "another job runs than the one announced",
  "z-offset": "the nozzle's height was changed while printing",
  "retraction": "retraction differs from what this print should have",
  "settings": "machine parameters were changed",
  "protection": "a protection of the firmware was switched off",
  "firmware-mode": "the firmware was told to update itself or to print from its own card",
  "read-out": "the job or the settings were read out",
  "hotend-heat": "the hotend's heat doesn't add up",
  "bed-heat": "the bed's heat doesn't add up",
  "hotend-sensor": "the hotend's readings can't be true",
  "bed-sensor": "the bed's readings can't be true",
  "fan-airflow": "the part fan's effect differs from its command",
  "extrusion": "material moved differs from material commanded",
  "motion-timing": "moves take another time than planned",
  "firmware-identity": "the firmware's identity or settings changed unannounced",
  "link": "the serial link is in trouble",
  "stop": "the print stopped in an unplanned way",
  "surroundings": "the air, the enclosure or the supply around the printer changed",
  "sense": "one of the guard's own senses failed",
  "guard": "the guard itself was interfered with",
} as const;

export const Kind = z.enum(Object.keys(KINDS) as [keyof typeof KINDS, ...(keyof typeof KINDS)[]]);
export type Kind = z.infer<typeof Kind>;

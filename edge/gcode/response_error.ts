/** What an error line is about. */
export type ErrorKind =
  | "halt"
  | "checksum"
  | "line-number"
  | "thermal-runaway"
  | "heating-failed"
  | "min-temp"
  | "max-temp"
  | "thermal-anomaly"
  | "cold-extrusion"
  | "homing"
  | "probing"
  | "out-of-range"
  | "sd"
  | "other";

/** First match wins: a runaway that also halts is a runaway. */
const KINDS: readonly (readonly [ErrorKind, RegExp])[] = [
  ["checksum", /checksum mismatch|wrong checksum|format error/i],
  ["line-number", /line number|(?:no|missing) checksum|expected line/i],
  [
    "thermal-runaway",
    /(?:thermal|temperature|temp)[ _]?runaway|heater .*not heating at expected rate/i,
  ],
  [
    "heating-failed",
    /heating failed|failed to (?:reach|heat)|preheat error|heat(?:er|ing)(?: \d+)? fault|decoupled/i,
  ],
  ["min-temp", /min_?temp|below minimum temp/i],
  ["max-temp", /max_?temp|above maximum temp|temperature fault|adc out of range/i],
  [
    "thermal-anomaly",
    /thermal (?:anomaly|malfunction)|heater malfunction|temp(?:erature)? (?:model|excursion)/i,
  ],
  ["cold-extrusion", /cold extru|extrude below minimum|too long extrusion/i],
  ["homing", /homing failed|failed to home|endstop .*still triggered|must home/i],
  ["probing", /probing failed|probe triggered prior|no trigger on probe|bed level/i],
  ["out-of-range", /out of range/i],
  ["sd", /\bsd\b|card|volume\.init|open failed|file/i],
  [
    "halt",
    /halted|kill(?:\(\)| called|ed)|stopped due to errors|shutdown|emergency stop|m112|lost communication with mcu/i,
  ],
];

/** The kind of an error from its text, without the `Error:` or `!!` before it. */
export function errorKind(text: string): ErrorKind {
  for (const [kind, pattern] of KINDS) if (pattern.test(text)) return kind;
  return "other";
}

import { ok, refused, type Result } from "../../../shared/result.ts";

/** One chip of lines, as the kernel tells it in /sys/class/gpio/gpiochipN. */
export interface Chip {
  label: string;
  /** The kernel's number of the chip's first line. */
  base: number;
  /** How many lines it has. */
  lines: number;
}

/** The labels of the chips behind a Pi's header: up to Pi 3 and Zero 2 W, Pi 4, Pi 5. */
const PI_LABELS = ["pinctrl-bcm2835", "pinctrl-bcm2711", "pinctrl-rp1"] as const;

/**
 * The kernel's number of a line. Since Linux 6.6 a Pi's lines begin at 512 or beyond, and chips are
 * numbered as they come: so a line is found by its chip's label.
 *
 * @param wanted the label of another board's chip; null: a Pi's own
 * @param line its number on the chip: on a Pi the BCM number
 */
export function lineNumber(
  chips: readonly Chip[],
  wanted: string | null,
  line: number,
): Result<number> {
  const labels: readonly string[] = wanted === null ? PI_LABELS : [wanted];
  const chip = chips.find(({ label }) => labels.includes(label));
  if (!chip) {
    const there = chips.map(({ label }) => `'${label}'`).join(", ") || "none";
    return refused(
      `Cannot find line ${line}: a chip ${labels.join(" or ")} was required, got ${there}`,
    );
  }
  if (Number.isInteger(line) && line >= 0 && line < chip.lines) return ok(chip.base + line);
  return refused(
    `Cannot find line ${line}: one of 0 to ${chip.lines - 1} of ${chip.label} was required`,
  );
}

/** The memory card: one file that can be printed, and one that may be being written. */
export interface Card {
  name: string;
  lines: readonly string[];
  next: number;
  selected: boolean;
  printing: boolean;
  /** Lines go to this file instead of being obeyed. */
  writingTo: string | null;
}

export function initCard(): Card {
  return {
    name: "CALIB.GCO",
    lines: calibrationSquare(),
    next: 0,
    selected: false,
    printing: false,
    writingTo: null,
  };
}

/** The card's own file: heat, and a square in a few layers. */
function calibrationSquare(): string[] {
  const lines = ["G90", "M82", "G28", "M109 S200", "G92 E0", "G1 Z0.2 F600", "M106 S200"];
  let e = 0;
  for (let layer = 1; layer <= 8; layer++) {
    lines.push(`G1 Z${(layer * 0.2).toFixed(1)} F600`);
    for (const [x, y] of [[80, 80], [120, 80], [120, 120], [80, 120], [80, 80]]) {
      e += 1.33;
      lines.push(`G1 X${x} Y${y} E${e.toFixed(3)} F1800`);
    }
  }
  return [...lines, "M107", "M104 S0", "M84"];
}

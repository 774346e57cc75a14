/** Printing moves after a change of tools in which its set points may still follow. */
const TURN_MOVES = 12;
/** Filament drawn back so far has left the nozzle, mm. */
const UNLOADED_MM = 20;
/** Layers in which a job shows the set points of its tools, and so many are remembered. */
const LEARN_LAYERS = 3, TARGETS_MAX = 32;

/** How the tools of a job take turns; a job of one tool never shows any. Plain JSON. */
export interface ToolTurns {
  at: number;
  changes: number;
  /** Printing moves since the last change. */
  moves: number;
  /** Set points that came with a change or were those of a tool at rest, °C. */
  targetsC: number[];
}

export function initToolTurns(): ToolTurns {
  return { at: 0, changes: 0, moves: 0, targetsC: [] };
}

/** Takes a change of tools. Mutates the turns. */
export function takeTool(turns: ToolTurns, tool: number): void {
  Object.assign(turns, { at: tool, changes: turns.changes + 1, moves: 0 });
}

/**
 * Whether a hotend's set point belongs to a change of tools: those at rest cool down, and one that was
 * just taken is warmed up; where tools share a nozzle, the next one's is set once filament is out. A job
 * does so with the same few values each time. Mutates the turns, which learn them.
 *
 * @param owedMm filament drawn back
 * @param layers that the job has printed
 */
export function belongsToTurn(
  turns: ToolTurns,
  { tool, targetC }: { tool: number; targetC: number },
  { owedMm, layers }: { owedMm: number; layers: number },
): boolean {
  const justTaken = turns.changes > 0 && turns.moves <= TURN_MOVES;
  if (tool === turns.at && !justTaken && owedMm <= UNLOADED_MM) return false;
  if (targetC === 0 || turns.targetsC.includes(targetC)) return true;
  if (layers > LEARN_LAYERS || turns.targetsC.length >= TARGETS_MAX) return false;
  turns.targetsC.push(targetC);
  return true;
}

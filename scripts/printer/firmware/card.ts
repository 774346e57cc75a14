import { type Machine, say } from "../device/machine.ts";
import type { Card } from "./card_state.ts";
import { type Command, readCommand } from "./command.ts";

/** The size of the card's file, bytes. */
function bytesOf(card: Card): number {
  return card.lines.reduce((sum, line) => sum + line.length + 1, 0);
}

/** The next line of a job from the card, ready to run; `null` when none is printing. */
export function nextFromCard(m: Machine): Command | null {
  const { card } = m.fw;
  if (!card.printing) return null;
  const line = card.lines[card.next++];
  if (line === undefined) {
    card.printing = false;
    say(m, "Done printing file");
    return null;
  }
  const command = m.fw.spare.pop();
  if (!command) return null;
  readCommand(line, -2, command);
  command.silent = true;
  return command;
}

/** Takes a line that goes to a file on the card instead of being obeyed; `false` if none does. */
export function writeToCard(m: Machine, c: Command): boolean {
  const { card } = m.fw;
  if (card.writingTo === null) return false;
  if (c.letter === 77 && c.code === 29) {
    card.writingTo = null;
    say(m, "Done saving file.");
  }
  return true;
}

/** Runs M20–M33 and M524; `false` for any other. */
export function runCardCode(m: Machine, c: Command): boolean {
  const { card, p } = m.fw;
  const echo = p.dialect === "prusa" ? "" : "echo:";
  const name = c.text.trim().slice(4) || card.name;
  switch (c.code) {
    case 20:
      say(m, "Begin file list");
      say(m, `${card.name} ${bytesOf(card)}`);
      say(m, "End file list");
      return true;
    case 21:
      say(m, `${echo}SD card ok`);
      return true;
    case 22:
      card.printing = false;
      return true;
    case 23:
      say(m, `${echo}Now fresh file: ${name}`);
      say(m, `File opened: ${name} Size: ${bytesOf(card)}`);
      say(m, "File selected");
      card.selected = true;
      card.next = 0;
      return true;
    case 24:
      card.printing = card.selected;
      return true;
    case 25:
    case 524:
      card.printing = false;
      return true;
    case 26:
      return true;
    case 27:
      say(
        m,
        card.printing ? `SD printing byte ${card.next * 24}/${bytesOf(card)}` : "Not SD printing",
      );
      return true;
    case 28:
      say(m, `${echo}Now fresh file: ${name}`);
      say(m, `Writing to file: ${name}`);
      card.writingTo = name;
      return true;
    case 29:
    case 30:
    case 32:
      return true;
    case 33:
      say(m, `/${card.name}`);
      return true;
    default:
      return false;
  }
}

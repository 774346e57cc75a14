import { type Machine, say } from "../device/machine.ts";
import { quickStop } from "../motion/planner.ts";
import { readCommand } from "./command.ts";
import { kill } from "./protect.ts";

/** What may wait in the serial buffer of the microcontroller, bytes. */
const SERIAL_BUFFER_BYTES = 128;

/** A line arrives at the firmware, at `m.nowS`. */
export function takeLine(m: Machine, line: string): void {
  const { fw } = m;
  if (fw.halted) return;
  if (fw.p.emergencyParser && emergency(m, line)) return;
  if (fw.backlog.length > 0 || fw.queue.length >= fw.p.commandBuffer) {
    // A full serial buffer loses what comes, as the real one does.
    let waiting = line.length;
    for (const held of fw.backlog) waiting += held.length + 1;
    if (waiting <= SERIAL_BUFFER_BYTES) fw.backlog.push(line);
    return;
  }
  enqueue(m, line);
}

/** Moves what the serial buffer held into the queue. */
export function refill(m: Machine): void {
  const { fw } = m;
  while (fw.backlog.length > 0 && fw.queue.length < fw.p.commandBuffer) {
    enqueue(m, fw.backlog.shift()!);
  }
}

/** Commands that are obeyed as their bytes arrive, whatever else the firmware does. */
function emergency(m: Machine, line: string): boolean {
  const found = /^(?:N-?\d+ *)?M(108|112|410)(?:\*|\s|$)/.exec(line);
  if (!found) return false;
  if (found[1] === "112") kill(m, "");
  else if (found[1] === "410") quickStop(m.planner, m.nowS);
  else {
    m.fw.userWait = false;
    m.fw.heatingBroken = true;
  }
  // Marlin still queues the line, so that it is answered in its turn.
  return m.fw.halted;
}

function enqueue(m: Machine, line: string): void {
  const { fw } = m;
  let text = line;
  let lineNumber = -2;
  let start = 0;
  while (line.charCodeAt(start) === 32) start++;
  if (line.charCodeAt(start) === 78) {
    const read = readNumbered(m, line, start);
    if (read === null) return;
    lineNumber = read.lineNumber;
    text = read.text;
  } else {
    const star = line.indexOf("*");
    if (star >= 0) text = line.slice(0, star);
    const comment = text.indexOf(";");
    if (comment >= 0) text = text.slice(0, comment);
    if (text.trim() === "") return;
  }
  fw.receivedLines++;
  const command = fw.spare.pop()!;
  readCommand(text, lineNumber, command);
  fw.queue.push(command);
}

/** Checks number and checksum; `null` when the line was refused and asked for again. */
function readNumbered(
  m: Machine,
  line: string,
  start: number,
): { lineNumber: number; text: string } | null {
  const { fw } = m;
  let i = start + 1;
  const negative = line.charCodeAt(i) === 45;
  if (negative) i++;
  let number = 0;
  for (let c = line.charCodeAt(i); c >= 48 && c <= 57; c = line.charCodeAt(++i)) {
    number = number * 10 + (c - 48);
  }
  if (negative) number = -number;
  const star = line.lastIndexOf("*");
  const isReset = line.indexOf("M110") >= 0;
  if (fw.p.dialect === "klipper") {
    // Klipper's port skips numbers and checksums without looking at them.
    while (line.charCodeAt(i) === 32) i++;
    return { lineNumber: number, text: star < 0 ? line.slice(i) : line.slice(i, star) };
  }
  if (star < 0) return refuse(m, "No Checksum with line number");
  let sum = 0;
  for (let j = 0; j < star; j++) sum ^= line.charCodeAt(j);
  let given = 0;
  for (let j = star + 1; j < line.length; j++) {
    const digit = line.charCodeAt(j) - 48;
    if (digit < 0 || digit > 9) break;
    given = given * 10 + digit;
  }
  if (number !== fw.lastLineNumber + 1 && !isReset) {
    return refuse(m, "Line Number is not Last Line Number+1");
  }
  if ((sum & 255) !== given) return refuse(m, "checksum mismatch");
  fw.lastLineNumber = number;
  while (line.charCodeAt(i) === 32) i++;
  return { lineNumber: number, text: line.slice(i, star) };
}

function refuse(m: Machine, reason: string): null {
  const { fw } = m;
  fw.resends++;
  // Marlin throws away what has arrived behind the bad line.
  fw.backlog.length = 0;
  say(m, `Error:${reason}, Last Line: ${fw.lastLineNumber}`);
  say(m, `Resend: ${fw.lastLineNumber + 1}`);
  say(m, fw.p.advancedOk ? advancedOk(m, -2) : "ok");
  return null;
}

/** `ok N12 P15 B3`: the line, free places of the planner and of the queue. */
export function advancedOk(m: Machine, lineNumber: number): string {
  const number = lineNumber > -2 ? ` N${lineNumber}` : "";
  const free = m.planner.blocks.length - 1 - m.planner.count;
  return `ok${number} P${free} B${m.fw.p.commandBuffer - m.fw.queue.length}`;
}

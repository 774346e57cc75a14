import { type Machine, say } from "../device/machine.ts";
import { quickStop } from "../motion/planner.ts";
import { type Command, has, valueOf, WORD } from "./command.ts";
import { runCardCode } from "./card.ts";
import { runHeatCode } from "./mcodes_heat.ts";
import { runSettingsCode } from "./mcodes_settings.ts";
import { capabilities } from "./identity.ts";
import { kill } from "./protect.ts";
import { tunePid } from "./pid_tune.ts";
import { position } from "./report.ts";
import { restart } from "./restart.ts";
import { whenIdle } from "./waits.ts";

/** Runs an M command; `false` when the firmware doesn't know it. */
export function runM(m: Machine, c: Command): boolean {
  return runHeatCode(m, c) || runSettingsCode(m, c) || runHostCode(m, c) || runModeCode(m, c) ||
    runCardCode(m, c);
}

/** Commands that the firmware takes and that change nothing we model. */
const IGNORED = new Set([
  42,
  73,
  75,
  76,
  77,
  85,
  108,
  111,
  117,
  150,
  250,
  300,
  355,
  420,
  486,
  569,
  907,
  999,
]);

function runHostCode(m: Machine, c: Command): boolean {
  const { fw } = m;
  if (IGNORED.has(c.code)) return true;
  switch (c.code) {
    case 110:
      if (has(c, WORD.N)) fw.lastLineNumber = valueOf(c, WORD.N, fw.lastLineNumber);
      else if (fw.p.dialect === "marlin21") say(m, `Line: ${fw.lastLineNumber}`);
      return true;
    case 113:
      if (has(c, WORD.S)) fw.p.hostKeepaliveS = valueOf(c, WORD.S, 2);
      return true;
    case 114:
      // Older firmware drains the queue before it answers.
      if (fw.p.dialect === "marlin11") whenIdle(m, () => say(m, position(m)));
      else say(m, position(m));
      return true;
    case 115:
      for (const line of capabilities(m)) say(m, line);
      return true;
    case 118:
      say(m, c.text.replace(/^ *M118 ?/, "").replace(/^(E1|A1|P\d) ?/g, ""));
      return true;
    case 119:
      endstops(m);
      return true;
    case 154:
      fw.positionEveryS = Math.min(60, valueOf(c, WORD.S, 0));
      fw.positionDueS = fw.positionEveryS > 0 ? m.nowS + fw.positionEveryS : Infinity;
      return fw.p.dialect === "marlin21";
    case 862:
      return fw.p.dialect === "prusa";
    default:
      return false;
  }
}

/** Commands that start, stop, wait or keep the machine busy. */
function runModeCode(m: Machine, c: Command): boolean {
  const { fw } = m;
  switch (c.code) {
    case 0:
    case 1:
      waitForUser(m, c);
      return true;
    case 600:
      whenIdle(m, () => waitForUser(m, c));
      return true;
    case 17:
    case 18:
    case 84:
      whenIdle(m, () => {
        if (c.code !== 17) fw.homed = false;
      });
      return true;
    case 82:
    case 83:
      fw.absoluteE = c.code === 82;
      return true;
    case 112:
      kill(m, "");
      return true;
    case 303:
      tunePid(m, c);
      return true;
    case 400:
      whenIdle(m);
      return true;
    case 410:
      quickStop(m.planner, m.nowS);
      return true;
    case 997:
      restart(m, 6);
      return true;
    default:
      return false;
  }
}

function waitForUser(m: Machine, c: Command): void {
  const text = c.code === 600 ? "" : c.text.replace(/^ *M[01] ?(?:[SP]\d+ ?)?/, "");
  const seconds = valueOf(c, WORD.S, 0) + valueOf(c, WORD.P, 0) / 1000;
  const dueS = c.code !== 600 && seconds > 0 ? m.nowS + seconds : Infinity;
  if (text !== "") say(m, `//action:notification ${text}`);
  if (c.code === 600) say(m, "//action:paused");
  m.fw.userWait = true;
  m.fw.wait = {
    check: (nowS) => {
      if (m.fw.userWait && nowS < dueS) return false;
      m.fw.userWait = false;
      if (c.code === 600) say(m, "//action:resumed");
      return true;
    },
    dueS,
    busy: "paused for user",
  };
}

function endstops(m: Machine): void {
  say(m, "Reporting endstop status");
  const { planner } = m;
  const state = (mm: number) => mm <= 0.01 && m.fw.homed ? "TRIGGERED" : "open";
  say(m, `x_min: ${state(planner.x)}`);
  say(m, `y_min: ${state(planner.y)}`);
  say(m, `z_min: ${state(planner.z)}`);
}

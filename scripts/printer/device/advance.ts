import { unknownCommand } from "../firmware/unknown.ts";
import { G, M, T } from "../firmware/command.ts";
import { nextFromCard, writeToCard } from "../firmware/card.ts";
import { banner } from "../firmware/identity.ts";
import { runG } from "../firmware/gcodes.ts";
import { advancedOk, refill, takeLine } from "../firmware/intake.ts";
import { runM } from "../firmware/mcodes.ts";
import { klipperAnswers, klipperKnows } from "../firmware/klipper.ts";
import { protect } from "../firmware/protect.ts";
import { position, temperatures } from "../firmware/report.ts";
import { advancePlanner, plannerDueS } from "../motion/planner.ts";
import { controlTick } from "./heat.ts";
import { type Machine, say } from "./machine.ts";

/** Called at each control tick, before it: where scenarios act. */
export type TickHook = (m: Machine) => void;

/** When the machine next does something by itself, s. */
export function dueS(m: Machine): number {
  const { fw } = m;
  let due = m.controlDueS;
  const moveS = plannerDueS(m.planner);
  if (moveS < due) due = moveS;
  if (fw.current !== null) {
    const own = fw.executed ? (fw.wait !== null ? fw.wait.dueS : m.nowS) : fw.executeS;
    if (own < due) due = own;
    if (fw.busyDueS < due) due = fw.busyDueS;
  }
  if (fw.reportDueS < due) due = fw.reportDueS;
  if (fw.positionDueS < due) due = fw.positionDueS;
  if (fw.bootDueS < due) due = fw.bootDueS;
  return due > m.nowS ? due : m.nowS;
}

/** Lets the machine's time pass until `toS`; what it says is in `m.output`, oldest first. */
export function advance(m: Machine, toS: number, hook?: TickHook): void {
  for (let due = dueS(m); due <= toS; due = dueS(m)) {
    m.nowS = due;
    if (m.controlDueS <= due) {
      hook?.(m);
      controlTick(m, m.p.firmware.controlS);
      m.controlDueS += m.p.firmware.controlS;
      m.ticks++;
      protect(m);
    }
    if (m.fw.bootDueS <= due) boot(m);
    if (plannerDueS(m.planner) <= due) advancePlanner(m.planner, due);
    run(m);
    reports(m);
  }
  m.nowS = toS;
}

/** A restarted firmware speaks. */
function boot(m: Machine): void {
  m.fw.bootDueS = Infinity;
  for (const line of banner(m)) say(m, line);
}

/** A line arrives at the printer; `m` must have been advanced to that time. */
export function receive(m: Machine, line: string): void {
  if (m.fw.bootDueS !== Infinity) return;
  takeLine(m, line);
  run(m);
}

/** Works off the queue as far as it goes without time passing. */
function run(m: Machine): void {
  const { fw } = m;
  for (;;) {
    if (fw.halted) return;
    const c = fw.current;
    if (c === null) {
      const next = fw.queue.shift() ?? nextFromCard(m);
      if (next === null) return;
      refill(m);
      fw.current = next;
      fw.executed = false;
      fw.executeS = m.nowS + fw.p.lineS * (0.7 + 0.6 * m.noise.firmware.next());
      fw.busyDueS = fw.p.hostKeepaliveS > 0 && fw.p.dialect !== "klipper"
        ? m.nowS + fw.p.hostKeepaliveS
        : Infinity;
      continue;
    }
    if (!fw.executed) {
      if (m.nowS < fw.executeS) return;
      fw.executed = true;
      fw.executedCommands++;
      execute(m);
      // A firmware that restarts has forgotten what it was doing.
      if (fw.halted || m.fw !== fw) return;
    }
    const wait = fw.wait;
    if (wait !== null) {
      if (!wait.check(m.nowS)) {
        if (fw.wait === wait) return;
        continue;
      }
      fw.wait = null;
    }
    finish(m);
  }
}

function execute(m: Machine): void {
  const c = m.fw.current!;
  if (writeToCard(m, c)) return;
  if (m.fw.p.dialect === "klipper") {
    if (!klipperKnows(c)) return say(m, unknownCommand(m, c));
    if (klipperAnswers(m, c)) return;
  }
  const known = c.letter === G
    ? runG(m, c)
    : c.letter === M
    ? runM(m, c)
    : c.letter === T && c.code === 0;
  if (!known) say(m, unknownCommand(m, c));
}

function finish(m: Machine): void {
  const { fw } = m;
  const c = fw.current!;
  fw.current = null;
  fw.busyDueS = Infinity;
  const answered = c.letter === M &&
    (c.code === 105 || c.code === 115 && fw.p.dialect === "klipper");
  if (!answered && !c.silent) say(m, fw.p.advancedOk ? advancedOk(m, c.lineNumber) : "ok");
  fw.spare.push(c);
}

function reports(m: Machine): void {
  const { fw, nowS } = m;
  if (nowS >= fw.reportDueS) {
    fw.reportDueS = nowS + fw.reportEveryS;
    // From 2.1 on, auto reports rest while a heating command reports by itself.
    const heating = fw.wait !== null && fw.current !== null && fw.current.letter === M &&
      (fw.current.code === 109 || fw.current.code === 190);
    if (!heating || fw.p.dialect !== "marlin21") {
      say(m, `${fw.p.dialect === "prusa" ? "" : " "}${temperatures(m)}`);
    }
  }
  if (nowS >= fw.positionDueS) {
    fw.positionDueS = nowS + fw.positionEveryS;
    say(m, position(m));
  }
  if (fw.current !== null && nowS >= fw.busyDueS) {
    fw.busyDueS = nowS + fw.p.hostKeepaliveS;
    say(m, `echo:busy: ${fw.wait?.busy ?? "processing"}`);
  }
}

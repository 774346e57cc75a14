import { stepPause } from "../../../edge/respond/pause.ts";
import type { PauseEffect } from "../../../edge/respond/pause_effect.ts";
import { initPause, type PauseState } from "../../../edge/respond/pause_state.ts";
import type { LinkEvent, Observation } from "../../../edge/source/observation.ts";

export const PLACE = { xMm: null, yMm: null, liftMm: 10, standbyC: 140 };
export const DECISION = "44444444-4444-4444-8444-444444444444";
export const BEGIN = {
  type: "begin",
  want: "pause",
  decisionId: DECISION,
  deviationIds: [DECISION],
} as const;

/** A printer, its host and its tap, played second by second. */
export class Scene {
  nowS = 100;
  x = 0;
  layer = 0;
  state: PauseState;
  /** Every effect so far; orders are answered with `issue` at once unless `answers` is off. */
  log: string[] = [];
  answers = true;
  issue: string | null = null;
  held = false;

  constructor(state: PauseState = initPause(null, PLACE)) {
    this.state = state;
    if (state.record.phase !== "idle") return;
    for (const line of ["G28", "M104 S205", "G90", "M83"]) this.host(line);
  }

  do(effects: PauseEffect[]): void {
    for (const effect of effects) {
      this.log.push(effect.do === "report" ? effect.detail : shown(effect));
      if (effect.do === "report" || !this.answers) continue;
      if (this.issue === null) {
        if (effect.do === "hold") this.held = true;
        if (effect.do === "release") this.held = false;
      }
      const sent = effect.do === "inject" && effect.to === "printer" && this.issue === null;
      this.do(stepPause(this.state, { type: "answered", issue: this.issue }));
      if (sent) {
        this.see({ type: "sent", eventTimeS: this.nowS, line: effect.line, origin: "agent" });
        this.see({ type: "received", eventTimeS: this.nowS, line: "ok" });
      }
    }
  }

  see(observation: Observation): void {
    this.do(stepPause(this.state, { type: "observed", observation }));
  }

  host(line: string, answer = true): void {
    if (this.held) return;
    this.see({ type: "sent", eventTimeS: this.nowS, line, origin: "host" });
    if (answer) this.see({ type: "received", eventTimeS: this.nowS, line: "ok" });
  }

  tick(seconds = 1): void {
    for (let second = 0; second < seconds; second++) {
      this.nowS += 1;
      this.see({ type: "tick", eventTimeS: this.nowS });
    }
  }

  /** A host that prints: four moves a second, a new layer every `layerS` seconds. */
  print(seconds: number, layerS = 20): void {
    for (let second = 0; second < seconds; second++) {
      if (!this.held && Math.floor(this.nowS) % layerS === 0) {
        this.layer += 1;
        this.host(`G1 Z${(this.layer * 0.2).toFixed(1)} F600`);
      }
      for (let move = 0; move < 4 && !this.held; move++) {
        this.x = (this.x + 7) % 100;
        this.host(`G1 X${this.x} Y${this.layer} E0.1 F1800`);
      }
      this.tick();
    }
  }

  link(event: LinkEvent): void {
    this.see({ type: "link", eventTimeS: this.nowS, event, detail: "" });
  }

  get phase(): string {
    return this.state.record.phase;
  }

  said(text: string): boolean {
    return this.log.some((line) => line.includes(text));
  }
}

function shown(effect: Exclude<PauseEffect, { do: "report" }>): string {
  if (effect.do === "inject") return `${effect.to}> ${effect.line}`;
  return effect.do === "hold" ? `hold${effect.latched ? " latched" : ""}` : effect.do;
}

/** A scene whose host ignored the pause, and whose lines are withheld. */
export function heldScene(): Scene {
  const scene = new Scene();
  scene.print(5);
  scene.do(stepPause(scene.state, BEGIN));
  scene.print(60);
  return scene;
}

/** What a job's own lines say that decides what can be seen while it runs. */
export interface JobFacts {
  /** Printing takes about so long, s. */
  timeS: number;
  hotendC: number;
  bedC: number;
  /** Filament pushed per second of printing, mean, and its wander from stretch to stretch (sd). */
  flowMmPerS: number;
  flowSdMmPerS: number;
  /** Printing moves per second, and filament of one, mm. */
  movesPerS: number;
  moveMm: number;
  /** Retractions per second, their length, and feedrate. */
  retractionsPerS: number;
  retractMm: number;
  retractMmPerS: number;
  /** Duty of the part fan, 0–1, mean, and the share of the time in which it runs. */
  fanDuty: number;
  fanShare: number;
  /** When the part fan first runs, s of printing; infinite for never. */
  fanFromS: number;
}

/** Between the project's own parts: small ones, of 0.5–0.66 mm of filament a second. */
export const NOMINAL_JOB: JobFacts = {
  timeS: 600,
  hotendC: 210,
  bedC: 60,
  flowMmPerS: 0.7,
  flowSdMmPerS: 0.35,
  movesPerS: 8,
  moveMm: 0.08,
  retractionsPerS: 0.15,
  retractMm: 1.5,
  retractMmPerS: 35,
  fanDuty: 0.97,
  fanShare: 0.9,
  fanFromS: 30,
};

/** Lost to corners and starts on each move, s: what an acceleration of about 1 m/s² costs. */
const CORNER_S = 0.03;
/** Stretch over which the flow's wander is taken, s. */
const STRETCH_S = 10;

class Reader {
  x = 0;
  y = 0;
  z = 0;
  e = 0;
  absolute = true;
  absoluteE = true;
  feedrateMmPerS = 25;
  timeS = 0;
  filamentMm = 0;
  moves = 0;
  retractions = 0;
  retractedMm = 0;
  retractMmPerS = 35;
  fanDuty = 0;
  fanSum = 0;
  fanS = 0;
  fanFromS = Infinity;
  hotendC = 0;
  bedC = 0;
  printing = false;
  stretches: number[] = [];
  #stretchS = 0;
  #stretchMm = 0;

  line(text: string): void {
    const code = /^([GM])(\d+)/.exec(text);
    if (!code) return;
    const s = word(text, "S");
    const name = code[1]! + Number(code[2]);
    if (name === "G0" || name === "G1") this.#move(text);
    else if (name === "G90" || name === "G91") {
      this.absolute = name === "G90";
      this.absoluteE = this.absolute;
    } else if (name === "M82" || name === "M83") this.absoluteE = name === "M82";
    else if (name === "G92") this.e = word(text, "E", this.e);
    else if (name === "M106") this.fanDuty = Math.min(1, (s === s ? s : 255) / 255);
    else if (name === "M107") this.fanDuty = 0;
    else if (name === "M104" || name === "M109") this.hotendC = Math.max(this.hotendC, s || 0);
    else if (name === "M140" || name === "M190") this.bedC = Math.max(this.bedC, s || 0);
  }

  #move(text: string): void {
    const at = (letter: string, last: number) => {
      const given = word(text, letter);
      return given !== given ? last : this.absolute ? given : last + given;
    };
    const f = word(text, "F");
    if (f > 0) this.feedrateMmPerS = f / 60;
    const [x, y, z] = [at("X", this.x), at("Y", this.y), at("Z", this.z)];
    const pathMm = Math.hypot(x - this.x, y - this.y, z - this.z);
    [this.x, this.y, this.z] = [x, y, z];
    const given = word(text, "E");
    const e = given !== given ? 0 : this.absoluteE ? given - this.e : given;
    if (given === given) this.e += e;
    const tookS = pathMm > 0
      ? pathMm / this.feedrateMmPerS + CORNER_S
      : Math.abs(e) / this.feedrateMmPerS + CORNER_S;
    this.#count(pathMm, e, tookS);
  }

  #count(pathMm: number, e: number, tookS: number): void {
    if (pathMm > 0 && e > 0) {
      this.printing = true;
      this.moves++;
      this.filamentMm += e;
      this.#stretchMm += e;
    } else if (pathMm === 0 && e < -0.2 && e > -12) {
      this.retractions++;
      this.retractedMm -= e;
      this.retractMmPerS = this.feedrateMmPerS;
    }
    if (!this.printing) return;
    this.timeS += tookS;
    this.fanSum += this.fanDuty * tookS;
    if (this.fanDuty > 0) {
      this.fanFromS = Math.min(this.fanFromS, this.timeS);
      this.fanS += tookS;
    }
    this.#stretchS += tookS;
    if (this.#stretchS < STRETCH_S) return;
    this.stretches.push(this.#stretchMm / this.#stretchS);
    this.#stretchS = this.#stretchMm = 0;
  }
}

function word(text: string, letter: string, otherwise = NaN): number {
  const found = new RegExp(`${letter} ?(-?\\d*\\.?\\d+)`).exec(text);
  return found ? Number(found[1]) : otherwise;
}

/** Reads the facts of a job from its lines, comments removed or not. */
export function jobFacts(lines: readonly string[]): JobFacts {
  const r = new Reader();
  for (const line of lines) r.line(line);
  if (r.timeS === 0) return { ...NOMINAL_JOB, flowMmPerS: 0, flowSdMmPerS: 0, fanShare: 0 };
  const flow = r.filamentMm / r.timeS;
  const square = r.stretches.reduce((sum, one) => sum + (one - flow) ** 2, 0);
  return {
    timeS: r.timeS,
    hotendC: r.hotendC || NOMINAL_JOB.hotendC,
    bedC: r.bedC,
    flowMmPerS: flow,
    flowSdMmPerS: Math.sqrt(square / Math.max(1, r.stretches.length)),
    movesPerS: r.moves / r.timeS,
    moveMm: r.filamentMm / Math.max(1, r.moves),
    retractionsPerS: r.retractions / r.timeS,
    retractMm: r.retractions > 0 ? r.retractedMm / r.retractions : 0,
    retractMmPerS: r.retractMmPerS,
    fanDuty: r.fanS > 0 ? r.fanSum / r.fanS : 0,
    fanShare: r.fanS / r.timeS,
    fanFromS: r.fanFromS,
  };
}

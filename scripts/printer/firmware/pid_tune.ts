import { type Machine, say } from "../device/machine.ts";
import type { PidGains } from "../parameters.ts";
import { type Command, valueOf, WORD } from "./command.ts";

/**
 * M303: the relay experiment on the real heater. Swings around the target with a bias that balances
 * heating and cooling, prints each cycle as Marlin does, and with U1 uses the result.
 */
export function tunePid(m: Machine, c: Command): void {
  const targetC = valueOf(c, WORD.S, 150);
  const cycles = Math.max(3, valueOf(c, WORD.C, 5));
  const use = valueOf(c, WORD.U, 0) === 1;
  const heater = m.hotendHeater;
  let bias = 127;
  let swing = 127;
  let heating = true;
  let [maxC, minC] = [-Infinity, Infinity];
  let switchedS = m.nowS;
  let highS = 1;
  let done = 0;
  let gains: PidGains | null = null;
  const startedS = m.nowS;
  m.fw.hotendTargetC = 0;
  say(m, "PID Autotune start");
  const drive = () => heater.tuneDuty = (heating ? bias + swing : bias - swing) / 255;
  drive();

  const swung = (nowS: number) => {
    const lowS = nowS - switchedS;
    if (done > 0) {
      bias = Math.max(20, Math.min(235, bias + swing * (highS - lowS) / (highS + lowS)));
      swing = bias > 127 ? 254 - bias : bias;
      say(m, ` bias: ${bias.toFixed(0)} d: ${swing.toFixed(0)} min: ${f(minC)} max: ${f(maxC)}`);
    }
    if (done > 1) {
      const ku = 4 * swing / (Math.PI * (maxC - minC) / 2);
      const tu = lowS + highS;
      gains = { kp: 0.6 * ku, ki: 1.2 * ku / tu, kd: 0.075 * ku * tu };
      say(m, ` Ku: ${f(ku)} Tu: ${f(tu)}`);
      say(m, " Classic PID");
      say(m, ` Kp: ${f(gains.kp)} Ki: ${f(gains.ki)} Kd: ${f(gains.kd)}`);
    }
    done++;
    minC = targetC;
  };

  m.fw.wait = {
    check: (nowS) => {
      const readC = heater.readC;
      maxC = Math.max(maxC, readC);
      minC = Math.min(minC, readC);
      if (heating && readC > targetC && nowS - switchedS > 2) {
        heating = false;
        highS = nowS - switchedS;
        switchedS = nowS;
        maxC = targetC;
      } else if (!heating && readC < targetC && nowS - switchedS > 2) {
        heating = true;
        swung(nowS);
        switchedS = nowS;
      }
      drive();
      if (done <= cycles && nowS - startedS < 1200 && readC < targetC + 30) return false;
      heater.tuneDuty = null;
      finish(m, gains, use);
      return true;
    },
    dueS: Infinity,
    busy: "processing",
  };
}

function f(value: number): string {
  return value.toFixed(2);
}

function finish(m: Machine, gains: PidGains | null, use: boolean): void {
  if (!gains) {
    say(m, "PID Autotune failed! timeout");
    return;
  }
  say(
    m,
    "PID Autotune finished! Put the last Kp, Ki and Kd constants from below into Configuration.h",
  );
  say(m, `#define DEFAULT_Kp ${f(gains.kp)}`);
  say(m, `#define DEFAULT_Ki ${f(gains.ki)}`);
  say(m, `#define DEFAULT_Kd ${f(gains.kd)}`);
  if (use && m.fw.settings.hotendGains && m.p.hotend.regulator.kind === "pid") {
    m.fw.settings.hotendGains = gains;
    m.p.hotend.regulator.gains = gains;
  }
}

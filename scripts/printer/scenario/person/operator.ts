import type { StreamHost } from "../../host/stream_host.ts";
import { arcWelded } from "../../host/arc_welder.ts";
import { Random } from "../../random.ts";
import type { HostSide, Injection, Surroundings } from "../injection.ts";

/** E10: the host is busy: now and then nothing is sent for up to `size` s. */
export function busyHost(injection: Injection): HostSide {
  const random = new Random(injection.seed, "busy");
  const next = (host: StreamHost, nowS: number) => {
    host.stall(nowS + random.uniform(0.4, 1) * injection.size);
    return nowS + injection.size + random.uniform(0.5, 6);
  };
  return { begin: () => {}, next, end: () => {} };
}

/** E11: a person tunes from the host: `size` K, or % of speed or flow; and sets it back. */
export function tuned(injection: Injection): HostSide {
  const { size, variant } = injection;
  let targetC = 0;
  return {
    begin(host, nowS) {
      targetC = host.hotendTargetC;
      if (variant === "speed") host.order(`M220 S${Math.round(100 + size)}`, nowS);
      else if (variant === "flow") host.order(`M221 S${Math.round(100 + size)}`, nowS);
      else if (targetC > 0) host.order(`M104 S${Math.round(targetC + size)}`, nowS);
    },
    end(host, nowS) {
      if (variant === "speed") host.order("M220 S100", nowS);
      else if (variant === "flow") host.order("M221 S100", nowS);
      else if (targetC > 0) host.order(`M104 S${Math.round(targetC)}`, nowS);
    },
  };
}

/** E12: pause and resume at the host, with the moves that hosts' pause scripts make. */
export function paused(injection: Injection): HostSide {
  const change = injection.variant === "filament-change";
  return {
    begin(host, nowS) {
      if (change) {
        host.order("M600", nowS);
        return;
      }
      host.setPaused(true, nowS);
      for (const line of ["G91", "G1 E-2 F1800", "G1 Z5 F600", "G90"]) host.order(line, nowS);
    },
    end(host, nowS) {
      if (change) {
        host.shout("M108", nowS);
        return;
      }
      for (const line of ["G91", "G1 Z-5 F600", "G1 E2 F1800", "G90"]) host.order(line, nowS);
      host.setPaused(false, nowS);
    },
  };
}

/** E13: babysteps of a person on the first layer, `size` mm in all, in clicks of 0.02 mm or so. */
export function babysteps(injection: Injection): HostSide {
  const random = new Random(injection.seed, "babysteps");
  const clicks = Math.max(1, Math.round(Math.abs(injection.size) / 0.025));
  let left = clicks;
  return {
    begin() {},
    next(host, nowS) {
      if (left-- <= 0) return Infinity;
      host.order(`M290 Z${(injection.size / clicks).toFixed(3)}`, nowS);
      return nowS + random.uniform(0.4, 3);
    },
    end() {},
  };
}

/** E18: a person hits the host's emergency stop. */
export function emergencyStop(): HostSide {
  return { begin: (host, nowS) => host.shout("M112", nowS), end: () => {} };
}

/** Leaves out what lies on the right half of the part; E is set right where printing goes on. */
function withoutObject(rest: readonly string[]): string[] {
  const xs = rest.flatMap((line) => /^G1 .*X([\d.]+).*E/.exec(line)?.[1] ?? []).map(Number);
  const middle = xs.length > 0 ? (Math.min(...xs) + Math.max(...xs)) / 2 : Infinity;
  const out: string[] = [];
  let x = 0;
  let skippedE: string | null = null;
  for (const line of rest) {
    x = Number(/X([\d.]+)/.exec(line)?.[1] ?? x);
    const e = /^G1 .*[XY].*E(-?[\d.]+)/.exec(line)?.[1];
    if (e !== undefined && x > middle) {
      skippedE = e;
      continue;
    }
    if (skippedE !== null && /E/.test(line)) {
      out.push(`G92 E${skippedE}`);
      skippedE = null;
    }
    out.push(line);
  }
  return out;
}

/** E19: the job is cancelled with the host's script, or one of its objects is left out. */
export function cancelled(injection: Injection): HostSide {
  return {
    begin(host, nowS) {
      if (injection.variant === "object") host.rewrite(withoutObject);
      else host.cancel(["M104 S0", "M140 S0", "M106 S0", "G91", "G1 Z10 F600", "G90", "M84"], nowS);
    },
    end: () => {},
  };
}

/** E20: plug-ins rewrite the stream: arcs for chains of chords, or lines of their own. */
export function pluginsRewrite(injection: Injection): HostSide {
  return {
    begin(host) {
      if (injection.variant === "arcs") host.rewrite((lines) => arcWelded(lines));
      else if (injection.variant === "scripts") {
        host.rewrite((
          lines,
        ) => ["M220 S100", "M221 S100", "M117 Printing", ...lines, "M117 Done", "M300 S440 P200"]);
      } else {
        host.rewrite((lines) =>
          lines.flatMap((line, i) => i % 40 === 20 ? [line, `M73 P${i % 100} R5`] : [line])
        );
      }
    },
    end: () => {},
  };
}

/** E21: announced maintenance: a PID tune whose result is stored, or a bare M500. */
export function maintenance(injection: Injection, around: Surroundings): HostSide {
  const stepsPerMm = around.printer?.motion.stepsPerMm[3] ?? 93;
  const lines = injection.variant === "pid-tune"
    ? ["M303 E0 S210 C3 U1", "M500"]
    : [`M92 E${(stepsPerMm * (1 + injection.size / 100)).toFixed(2)}`, "M500"];
  return {
    begin(host, nowS) {
      for (const line of lines) host.order(line, nowS);
    },
    end: () => {},
  };
}

/** E22: a person starts a print from the printer's card, over the host. */
export function printFromCard(): HostSide {
  return {
    begin(host, nowS) {
      for (const line of ["M23 calib.gco", "M24"]) host.order(line, nowS);
    },
    end: () => {},
  };
}

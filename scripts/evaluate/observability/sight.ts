import type { HostOptions } from "../../printer/host/host.ts";
import type { PrinterParameters } from "../../printer/parameters.ts";
import type { Injection } from "../../printer/scenario/injection.ts";
import type { JobFacts } from "./job_facts.ts";
import { BLIND_SNR, VISIBLE_SNR } from "./threshold.ts";

export type Suite = "S0" | "S1" | "S2";
export const SUITES: readonly Suite[] = ["S0", "S1", "S2"];

/** What one signal shows of an injection. */
export interface Sight {
  /** The signal, in words. */
  signal: string;
  snr: number;
}

/** What can be seen of an injection in all signals of a suite. */
export interface Visibility {
  /** Root of the sum of squares over independent signals; 1000 stands for certain. */
  snr: number;
  /** An ideal detector at one false alarm in 1,000 h finds it in 99 of 100 cases. */
  visible: boolean;
  /** Such a detector finds fewer than one in a thousand: a negative control. */
  blind: boolean;
  reason: string;
}

/** Everything that decides what can be seen of one injection. */
export interface Scene {
  printer: PrinterParameters;
  injection: Injection;
  job: JobFacts;
  /** Time from the injection's begin to its end or the print's, s. */
  forS: number;
  /** It ends while the print goes on: whatever it had hidden comes back. */
  ends: boolean;
  /** Seconds between two temperature reports. */
  reportS: number;
  /** The host asks for each report, in its own time; else the firmware sends them by its clock. */
  polled: boolean;
  /** Seconds between two readings of the senses. */
  senseS: number;
  /** The hotend's gate is watched: its duty is known whatever the firmware reports. */
  gate: boolean;
  /** Printing before the injection, s: what was learnt of this print. */
  beforeS: number;
  /** A manifest of the job is there. */
  reference: boolean;
}

/** How often a host has temperatures reported: its own polls, the firmware's reports, or neither. */
export function reportEveryS(printer: PrinterParameters, host: HostOptions): number {
  const own = printer.firmware.autoReport ? host.autoReportS : 0;
  return host.pollS > 0 ? host.pollS : own > 0 ? own : 5;
}

/** Joins independent sights. */
export function join(sights: readonly Sight[], otherwise: string): Visibility {
  const snr = Math.min(1000, Math.hypot(...sights.map((sight) => sight.snr)));
  const best = sights.reduce<Sight>((a, b) => b.snr > a.snr ? b : a, {
    signal: otherwise,
    snr: -1,
  });
  return {
    snr,
    visible: snr >= VISIBLE_SNR,
    blind: snr < BLIND_SNR,
    reason: snr < BLIND_SNR && best.snr >= 0 && best.snr < 0.05 ? otherwise : best.signal,
  };
}

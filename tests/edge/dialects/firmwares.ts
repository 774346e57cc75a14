/** One temperature report, to be told in some firmware's words. */
export interface Report {
  /** It answers a line of the host's. */
  ok: boolean;
  hotendC: number;
  hotendTargetC: number;
  bedC: number;
  bedTargetC: number;
  /** Duties from 0 to 127. */
  duty: number;
  bedDuty: number;
  /** Seconds that M109 or M190 still waits, as Marlin says it; null while nothing waits. */
  wait: string | null;
}

/** How a firmware says what the virtual printer said in Marlin's words. */
export interface Firmware {
  name: string;
  report(report: Report): string[];
  /** The acknowledgement of a numbered line. */
  ok?(line: number): string[];
  /** Lines of Marlin's that it has no word for. */
  leavesOut?: RegExp;
  /** What else it says now and then. */
  adds?: string;
}

const one = (value: number) => value.toFixed(1);
const two = (value: number) => value.toFixed(2);
const answer = ({ ok }: Report, otherwise = "") => ok ? "ok " : otherwise;
const waits = ({ wait }: Report) => wait === null ? "" : ` W:${wait}`;
const heats = (r: Report, text = one, gap = " /") =>
  `T:${text(r.hotendC)}${gap}${text(r.hotendTargetC)} B:${text(r.bedC)}${gap}${text(r.bedTargetC)}`;
const first = (r: Report) => `T0:${one(r.hotendC)} /${one(r.hotendTargetC)}`;
const power = (r: Report, scale = 1) => `@:${r.duty * scale} B@:${r.bedDuty * scale}`;

/** Forms of reports that firmwares send, by those who sent them to issue trackers and forums. */
export const FIRMWARES: readonly Firmware[] = [
  {
    name: "Marlin 2.1",
    report: (r) => [`${answer(r, " ")}${heats(r, two)} ${power(r)}${waits(r)}`],
  },
  {
    name: "Marlin 2.0 with six decimals",
    report: (r) => [`${answer(r, " ")}${heats(r, (v) => v.toFixed(6))} ${power(r)}${waits(r)}`],
    ok: (line) => [`ok N${line} P15 B3`],
  },
  {
    name: "Marlin 1.0, short while it waits",
    report: (r) => [
      r.wait === null
        ? `${answer(r)}${heats(r)} ${first(r)} ${power(r)}`
        : `T:${one(r.hotendC)} E:0${waits(r)}`,
    ],
  },
  {
    name: "Marlin with two hotends, chamber, probe and raw values",
    report: (r) => [
      `${answer(r, " ")}T:${two(r.hotendC)} /${two(r.hotendTargetC)} (512.25) ` +
      `B:${two(r.bedC)} /${two(r.bedTargetC)} (888.50) T0:${two(r.hotendC)} /` +
      `${two(r.hotendTargetC)} (512.25) T1:24.31 /0.00 (980.00) C:31.20 /0.00 P:29.50 /0.00 ` +
      `${power(r)} C@:0 @0:${r.duty} @1:0${waits(r)}`,
    ],
  },
  {
    name: "Prusa MK3",
    report: (r) => [
      r.wait === null
        ? `${answer(r)}${heats(r)} ${first(r)} ${power(r)} P:0.0 A:36.4`
        : `T:${one(r.hotendC)} E:0 B:${one(r.bedC)}`,
    ],
    adds: "NORMAL MODE: Percent done: 25; print time remaining in mins: 10",
  },
  {
    name: "Prusa Buddy",
    report: (r) => [
      `${answer(r, " ")}${heats(r, two, "/")} X:36.20/36.00 A:44.02/0.00 ${power(r)} HBR@:51` +
      waits(r),
    ],
  },
  {
    name: "Prusa XL with five tools and a bed in tiles",
    report: (r) => [
      `${answer(r, " ")}${heats(r, two, "/")} C:-30.00/0.00 X0:30.00/36.00 A:48.73/0.00 ` +
      `T0:${two(r.hotendC)}/${two(r.hotendTargetC)} T1:24.00/0.00 T2:22.00/0.00 T3:21.00/0.00 ` +
      `T4:19.00/0.00 T5:6.00/0.00 ${power(r)} HBR@:51 @0:${r.duty} @1:0 @2:0 @3:0 @4:0 @5:0 ` +
      `B_0_0:${two(r.bedC)}/${two(r.bedTargetC)} B_1_0:20.40/0.00${waits(r)}`,
    ],
  },
  {
    name: "Klipper",
    report: (r) => [`${answer(r)}B:${one(r.bedC)} /${one(r.bedTargetC)} ${first(r)}`],
    leavesOut: /^echo:busy|^X:/,
    adds: "// Heater bed approaching new target of 60.000",
  },
  {
    name: "RepRapFirmware",
    report: (r) => [`${answer(r)}${heats(r)} ${first(r)} T1:2000.0 /0.0`],
    adds: '{"status":"P","heaters":[60.0,205.1],"active":[60.0,205.0],"hstat":[2,2]}',
  },
  {
    name: "Smoothieware",
    report: (r) => [
      `${answer(r)}T:${one(r.hotendC)} /${one(r.hotendTargetC)} @${r.duty * 2} ` +
      `B:${one(r.bedC)} /${one(r.bedTargetC)} @${r.bedDuty * 2} `,
    ],
    leavesOut: /^echo:busy/,
  },
  {
    name: "Repetier",
    report: (r) => [
      ...(r.ok ? ["ok 1"] : []),
      `T:${two(r.hotendC)} /${r.hotendTargetC.toFixed(0)} B:${two(r.bedC)} ` +
      `/${r.bedTargetC.toFixed(0)} B@:${r.bedDuty * 2} @:${r.duty * 2}`,
    ],
    ok: (line) => [`ok ${line}`],
    adds: "TargetExtr0:205",
  },
  {
    name: "Teacup, without set points",
    report: (r) => [`${answer(r)}T:${one(r.hotendC)} B:${one(r.bedC)}`],
    leavesOut: /^echo:busy/,
  },
  {
    name: "Sprinter, in whole degrees",
    report: (r) => [`${answer(r)}T:${r.hotendC.toFixed(0)} B:${r.bedC.toFixed(0)}`],
  },
  {
    name: "a maker's Marlin that numbers its answers otherwise",
    report: (r) => [`${answer(r)}${heats(r, (v) => v.toFixed(0))} ${power(r)}`],
    ok: (line) => [`ok N:${line}`],
  },
];

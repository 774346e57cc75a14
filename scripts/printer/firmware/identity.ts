import type { Machine } from "../device/machine.ts";

const RELEASE = {
  marlin11: "Marlin 1.1.9.1 (Github)",
  marlin20: "Marlin 2.0.9.3 (Dec {day} 2021 14:00:15)",
  marlin21: "Marlin 2.1.2.1 (Aug {day} 2023 10:12:45)",
  prusa: "Prusa-Firmware 3.13.3 based on Marlin",
  klipper: "Klipper",
} as const;

/** What a printer says when it starts. */
export function banner(m: Machine): string[] {
  const { p } = m.fw;
  const buffer = m.fw.settings.motion.bufferMoves * 80;
  switch (p.dialect) {
    case "klipper":
      return [];
    case "prusa":
      return [
        "start",
        "echo: 3.13.3-7094",
        "echo: Last Updated: Mar 12 2024 10:20:12 | Author: (none, default config)",
        "Compiled: Mar 12 2024",
        "echo: Free Memory: 2430  PlannerBufferBytes: 1760",
        "echo:Hardcoded Default Settings Loaded",
        "echo:SD init fail",
      ];
    case "marlin11":
      return [
        "start",
        "echo:Marlin 1.1.9.1",
        "",
        "echo: Last Updated: 2018-08-15 | Author: (none, default config)",
        "echo:Compiled: Jun 17 2020",
        `echo: Free Memory: 3724  PlannerBufferBytes: ${buffer}`,
        "echo:V55 stored settings retrieved (590 bytes; crc 11063)",
      ];
    case "marlin20":
      return [
        "start",
        "echo:PowerUp",
        "Marlin 2.0.9.3",
        "",
        "echo: Last Updated: 2021-12-25 | Author: (none, default config)",
        "echo:Compiled: Dec 25 2021",
        `echo: Free Memory: 10243  PlannerBufferBytes: ${buffer}`,
        "echo:V83 stored settings retrieved (641 bytes; crc 12776)",
      ];
    case "marlin21":
      return [
        "start",
        "PowerUp",
        "Marlin 2.1.2.1",
        "echo: Last Updated: 2023-08-25 | Author: (none, default config)",
        "echo: Compiled: Aug 25 2023",
        `echo: Free Memory: 10117  PlannerBufferBytes: ${buffer}`,
        "echo:V88 stored settings retrieved (598 bytes; crc 65195)",
      ];
  }
}

/** The answer to M115. */
export function capabilities(m: Machine): string[] {
  const { p } = m.fw;
  if (p.dialect === "klipper") {
    return [`ok FIRMWARE_NAME:Klipper FIRMWARE_VERSION:v0.12.0-${p.build}-g4cfa9ed2`];
  }
  const release = RELEASE[p.dialect].replace("{day}", p.build);
  const first = p.dialect === "prusa"
    ? `FIRMWARE_NAME:${release} FIRMWARE_URL:https://github.com/prusa3d/Prusa-Firmware PROTOCOL_VERSION:1.0 MACHINE_TYPE:${p.machineName} EXTRUDER_COUNT:1 UUID:${p.uuid}`
    : `FIRMWARE_NAME:${release} SOURCE_CODE_URL:github.com/MarlinFirmware/Marlin PROTOCOL_VERSION:1.0 MACHINE_TYPE:${p.machineName} EXTRUDER_COUNT:1 UUID:${p.uuid}`;
  const flags: [string, boolean][] = [
    ["SERIAL_XON_XOFF", false],
    ["BINARY_FILE_TRANSFER", false],
    ["EEPROM", true],
    ["VOLUMETRIC", true],
    ["AUTOREPORT_POS", p.dialect === "marlin21"],
    ["AUTOREPORT_TEMP", p.autoReport],
    ["PROGRESS", false],
    ["PRINT_JOB", true],
    ["AUTOLEVEL", false],
    ["RUNOUT", false],
    ["Z_PROBE", false],
    ["LEVELING_DATA", false],
    ["BUILD_PERCENT", p.dialect === "marlin21"],
    ["SOFTWARE_POWER", false],
    ["TOGGLE_LIGHTS", false],
    ["CASE_LIGHT_BRIGHTNESS", false],
    ["EMERGENCY_PARSER", p.emergencyParser],
    ["HOST_ACTION_COMMANDS", true],
    ["PROMPT_SUPPORT", p.dialect !== "marlin11"],
    ["SDCARD", true],
    ["THERMAL_PROTECTION", true],
    ["ARCS", true],
    ["BABYSTEPPING", true],
  ];
  return [first, ...flags.map(([name, on]) => `Cap:${name}:${on ? 1 : 0}`)];
}

/** The answer to M503: each setting as the command that would make it so. */
export function settingsLines(m: Machine): string[] {
  const { settings: s, p } = m.fw;
  const f = (x: number) => x.toFixed(2);
  const axes = (v: readonly number[]) => `X${f(v[0]!)} Y${f(v[1]!)} Z${f(v[2]!)} E${f(v[3]!)}`;
  const motion = s.motion;
  const corner = motion.junctionDeviationMm > 0
    ? `J${f(motion.junctionDeviationMm)}`
    : axes(motion.jerkMmPerS);
  const lead = p.dialect === "marlin21" ? "echo:; " : "echo:";
  const lines = [
    `${lead}Linear Units:`,
    "echo:  G21 ; (mm)",
    `${lead}Steps per unit:`,
    `echo:  M92 ${axes(motion.stepsPerMm)}`,
    `${lead}Max feedrates (units/s):`,
    `echo:  M203 ${axes(motion.maxFeedrateMmPerS)}`,
    `${lead}Max Acceleration (units/s2):`,
    `echo:  M201 ${axes(motion.maxAccelMmPerS2)}`,
    `${lead}Acceleration (units/s2) (P<print-accel> R<retract-accel> T<travel-accel>):`,
    `echo:  M204 P${f(motion.printAccelMmPerS2)} R${f(motion.retractAccelMmPerS2)} T${
      f(motion.travelAccelMmPerS2)
    }`,
    `${lead}Advanced (B<min_segment_time_us> S<min_feedrate> T<min_travel_feedrate>):`,
    `echo:  M205 B${f(motion.minSegmentS * 1e6)} S0.00 T0.00 ${corner}`,
    `${lead}Home offset:`,
    `echo:  M206 ${s.homeOffsetMm.map((mm, i) => `${"XYZ"[i]}${f(mm)}`).join(" ")}`,
  ];
  const gains = (name: string, code: number, g: typeof s.hotendGains) =>
    g ? [`${lead}${name} PID:`, `echo:  M${code} P${f(g.kp)} I${f(g.ki)} D${f(g.kd)}`] : [];
  return [
    ...lines,
    ...gains("Hotend", 301, s.hotendGains),
    ...gains("Bed", 304, s.bedGains),
    `${lead}Retract (S<length> F<feedrate> Z<lift>):`,
    `echo:  M207 S${f(s.retractMm)} W13.00 F${f(s.retractMmPerS * 60)} Z0.00`,
    `${lead}Z-Probe Offset:`,
    `echo:  M851 X0.00 Y0.00 Z${f(s.probeOffsetZMm)}`,
    `${lead}Linear Advance:`,
    `echo:  M900 K${f(s.linearAdvance)}`,
  ];
}

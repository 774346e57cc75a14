import { createHash } from "node:crypto";
import {
  JOB_COMMANDS_MAX,
  Manifest,
  type ManifestCommand,
  type ManifestLayer,
} from "../../shared/manifest.ts";
import { ok, refused, type Result } from "../../shared/result.ts";
import { Command } from "../gcode/command.ts";
import type { Effects } from "../gcode/effects.ts";
import { initMachine, makeEffects, stepMachine } from "../gcode/machine.ts";
import type { Dialect, MachineState } from "../gcode/machine_state.ts";
import { parseInto, printable } from "../gcode/parse_line.ts";
import {
  drainMotion,
  initMotion,
  makePlanned,
  type MotionState,
  type Planned,
  stepEffects,
} from "../twin/motion/planner.ts";
import { slicerEstimateS } from "../twin/motion/job_time.ts";
import { marlinRules, type MotionRules } from "../twin/motion/rules.ts";
import { BLOCK_COMMANDS, blockDigest } from "./block_digest.ts";
import { canonicalText, type CommandClass, commandClass, isHostsOwn } from "./canonical.ts";
import { fingerprint } from "./fingerprint.ts";
import { FingerprintWriter } from "./fingerprint_list.ts";
import { endJobMaps, initJobMaps, type MapsBuilding, takeMoves } from "./job_maps.ts";
import { type HashKey, hashKey } from "./keyed_hash.ts";
import { countMove, endLayer, type LayerCount, startLayer } from "./layer_profile.ts";

export interface ManifestOptions {
  /** 16 random bytes in hexadecimal, from the shell. */
  salt: string;
  /** Default `marlin`. */
  dialect?: Dialect;
  /** For the layers' times; default Marlin's with classic jerk. */
  rules?: MotionRules;
  /** Coarse maps of the layers, to show what is missing where; default true. */
  maps?: boolean;
}

const LAYERS_MAX = 20_000;
const SETTINGS_MAX = 20_000;
const SETTINGS: ReadonlySet<CommandClass> = new Set(
  ["hotend", "bed", "fan", "flow", "speed", "z-offset", "retraction"],
);

interface Building {
  readonly salt: string;
  readonly key: HashKey;
  readonly machine: MachineState;
  readonly motion: MotionState;
  readonly effects: Effects;
  readonly planned: Planned;
  readonly job: ReturnType<typeof createHash>;
  readonly fingerprints: FingerprintWriter;
  readonly blockDigests: string[];
  block: string[];
  readonly layers: LayerCount[];
  /** Motion by the interpreter's layer number, s. */
  readonly layerTimesS: number[];
  readonly settings: ManifestCommand[];
  moves: number;
  timeS: number;
  slicerS: number | null;
  readonly maps: MapsBuilding | null;
}

/**
 * Builds the manifest of a job from its lines, about 3 µs a line. Refused: lines that can't be
 * read, inches, nothing to print, more commands than the contract's bound.
 */
export function buildManifest(lines: Iterable<string>, options: ManifestOptions): Result<Manifest> {
  const building = initBuilding(options);
  const command = new Command();
  let number = 0;
  for (const line of lines) {
    number++;
    if (!parseInto(line, command)) {
      return refused(
        `Cannot register a job: G-code was required, got '${printable(line)}' in line ${number}`,
      );
    }
    if (command.kind === "empty") building.slicerS = slicerEstimateS(line) ?? building.slicerS;
    const issue = takeCommand(building, command);
    if (issue !== null) return refused(`Cannot register a job: ${issue} in line ${number}`);
  }
  if (building.fingerprints.count === 0) {
    return refused("Cannot register a job: commands were required, got none");
  }
  return checked(endBuilding(building, options));
}

/** A number of some hundred digits sums up to what no manifest can say. */
function checked(manifest: Manifest): Result<Manifest> {
  const read = Manifest.safeParse(manifest);
  if (read.success) return ok(manifest);
  const where = read.error.issues[0]?.path.join(".");
  return refused(
    `Cannot register a job: sizes that a printer can have were required, got '${where}' beyond them`,
  );
}

function initBuilding(options: ManifestOptions): Building {
  const dialect = options.dialect ?? "marlin";
  return {
    salt: options.salt,
    key: hashKey(options.salt),
    machine: initMachine({ dialect }),
    motion: initMotion(options.rules ?? marlinRules({ junctionDeviationMm: null })),
    effects: makeEffects(),
    planned: makePlanned(),
    job: createHash("sha256"),
    fingerprints: new FingerprintWriter(),
    blockDigests: [],
    block: [],
    layers: [],
    layerTimesS: [],
    settings: [],
    moves: 0,
    timeS: 0,
    slicerS: null,
    maps: options.maps === false ? null : initJobMaps(),
  };
}

function takeCommand(building: Building, command: Command): string | null {
  const { effects, machine } = building;
  stepMachine(machine, command, effects);
  if (isHostsOwn(command)) return null;
  if (machine.inches) return "millimetres (G21) were required, got inches (G20)";
  if (building.fingerprints.count >= JOB_COMMANDS_MAX) {
    return `at most ${JOB_COMMANDS_MAX} commands were required, got more`;
  }
  takeIdentity(building, command);
  takeEffects(building);
  return null;
}

function takeIdentity(building: Building, command: Command): void {
  const text = canonicalText(command);
  const at = building.fingerprints.count;
  const { hi, lo } = fingerprint(command, building.effects, building.key);
  building.fingerprints.add(hi, lo);
  building.job.update(`${text}\n`);
  building.block.push(text);
  if (building.block.length === BLOCK_COMMANDS) endBlock(building);
  if (SETTINGS.has(commandClass(command)) && building.settings.length < SETTINGS_MAX) {
    building.settings.push({ at, text: text.slice(0, 60) });
  }
}

function endBlock(building: Building): void {
  building.blockDigests.push(blockDigest(building.salt, building.block));
  building.block = [];
}

function takeEffects(building: Building): void {
  const { effects, motion, planned, machine } = building;
  for (const event of effects.events) {
    if (event.type !== "layer" || building.layers.length === LAYERS_MAX) continue;
    building.layers.push(startLayer(machine, building.fingerprints.count - 1));
  }
  const { maps } = building;
  if (maps) takeMoves(maps, effects, machine.zShiftMm, building.fingerprints.count - 1);
  stepEffects(motion, effects, planned);
  const layer = building.layers.at(-1);
  for (let at = 0; at < effects.moveCount; at++) {
    const move = effects.moves[at]!;
    if (layer) countMove(layer, move);
    if (move.lengthMm > 0 || move.extrudedMm !== 0) building.moves++;
  }
  takePlanned(building);
}

/** Moves are planned some time after their layer may have ended. */
function takePlanned(building: Building): void {
  const { planned, layerTimesS } = building;
  for (let at = 0; at < planned.count; at++) {
    const move = planned.moves[at]!;
    const layer = Math.max(move.layer, 0);
    layerTimesS[layer] = (layerTimesS[layer] ?? 0) + move.durationS;
    building.timeS += move.durationS;
  }
  planned.count = 0;
}

function endBuilding(building: Building, options: ManifestOptions): Manifest {
  drainMotion(building.motion, building.planned);
  takePlanned(building);
  if (building.block.length > 0) endBlock(building);
  const maps = building.maps && endJobMaps(building.maps);
  const layers = building.layers.map((layer) =>
    endLayer(layer, building.layerTimesS[layer.index] ?? 0)
  );
  const sum = (pick: (layer: ManifestLayer) => number) =>
    round(layers.reduce((total, layer) => total + pick(layer), 0), 1e3);
  return {
    version: 1,
    jobDigest: building.job.digest("hex"),
    salt: options.salt,
    dialect: options.dialect ?? "marlin",
    commandCount: building.fingerprints.count,
    fingerprints: building.fingerprints.toBase64(),
    blockCommands: BLOCK_COMMANDS,
    blockDigests: Uint8Array.fromHex(building.blockDigests.join("")).toBase64(),
    layers,
    settings: building.settings,
    ...(building.slicerS === null ? {} : { slicerS: building.slicerS }),
    ...(maps === null ? {} : { maps }),
    totals: {
      pathMm: sum((layer) => layer.pathMm),
      extrudedMm: sum((layer) => layer.extrudedMm),
      timeS: round(building.timeS, 1e3),
      moves: building.moves,
    },
  };
}

function round(value: number, scale: number): number {
  return Math.round(value * scale) / scale;
}

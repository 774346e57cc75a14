import { drawHost } from "../../printer/host/stream_host.ts";
import type { PrinterParameters } from "../../printer/parameters.ts";
import type { Injection } from "../../printer/scenario/injection.ts";
import { bedHold, hotendHold } from "./heat_noise.ts";
import {
  balance,
  frozen,
  hiddenBlock,
  jump,
  lessAir,
  lessMelt,
  reached,
  repeats,
  shareAt,
  unanswered,
  unpaidWander,
  wrongPower,
} from "./heat_sights.ts";
import { type JobFacts, NOMINAL_JOB } from "./job_facts.ts";
import { oneMove, pace, retractionTime, standstill } from "./pace_sights.ts";
import {
  airThermometer,
  certain,
  encoder,
  encoderOrder,
  encoderRetractions,
  fanGate,
  heaterGate,
  thermocouple,
} from "./sense_sights.ts";
import {
  join,
  reportEveryS,
  type Scene,
  type Sight,
  type Suite,
  type Visibility,
} from "./sight.ts";
import { withoutReference, withReference } from "./stream_sights.ts";

/** What is known of the print besides printer and injection. */
export interface Around {
  /** The job's facts (`jobFacts` of its lines); a small part's without. */
  job?: JobFacts;
  /** A manifest of the job is registered; default true. */
  reference?: boolean;
  /** When printing ends, s on the run's clock; default 10 minutes after the injection's begin. */
  endS?: number;
  /** When printing began, s on the run's clock; default 60. */
  printingFromS?: number;
  /** Seconds between temperature reports; default what the host of `seed` asks for, or 1. */
  reportS?: number;
  seed?: number;
  /** Seconds between readings of the senses; default 0.5. */
  senseS?: number;
}

/** What an injection's end shows needs some seconds more of the print, s. */
const END_ROOM_S = 10;
const NOTHING = "nothing on the wire or at the senses changes";

/**
 * What an ideal detector, which knows the printer's true parameters and every form of every scenario,
 * could see of one injection in a suite. For the judge alone; computed before the print is run, and
 * never from what our own detector found.
 */
export function visibility(
  injection: Injection,
  printer: PrinterParameters,
  suite: Suite,
  around: Around = {},
): Visibility {
  const endS = around.endS ?? injection.atS + 600;
  const host = around.seed === undefined ? null : drawHost(around.seed);
  const scene: Scene = {
    printer,
    injection,
    job: around.job ?? NOMINAL_JOB,
    forS: Math.max(0, Math.min(injection.forS, endS - injection.atS)),
    ends: injection.atS + injection.forS < endS - END_ROOM_S,
    reportS: around.reportS ?? (host ? reportEveryS(printer, host) : 1),
    polled: host !== null && (host.pollS > 0 || !printer.firmware.autoReport),
    senseS: around.senseS ?? 0.5,
    gate: suite === "S2",
    beforeS: Math.max(0, injection.atS - (around.printingFromS ?? 60)),
    reference: around.reference ?? true,
  };
  const sights = injection.id.startsWith("A") ? upstream(scene) : [
    ...onTheWire(scene),
    ...(suite === "S0" ? [] : whenAsked(scene)),
    ...(suite === "S2" ? atTheSenses(scene) : []),
  ];
  return join(sights, NOTHING);
}

function upstream(scene: Scene): Sight[] {
  return scene.reference ? withReference(scene) : withoutReference(scene);
}

/** Suite S1 asks for identity and settings when no job runs. */
function whenAsked(scene: Scene): Sight[] {
  const { id, variant } = scene.injection;
  if (id !== "B15" && id !== "E21") return [];
  // These name a release, not the day of its build: another build calls itself the same.
  const { dialect } = scene.printer.firmware;
  if (variant === "identity" && (dialect === "marlin11" || dialect === "prusa")) return [];
  return [certain(
    variant === "identity"
      ? "M115 says that it is another"
      : "M503 and M115 against what was learnt, once the job is over",
  )];
}

/** Suite S0: what passes the wire by itself. */
function onTheWire(scene: Scene): Sight[] {
  const { id } = scene.injection;
  return id.startsWith("B") || id.startsWith("C") ? belowOnWire(scene) : expectedOnWire(scene);
}

function belowOnWire(scene: Scene): Sight[] {
  const { printer, injection, job } = scene;
  const { size, variant } = injection;
  const hold = hotendHold(printer, job);
  const bed = bedHold(printer, job);
  const onBed = variant === "bed";
  switch (injection.id) {
    case "B01":
      return [lessMelt(scene, size)];
    case "B03":
    case "B04":
      if (variant === "forged") return [repeats(scene, "duty"), unanswered(scene)];
      if (variant === "crude") return [hiddenBlock(scene), jump(scene, size)];
      return variant === "slow"
        ? [hiddenBlock(scene), ...backAtOnce(scene)]
        : [hiddenBlock(scene), unanswered(scene)];
    case "B05":
      return [
        wrongPower(
          scene,
          onBed ? bed : hold,
          onBed ? bed.fullW - bed.holdW : hold.fullW - hold.holdW,
        ),
      ];
    case "B06":
      return [wrongPower(scene, onBed ? bed : hold, onBed ? bed.holdW : hold.holdW)];
    case "B07":
      return [lessAir(scene)];
    case "B08":
      return variant === "steps" ? [pace(scene, size / 100)] : [oneMove(size, 100)];
    case "B09":
      return [oneMove(size, printer.motion.maxFeedrateMmPerS[2])];
    case "B10":
      return variant === "e" ? [lessMelt(scene, -100)] : [];
    case "B11":
      return [retractionTime(scene)];
    case "B12":
      return [pace(scene, size / 100)];
    case "B13":
      if (variant === "frozen") return [frozen(scene)];
      if (variant === "replayed") return [repeats(scene, "both"), ...truthAtOnce(scene)];
      return [hiddenBlock(scene), unpaidWander(scene), unanswered(scene), ...truthAtOnce(scene)];
    case "B14":
      return [repeats(scene, "duty"), unanswered(scene), ...truthAtOnce(scene)];
    case "B15":
      return variant === "reflash" ? [certain("restart and banner")] : [];
    case "C01":
      return [certain("silence")];
    case "C02":
      return [certain("an ok too many")];
    default:
      return [];
  }
}

function expectedOnWire(scene: Scene): Sight[] {
  const { printer, injection, job } = scene;
  const { id, size, variant } = injection;
  const hold = hotendHold(printer, job);
  const grows = (ofW: number) => balance(scene, hold, (atS) => ofW * shareAt(scene, atS));
  switch (id) {
    case "E01":
      return [grows(hold.stillW * size / 100)];
    case "E02":
      return [grows(-hold.lossWPerK * size)];
    case "E03":
      return [lessAir(scene)];
    case "E04": {
      const looks = scene.forS / scene.reportS;
      return variant === "noise"
        ? [{
          signal: "readings noisier than before",
          snr: Math.min(200, (size / Math.hypot(hold.readK, 0.1)) ** 2 * Math.sqrt(looks / 2)),
        }]
        : [{
          ...jump(scene, size),
          snr: jump(scene, size).snr * Math.sqrt(Math.max(1, 0.19 * looks)),
        }];
    }
    case "E05":
      return [grows(hold.holdW * -size / 100)];
    case "E06":
    case "E07":
      return [lessMelt(scene, size)];
    case "E08": {
      const sagV = size * (0.5 + 0.3 * 0.4 + 0.2 * hold.holdW / hold.fullW);
      return [grows(hold.holdW * (1 - (1 + sagV / printer.world.supplyV) ** 2))];
    }
    case "E09": {
      const lines = 2 * scene.forS * job.movesPerS * size / 100;
      return [{ signal: "checksum errors, resends, broken lines", snr: 10 * Math.sqrt(lines) }];
    }
    case "E10":
      return [standstill(0.7 * size, scene.forS / (size + 3))];
    case "E11":
      return [panelOrHost(scene)];
    case "E13":
      return variant === "panel" ? [] : [certain("M290 in the midst of the job")];
    case "E15":
      return injection.onsetS > 0
        ? [hiddenBlock(scene), ...backAtOnce(scene)]
        : [hiddenBlock(scene), jump(scene, size)];
    case "E16":
      return [balance(scene, hold, () => hold.stillW * size / 100)];
    case "E17":
      return [{ signal: "a load within what rooms make", snr: Math.abs(size) / 4 }];
    case "E21":
      return [certain("its lines, or restart and banner")];
    default:
      return [certain("its lines, or their absence")];
  }
}

/** An offset that came slowly goes at once. */
function backAtOnce(scene: Scene): Sight[] {
  return scene.ends ? [jump(scene, scene.injection.size * shareAt(scene, scene.forS))] : [];
}

/**
 * A lie that ends while the block is still away gives it away at once: the next report is the truth.
 * (B03 and B04 lie on until the block is back.)
 */
function truthAtOnce(scene: Scene): Sight[] {
  const hold = hotendHold(scene.printer, scene.job);
  return scene.ends ? [jump(scene, reached(scene, hold, scene.injection.size))] : [];
}

function panelOrHost(scene: Scene): Sight {
  const { variant, size } = scene.injection;
  if (variant === "panel-speed") return pace(scene, size / 100);
  if (variant === "panel-flow") return lessMelt(scene, size);
  if (variant === "panel-temperature") return certain("the target in the report");
  return certain("M104, M220 or M221 in the midst of the job");
}

/** Suite S2: the independent senses besides. */
function atTheSenses(scene: Scene): Sight[] {
  const { printer, injection, job } = scene;
  const { id, size, variant } = injection;
  const hold = hotendHold(printer, job);
  const share = hold.holdW / hold.fullW;
  switch (id) {
    case "B01":
    case "E06":
    case "E07":
      return [encoder(scene, size)];
    case "B02":
      return [encoderOrder(scene)];
    case "B03":
    case "B04":
    case "E15":
      return variant === "forged"
        ? [thermocouple(scene), heaterGate(scene, hold.lossWPerK * size / hold.fullW)]
        : [thermocouple(scene, size, variant !== "careful")];
    case "B05":
      return variant === "bed" ? [] : [certain("the hotend's gate stands open")];
    case "B06":
      return variant === "bed" ? [] : [thermocouple(scene, -hold.holdW * 10 / hold.capacityJPerK)];
    case "B07":
      return [fanGate(scene)];
    case "B10":
      return variant === "e" ? [encoder(scene, -100)] : [];
    case "B11":
      return [encoderRetractions(scene)];
    case "B13":
      return variant === "frozen" ? [] : [
        thermocouple(scene),
        ...(variant === "replayed" ? [heaterGate(scene, hold.lossWPerK * size / hold.fullW)] : []),
      ];
    case "B14":
      return [thermocouple(scene), heaterGate(scene, share * 0.5)];
    case "E02":
      return [
        airThermometer(scene, size),
        ...(variant === "door" ? [certain("the door's switch")] : []),
      ];
    case "E08":
      return size < -2.5 ? [certain("supply good is gone")] : [];
    default:
      return [];
  }
}

import type { Target } from "./target.ts";
import { analysisTargets } from "./targets/analysis_targets.ts";
import { configTargets } from "./targets/config_targets.ts";
import { enrolmentTargets } from "./targets/enrolment_targets.ts";
import { fileTargets } from "./targets/file_targets.ts";
import { floodTargets } from "./targets/flood_targets.ts";
import { frameTargets } from "./targets/frame_targets.ts";
import { gcodeTargets } from "./targets/gcode_targets.ts";
import { httpTargets } from "./targets/http_targets.ts";
import { replayTargets } from "./targets/replay_targets.ts";
import { streamTargets } from "./targets/stream_targets.ts";
import { tapTargets } from "./targets/tap_targets.ts";
import { wireTargets } from "./targets/wire_targets.ts";
import { warmAnalysis } from "./warm_analysis.ts";

/** Targets that are opened together; `weight`: their part of all cases. */
export type Groups = Readonly<Record<string, { weight: number; open(): Promise<Target[]> }>>;

/** Everything that reads something from outside. Each group is opened only when its turn comes. */
export const GROUPS: Groups = {
  tap: { weight: 54, open: () => Promise.resolve([...tapTargets(), ...frameTargets()]) },
  gcode: { weight: 36, open: () => Promise.resolve(gcodeTargets()) },
  config: { weight: 10, open: () => Promise.resolve(configTargets()) },
  wire: { weight: 58, open: wireTargets },
  enrolment: { weight: 8, open: enrolmentTargets },
  replay: { weight: 14, open: replayTargets },
  analysis: { weight: 6, open: async () => await analysisTargets(await warmAnalysis()) },
  files: { weight: 22, open: async () => await fileTargets((await warmAnalysis()).profile) },
  http: { weight: 4, open: httpTargets },
  streams: { weight: 4, open: streamTargets },
  floods: { weight: 0.02, open: floodTargets },
};

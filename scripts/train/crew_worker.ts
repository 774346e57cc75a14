/** One of the crew: takes a few printers, gives back their samples. */
import { decodeArtefact } from "../../edge/network/artefact.ts";
import type { Models } from "../../edge/network/models.ts";
import { integerNetwork } from "../../edge/network/network.ts";
import { collectClean, collectFeatures, collectWindows, type Course } from "./collect.ts";
import type { Answer, Request, Task } from "./crew.ts";
import { type Jobs, loadJobs } from "./prints.ts";

const scope = self as unknown as {
  onmessage: (event: MessageEvent<Request>) => void;
  postMessage: (message: Answer) => void;
};

let jobs: Jobs | null = null;

scope.onmessage = async ({ data }) => {
  try {
    scope.postMessage({ ok: true, samples: await collected(data) });
  } catch (error) {
    const reason = error instanceof Error ? error.stack ?? error.message : String(error);
    scope.postMessage({ ok: false, reason });
  }
};

async function collected(request: Request): Promise<unknown[]> {
  const course = await courseOf(request.task);
  if (request.kind === "windows") return collectWindows(course, request.commanded);
  return request.kind === "clean" ? collectClean(course) : collectFeatures(course);
}

async function courseOf({ set, detector, ...rest }: Task): Promise<Course> {
  if (jobs?.set !== set) jobs = await loadJobs(set);
  return { ...rest, jobs, models: modelsOf(detector) };
}

function modelsOf(detector: Task["detector"]): Models | null {
  if (detector === null) return null;
  const read = decodeArtefact("detector", detector.modelJson, detector.weights);
  if (!read.ok) throw new Error(read.issue);
  return { detector: integerNetwork(read.value), classifier: null };
}

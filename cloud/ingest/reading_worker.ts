/// <reference lib="deno.worker" />
import { deviationReader } from "./read_deviation.ts";
import type { Answer, Question } from "./reading_thread.ts";

const read = deviationReader();

self.onmessage = async ({ data }: MessageEvent<Question>) => {
  const results = await Promise.all(
    data.messages.map(({ from, to, ...more }) =>
      read({ ...more, bytes: data.bytes.subarray(from, to) })
    ),
  );
  self.postMessage({ number: data.number, results } satisfies Answer);
};

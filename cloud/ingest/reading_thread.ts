import type { Result } from "../../shared/result.ts";
import { plainReading, type ReadDeviation, type Reading, type Unread } from "./read_deviation.ts";

/** Fewer messages than these are read at once, without another thread: that is sooner done. */
const FEW = 8;
/** More threads than these would wait for the one that writes the tables. */
const THREADS_MAX = 3;

/** Messages for the other thread, their bytes one after the other. */
export interface Question {
  number: number;
  messages: (Omit<Unread, "bytes"> & { from: number; to: number })[];
  bytes: Uint8Array<ArrayBuffer>;
}

export interface Answer {
  number: number;
  results: Result<ReadDeviation>[];
}

interface Waiting {
  resolve(results: Result<ReadDeviation>[]): void;
  reject(error: Error): void;
}

/**
 * Reads deviations in other threads: signatures and forms take a third of all the time that ingest
 * needs, and have nothing to do with the tables.
 */
export function threadedReading(
  senderOf: Reading["senderOf"],
): Reading & { close(): void } {
  const here = plainReading(senderOf);
  const waiting = new Map<number, Waiting>();
  const threads = Math.min(THREADS_MAX, navigator.hardwareConcurrency);
  const workers = Array.from({ length: threads }, startWorker);
  let asked = 0;
  let broken: Error | null = null;

  function startWorker(): Worker {
    const worker = new Worker(new URL("./reading_worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      waiting.get(data.number)?.resolve(data.results);
      waiting.delete(data.number);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      broken = new Error(`Cannot read deviations: their thread failed: ${event.message}`);
      for (const { reject } of waiting.values()) reject(broken);
      waiting.clear();
    };
    return worker;
  }

  return {
    senderOf,
    close() {
      for (const worker of workers) worker.terminate();
    },
    readAll(messages) {
      if (messages.length < FEW) return here.readAll(messages);
      if (broken) return Promise.reject(broken);
      const question = questionOf(asked++, messages);
      return new Promise((resolve, reject) => {
        waiting.set(question.number, { resolve, reject });
        workers[question.number % threads]!.postMessage(question, [question.bytes.buffer]);
      });
    },
  };
}

function questionOf(number: number, messages: readonly Unread[]): Question {
  const bytes = new Uint8Array(messages.reduce((sum, one) => sum + one.bytes.length, 0));
  let at = 0;
  const placed = messages.map(({ bytes: own, ...more }) => {
    const from = at;
    bytes.set(own, from);
    at += own.length;
    return { ...more, from, to: at };
  });
  return { number, messages: placed, bytes };
}

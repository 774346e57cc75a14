/// <reference lib="deno.worker" />
import { DatabaseSync } from "node:sqlite";

/** How often what was committed moves from the log into the file itself. */
const ROUND_MS = 1_000;

let end = () => {};

/** The name of the file begins it, an empty one ends it. */
self.onmessage = ({ data: file }: MessageEvent<string>) => {
  if (file === "") return end();
  const database = new DatabaseSync(file);
  database.exec("PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000;");
  const timer = setInterval(() => database.exec("PRAGMA wal_checkpoint(PASSIVE)"), ROUND_MS);
  end = () => {
    clearInterval(timer);
    database.close();
    self.postMessage("ended");
  };
};

import { fileURLToPath } from "node:url";

const READER = fileURLToPath(new URL("./mirror_reader.ts", import.meta.url));
const BURNERS = 4;

/** What is made hard for a tap: nothing, a busy, hung or ever crashing agent, or a lack of CPU. */
export type Hardship = "none" | "busy" | "hung" | "crashing" | "starved";

/** An agent that reads a tap's mirror, and the hardships that it and others cause. */
export class Duress {
  #reader: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  #others: Deno.ChildProcess[] = [];
  #now: Hardship = "none";

  constructor(readonly socket: string) {
    this.#reader = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", READER, socket],
      stdin: "piped",
    }).spawn();
    this.#input = this.#reader.stdin.getWriter();
  }

  /** Ends one hardship and begins another. */
  async set(next: Hardship): Promise<void> {
    if (next === this.#now) return;
    await this.#relieve();
    this.#now = next;
    if (next === "busy") await this.#input.write(new TextEncoder().encode("b"));
    if (next === "hung") this.#reader.kill("SIGSTOP");
    if (next === "crashing") this.#others = [this.#crashLoop()];
    if (next === "starved") {
      this.#others = Array.from({ length: BURNERS }, () => shell("while :; do :; done"));
    }
  }

  async #relieve(): Promise<void> {
    if (this.#now === "busy") await this.#input.write(new TextEncoder().encode("i"));
    if (this.#now === "hung") this.#reader.kill("SIGCONT");
    for (const other of this.#others.splice(0)) {
      other.kill("SIGTERM");
      await other.status;
    }
  }

  /** Each new agent takes the older one's place, and is killed as soon as it reads. */
  #crashLoop(): Deno.ChildProcess {
    const run = `"$0" run -A "$1" "$2" < /dev/zero`;
    const script = `trap 'kill -9 $!; exit' TERM; while :; do ${run} & sleep 0.5; kill -9 $!; done`;
    return shell(script, Deno.execPath(), READER, this.socket);
  }

  /** Ends everything. */
  async stop(): Promise<void> {
    await this.#relieve();
    this.#reader.kill("SIGKILL");
    await this.#reader.status;
  }
}

function shell(script: string, ...args: string[]): Deno.ChildProcess {
  return new Deno.Command("sh", { args: ["-c", script, ...args], stderr: "null" }).spawn();
}

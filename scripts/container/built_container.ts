/** What runs buildah. */
export interface Buildah {
  /** Runs it to its end; gives what it printed. */
  buildah(doing: string, args: string[]): Promise<string>;
  /** Starts it and goes on. */
  start(args: string[]): Deno.ChildProcess;
}

interface ContainerConfig {
  Entrypoint: string[];
  Healthcheck?: { Test: string[] };
}

/** The file system of an image, in which programs run as its own user. */
export class BuiltContainer {
  #builder: Buildah;
  #id: string;
  #config: ContainerConfig;
  #started: Deno.ChildProcess[] = [];

  constructor(builder: Buildah, id: string, config: ContainerConfig) {
    this.#builder = builder;
    this.#id = id;
    this.#config = config;
  }

  entrypoint(): string[] {
    return this.#config.Entrypoint;
  }

  /** What the image says that tells how it is. */
  healthCheck(): string[] {
    return this.#config.Healthcheck?.Test.slice(1) ?? [];
  }

  /** Runs a program to its end; gives what it printed. */
  async run(command: string[]): Promise<string> {
    return await this.#builder.buildah(`run ${command[0]}`, ["run", this.#id, "--", ...command]);
  }

  /** Starts a program that goes on until `close`. */
  start(command: string[]): void {
    this.#started.push(this.#builder.start(["run", this.#id, "--", ...command]));
  }

  /** Ends what was started and removes the file system. */
  async close(): Promise<void> {
    for (const child of this.#started.reverse()) {
      child.kill("SIGTERM");
      await child.status;
    }
    await this.#builder.buildah("tidy up", ["rm", this.#id]);
  }
}

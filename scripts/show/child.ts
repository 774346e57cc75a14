/** A process of the show: its standard output is read line by line, its errors go to a log file. */
export interface Child {
  name: string;
  logFile: string;
  /** Resolves with the exit code when the process ends. */
  ended: Promise<number>;
  /** Writes a JSON line to the process. */
  send(value: unknown): Promise<void>;
  stop(): Promise<void>;
}

export interface ChildOptions {
  name: string;
  command: string;
  args: string[];
  logFolder: string;
  env?: Record<string, string>;
  onLine?: (line: string) => void;
}

/** A process that doesn't end when asked is killed after this time, ms. */
const STOP_MS = 3000;

/** Starts a process; both its outputs also go to a log file of its own. */
export function startChild(options: ChildOptions): Child {
  const { name, command, args, env, onLine } = options;
  const logFile = `${options.logFolder}/${name}.log`;
  const log = Deno.openSync(logFile, { create: true, append: true });
  const child = new Deno.Command(command, {
    args,
    env,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  const outputs = Promise.all([
    eachLine(child.stdout, (line) => {
      log.writeSync(new TextEncoder().encode(line + "\n"));
      onLine?.(line);
    }),
    eachLine(child.stderr, (line) => log.writeSync(new TextEncoder().encode(line + "\n"))),
  ]);
  const ended = child.status.then(async ({ code }) => {
    await outputs;
    log.close();
    return code;
  });
  return {
    name,
    logFile,
    ended,
    send: (value) => writer.write(new TextEncoder().encode(JSON.stringify(value) + "\n")),
    stop: () => stop(child, ended),
  };
}

async function stop(child: Deno.ChildProcess, ended: Promise<number>): Promise<void> {
  const kill = (signal: Deno.Signal) => {
    try {
      child.kill(signal);
    } catch {
      // It has ended by itself, which is what was wanted.
    }
  };
  kill("SIGTERM");
  const timer = setTimeout(() => kill("SIGKILL"), STOP_MS);
  await ended;
  clearTimeout(timer);
}

async function eachLine(
  stream: ReadableStream<Uint8Array>,
  take: (line: string) => void,
): Promise<void> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) take(line);
  }
  if (rest !== "") take(rest);
}

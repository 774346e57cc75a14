/** A step of the card's making that can't be done; the message is a sentence for a person. */
export class CardError extends Error {
  override name = "CardError";
}

/** How a program is started. */
export interface ProgramOptions {
  env?: Record<string, string>;
  cwd?: string;
  /** Written to the program's standard input, which is empty otherwise. */
  input?: string;
}

const LINES_TOLD = 12;

/**
 * Runs a program to its end and gives what it printed.
 *
 * @throws {CardError} if it isn't installed, or fails: `doing` and its last lines in words
 */
export async function program(
  doing: string,
  name: string,
  args: string[],
  options: ProgramOptions = {},
): Promise<string> {
  const command = new Deno.Command(name, {
    args,
    env: options.env,
    cwd: options.cwd,
    stdin: options.input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  });
  const { code, stdout, stderr } = await outputOf(command, doing, name, options.input);
  if (code === 0) return new TextDecoder().decode(stdout);
  const said = new TextDecoder().decode(stderr).trimEnd().split("\n").slice(-LINES_TOLD);
  throw new CardError(`Cannot ${doing}: ${name} ended with ${code}:\n${said.join("\n")}`);
}

async function outputOf(command: Deno.Command, doing: string, name: string, input?: string) {
  try {
    const child = command.spawn();
    if (input !== undefined) {
      const writer = child.stdin.getWriter();
      await writer.write(new TextEncoder().encode(input));
      await writer.close();
    }
    return await child.output();
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new CardError(`Cannot ${doing}: the program ${name} was required, and there is none`, {
      cause,
    });
  }
}

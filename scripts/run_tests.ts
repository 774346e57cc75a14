/**
 * Runs every test file in a process of its own, each with a time-out: uvu's files share globals, and
 * a leaked timer would hang a passing run. Two at a time, then the large ones alone, one by one.
 */
import { fileURLToPath } from "node:url";

const HELP = `Usage: deno task test [PATTERN]

Runs every test file in a process of its own; with a PATTERN (a regular expression) the files whose
path matches, such as 'tests/edge/tap'. The last line is 'N passed, N failed'.
`;
const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** The slowest file takes a tenth of this on an idle machine; a slow and busy one may need it. */
const FILE_TIMEOUT_S = 400;
/** Real browsers, and whole sites of several programs: one takes two cores for itself. */
const LARGE = /(browser|chaos|replicas)_test|\/real_/;

/** How many passed, failed and were skipped. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

async function testFiles(folder: string, pattern: RegExp): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(`${ROOT}${folder}`)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) found.push(...await testFiles(path, pattern));
    else if (/_test\.tsx?$/.test(path) && pattern.test(path)) found.push(path);
  }
  return found.sort();
}

async function outputOf(path: string): Promise<{ text: string; code: number | "time-out" }> {
  const name = path.split("/").pop()!;
  const folder = path.slice(0, -name.length - 1);
  const args = ["run", "-A", "--quiet", "npm:uvu@0.5.6", folder, `^${name.replace(".", "\\.")}$`];
  const env = { FORCE_COLOR: "0", NO_COLOR: "1" };
  const child = new Deno.Command(Deno.execPath(), {
    args,
    cwd: ROOT,
    env,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, FILE_TIMEOUT_S * 1000);
  const { stdout, stderr, code } = await child.output();
  clearTimeout(timer);
  const decoder = new TextDecoder();
  return { text: decoder.decode(stdout) + decoder.decode(stderr), code: late ? "time-out" : code };
}

function count(text: string, word: string): number {
  return Number(new RegExp(`${word}:\\s+(\\d+)`).exec(text)?.[1] ?? 0);
}

/** A file that died before its summary, or ran nothing, counts as one failure. */
async function runFile(path: string): Promise<Tally> {
  const startMs = performance.now();
  const { text, code } = await outputOf(path);
  const [total, passed, skipped] = ["Total", "Passed", "Skipped"].map((word) => count(text, word));
  const failed = code === 0 && total! + skipped! > 0 ? 0 : Math.max(1, total! - passed!);
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  console.log(
    `${failed ? "FAIL" : " ok "} ${path}  ${passed} passed, ${failed} failed, ${seconds} s`,
  );
  for (const line of text.split("\n")) if (/^SKIPPED/.test(line)) console.log(`     ${line}`);
  if (failed) console.log(`${text}\n(exit: ${code})`);
  return { passed: passed!, failed, skipped: skipped! };
}

/** Runs all matching files: the small ones on two lanes, then the large ones on one. */
export async function runTests(pattern = /./): Promise<Tally> {
  const files = await testFiles("tests", pattern);
  const small = files.filter((path) => !LARGE.test(path));
  const large = files.filter((path) => LARGE.test(path));
  const sum: Tally = { passed: 0, failed: 0, skipped: 0 };
  const lane = async (waiting: string[]) => {
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
      const tally = await runFile(path);
      sum.passed += tally.passed;
      sum.failed += tally.failed;
      sum.skipped += tally.skipped;
    }
  };
  await Promise.all([lane(small), lane(small)]);
  await lane(large);
  return sum;
}

/** Which files; ends the program where that can't be told. */
function askedFor(args: readonly string[]): RegExp {
  const [pattern = ".", ...more] = args;
  if (pattern === "--help" || pattern === "-h") {
    console.log(HELP);
    Deno.exit(0);
  }
  try {
    if (more.length === 0 && !pattern.startsWith("-")) return new RegExp(pattern);
  } catch {
    // What isn't an expression is told like anything else that isn't one.
  }
  console.error(`Cannot run tests: one pattern of paths was required, got '${args.join(" ")}'`);
  Deno.exit(2);
}

if (import.meta.main) {
  const pattern = askedFor(Deno.args);
  const sum = await runTests(pattern);
  if (sum.passed + sum.failed + sum.skipped === 0) {
    console.error(`Cannot run tests: files whose path matches were required, got none`);
    Deno.exit(2);
  }
  console.log(`${sum.passed} passed, ${sum.failed} failed`);
  Deno.exit(sum.failed > 0 ? 1 : 0);
}

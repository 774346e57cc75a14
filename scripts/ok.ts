/**
 * Everything that must hold before a commit: format, lint, types, import directions, test hygiene,
 * what we ship (licences, known advisories), doc examples, tests. Each check counts as one; the last
 * line is `N passed, N failed`.
 */
import { fileURLToPath } from "node:url";
import { runTests, type Tally } from "./run_tests.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const FOLDERS = ["shared", "edge", "cloud", "scripts", "tests"];
const CHECKS: [name: string, args: string[]][] = [
  ["format", ["fmt", "--check"]],
  ["lint", ["lint", "--quiet"]],
  ["types", ["check", ...FOLDERS]],
  ["import directions", ["run", "-A", "scripts/check_imports.ts"]],
  ["test hygiene", ["run", "-A", "scripts/check_tests.ts"]],
  ["what we ship", ["run", "-A", "--quiet", "scripts/check_supply.ts"]],
  ["doc examples", ["test", "--doc", "--quiet", "--permit-no-files", "shared", "edge", "cloud"]],
];

async function check(name: string, args: string[]): Promise<boolean> {
  const startMs = performance.now();
  const command = new Deno.Command(Deno.execPath(), { args, cwd: ROOT, env: { NO_COLOR: "1" } });
  const { code, stdout, stderr } = await command.output();
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  console.log(`${code === 0 ? " ok " : "FAIL"} ${name}  ${seconds} s`);
  const decoder = new TextDecoder();
  const said = decoder.decode(stdout) + decoder.decode(stderr);
  for (const line of said.split("\n")) if (/^SKIPPED/.test(line)) console.log(`     ${line}`);
  if (code !== 0) console.log(said);
  return code === 0;
}

const HELP = `Usage: deno task ok        (./scripts/test installs what is missing first)

Everything that must hold: format, lint, types, import directions, test hygiene, what we ship, doc
examples, all tests. It takes no options; the last line is 'N passed, N failed'.
`;

if (import.meta.main) {
  const [asked] = Deno.args;
  if (asked === "--help" || asked === "-h") {
    console.log(HELP);
    Deno.exit(0);
  }
  if (asked !== undefined) {
    console.error(`Cannot run the checks: no option was required, got '${asked}'`);
    Deno.exit(2);
  }
  const sum: Tally = { passed: 0, failed: 0, skipped: 0 };
  for (const [name, args] of CHECKS) {
    if (await check(name, args)) sum.passed++;
    else sum.failed++;
  }
  const tests = await runTests();
  sum.passed += tests.passed;
  sum.failed += tests.failed;
  if (tests.skipped > 0) console.log(`${tests.skipped} skipped`);
  console.log(`${sum.passed} passed, ${sum.failed} failed`);
  Deno.exit(sum.failed > 0 ? 1 : 0);
}

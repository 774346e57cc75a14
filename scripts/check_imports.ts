/**
 * Fails when an import goes the wrong way, when files import each other in a circle, or when a
 * pure file reaches for the clock, randomness, I/O or Deno. Run by `deno task ok`.
 */
import { fileURLToPath } from "node:url";
import { moduleGraph } from "./module_graph.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const TOPS = ["shared", "edge", "cloud", "scripts", "tests"];
const PURE = [
  "edge/gcode/",
  "edge/reference/",
  "edge/twin/",
  "edge/detector/",
  "edge/classifier/",
  "edge/network/",
  "edge/analysis",
  "edge/senses/signal/",
  "edge/senses/relay/",
  "cloud/cases/",
  "cloud/decisions/",
  "cloud/subscriptions/",
  "cloud/printers/",
];
/** Only a shell's file may touch the outside, and its name says so. */
const SHELL_FILE = /_(file|shell)\.tsx?$/;
const IMPURE =
  /\bDeno\.|\bDate\.now|\bnew Date\(\)|\bMath\.random|\bperformance\.|\bset(Timeout|Interval)\b|\bconsole\.|\bfetch\(|getRandomValues|randomUUID/;

type Edges = Map<string, string[]>;

function isPure(path: string): boolean {
  return PURE.some((folder) => path.startsWith(folder)) && !SHELL_FILE.test(path);
}

async function sources(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(ROOT + folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) found.push(...await sources(path));
    else if (/\.tsx?$/.test(entry.name)) found.push(path);
  }
  return found;
}

function breach(from: string, to: string): string | null {
  const [fromTop, toTop] = [from.split("/")[0] ?? "", to.split("/")[0] ?? ""];
  const inside = TOPS.includes(toTop);
  if (fromTop === "shared" && inside && toTop !== "shared") return "shared imports nothing of ours";
  const runtime = SHELL_FILE.test(from) && to.startsWith("node:");
  if (fromTop === "shared" && !inside && !runtime && !/^npm:\/?(zod|jose)@/.test(to)) {
    return "shared imports zod and jose only, and its shells what the runtime brings";
  }
  if (fromTop === "edge" && inside && !["edge", "shared"].includes(toTop)) return "edge → shared";
  if (fromTop === "cloud" && inside && !["cloud", "shared"].includes(toTop)) {
    return "shared ← cloud";
  }
  if (toTop === "tests" && fromTop !== "tests") return "nothing imports tests";
  if (toTop === "scripts" && !["scripts", "tests"].includes(fromTop)) {
    return "only tests import scripts";
  }
  const printerPart = from.startsWith("scripts/printer/") && toTop === "edge";
  if (printerPart && to !== "edge/source/observation.ts") return "printer and twin share no code";
  if (!isPure(from)) return null;
  const allowed = inside
    ? toTop === "shared" || isPure(to) || isContract(to)
    : to === "node:crypto" || /^npm:\/?zod@/.test(to);
  return allowed ? null : "a pure file imports shared, pure files and zod only";
}

/** Types alone: what the core is told and what it answers. */
function isContract(path: string): boolean {
  return path === "edge/source/observation.ts" || path === "edge/finding.ts";
}

function breaches(edges: Edges): string[] {
  const found: string[] = [];
  for (const [from, targets] of edges) {
    if (!TOPS.includes(from.split("/")[0] ?? "")) continue;
    for (const to of targets) {
      const rule = breach(from, to);
      if (rule) found.push(`${from} imports ${to}: ${rule}`);
    }
  }
  return found;
}

/** Depth-first search for imports in a circle (type-only ones too: they tangle reading alike). */
function circles(edges: Edges): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: string[]) => {
    const at = path.indexOf(file);
    if (at >= 0) {
      found.push(`circle: ${[...path.slice(at), file].join(" → ")}`);
      return;
    }
    if (done.has(file)) return;
    for (const to of edges.get(file) ?? []) {
      if (TOPS.includes(to.split("/")[0]!)) visit(to, [...path, file]);
    }
    done.add(file);
  };
  for (const file of edges.keys()) if (TOPS.includes(file.split("/")[0]!)) visit(file, []);
  return found;
}

async function impurities(files: string[]): Promise<string[]> {
  const found: string[] = [];
  for (const file of files.filter(isPure)) {
    const text = await Deno.readTextFile(ROOT + file);
    text.split("\n").forEach((line, index) => {
      const code = line.replace(/^\s*(\*|\/\/|\/\*).*$/, "");
      const hit = IMPURE.exec(code);
      if (hit) found.push(`${file}:${index + 1} uses ${hit[0]}: a pure file must not`);
    });
  }
  return found;
}

if (import.meta.main) {
  const files = (await Promise.all(TOPS.map(sources))).flat();
  const graph = await moduleGraph(ROOT, files);
  const edges: Edges = new Map([...graph].map(([file, { all }]) => [file, all]));
  const found = [...breaches(edges), ...circles(edges), ...await impurities(files)];
  for (const line of found) console.error(line);
  console.log(`imports: ${files.length} files, ${found.length} breaches`);
  Deno.exit(found.length > 0 ? 1 : 0);
}

import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";

export interface Asset {
  type: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** The static files of the console, each under a name that changes with its content. */
export interface Assets {
  url(name: string): string;
  byUrl(path: string): Asset | null;
}

const TYPES: Record<string, string> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
  png: "image/png",
};

const OWN = [
  "icon.svg",
  "icon-180.png",
  "icon-192.png",
  "icon-512.png",
  "keys.js",
  "live.js",
  "times.js",
  "list.js",
  "case.js",
  "passkey.js",
  "plot.js",
  "insights.js",
  "form.js",
  "push.js",
  "service-worker.js",
];
/** Put together in this order as one file. */
const STYLES = [
  "base",
  "list",
  "case",
  "judgement",
  "context",
  "decision",
  "timeline",
  "plot",
  "form",
  "fleet",
  "alerts",
  "insights",
  "account",
  "narrow",
];

/** Reads them once; uPlot comes from the npm package in its smallest build, a third of the others. */
export async function loadAssets(): Promise<Assets> {
  const own = (path: string) => new URL(`./browser/${path}`, import.meta.url).href;
  const sources = new Map<string, string[]>([
    ...OWN.map((name) => [name, [own(name)]] as [string, string[]]),
    ["style.css", STYLES.map((name) => own(`style/${name}.css`))],
    ["wall.css", [own("style/wall.css")]],
    ["uplot.js", [import.meta.resolve("uplot/dist/uPlot.iife.min.js"), own("uplot_export.js")]],
    ["uplot.css", [import.meta.resolve("uplot/dist/uPlot.min.css")]],
  ]);
  const urls = new Map<string, string>();
  const found = new Map<string, Asset>();
  for (const [name, files] of [...sources].toSorted(([a], [b]) => order(a) - order(b))) {
    const bytes = await bytesOf(name, files.map((file) => fileURLToPath(file)), urls);
    const digest = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
    const [stem, extension = ""] = name.split(".");
    const url = `/static/${stem}.${digest}.${extension}`;
    urls.set(name, url);
    found.set(url, { type: TYPES[extension] ?? "application/octet-stream", bytes });
  }
  return {
    url(name) {
      const url = urls.get(name);
      if (!url) throw new RangeError(`Cannot link '${name}': a file of the console was required`);
      return url;
    },
    byUrl: (path) => found.get(path) ?? null,
  };
}

/** Pictures as they are; texts put together, each naming the others as they are served. */
async function bytesOf(
  name: string,
  files: string[],
  urls: ReadonlyMap<string, string>,
): Promise<Uint8Array<ArrayBuffer>> {
  if (name.endsWith(".png")) return await Deno.readFile(files[0]!);
  const texts = await Promise.all(files.map((file) => Deno.readTextFile(file)));
  return new TextEncoder().encode(withUrls(texts.join("\n"), urls));
}

/** What others import comes first: they name it by the address that it is served under. */
function order(name: string): number {
  return name.startsWith("uplot") || name === "keys.js" ? 0 : 1;
}

function withUrls(text: string, urls: ReadonlyMap<string, string>): string {
  return text.replace(
    /from "(?:\.\/)?([a-z]+)(?:\.js)?"/g,
    (whole, name) => urls.has(`${name}.js`) ? `from "${urls.get(`${name}.js`)}"` : whole,
  );
}

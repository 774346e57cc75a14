/**
 * Draws the console's icon as pictures for phones, which take no SVG: `deno run -A scripts/icons.ts`.
 * Maskable ones fill the whole square, since a phone cuts its own shape out of them.
 */
import { startBrowser } from "./browser.ts";

const FOLDER = new URL("../cloud/console/browser/", import.meta.url);
const SIZES = [180, 192, 512];

const svg = (await Deno.readTextFile(new URL("icon.svg", FOLDER))).replace('rx="7"', 'rx="0"');
// Within the middle 80 % nothing is cut off.
const [, shapes = ""] = /<rect[^>]*\/>([\s\S]*)<\/svg>/.exec(svg) ?? [];
const full = svg.replace(shapes, `<g transform="translate(3.2 3.2) scale(0.8)">${shapes}</g>`);

const browser = await startBrowser();
try {
  for (const size of SIZES) {
    const { page, close } = await browser.visit({ width: size, height: size });
    const style =
      `<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>`;
    await page.setContent(`<!doctype html>${style}${full}`);
    await Deno.writeFile(new URL(`icon-${size}.png`, FOLDER), await page.screenshot());
    await close();
  }
} finally {
  await browser.close();
}

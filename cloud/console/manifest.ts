import type { Ctx, Parts } from "./context.ts";

const HOUR_S = 3600;

/** What makes the console installable on a phone or a desk (W3C Web Application Manifest). */
export function manifest(c: Ctx, parts: Parts): Response {
  const icon = (size: number, purpose: "any" | "maskable") => ({
    src: parts.assets.url(`icon-${size}.png`),
    sizes: `${size}x${size}`,
    type: "image/png",
    purpose,
  });
  const body = {
    id: "/",
    name: "Printwarden",
    short_name: "Printwarden",
    description: "Cases, printers and decisions of a guarded fleet of 3D printers",
    start_url: "/",
    scope: "/",
    display: "standalone",
    background_color: "#12212b",
    theme_color: "#12212b",
    icons: [
      { src: parts.assets.url("icon.svg"), sizes: "any", type: "image/svg+xml", purpose: "any" },
      icon(192, "any"),
      icon(512, "any"),
      icon(512, "maskable"),
    ],
    shortcuts: [
      { name: "Cases", url: "/" },
      { name: "Printers", url: "/printers" },
    ],
  };
  return c.body(JSON.stringify(body), 200, {
    "Content-Type": "application/manifest+json",
    "Cache-Control": `public, max-age=${HOUR_S}`,
    "X-Content-Type-Options": "nosniff",
  });
}

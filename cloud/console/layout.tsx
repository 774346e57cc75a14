import type { Child } from "hono/jsx";
import { Mark } from "./glyphs.tsx";
import type { PageFrame } from "./page_frame.ts";
import { Navigation, RareLinks, type Section } from "./navigation.tsx";

export type { PageFrame };

interface LayoutProps {
  frame: PageFrame;
  title: string;
  section: Section;
  /** Static scripts that this page runs besides the common one. */
  scripts?: string[];
  children?: Child;
}

/** Scripts that draw with uPlot, and need its style. */
const PLOTTING = ["plot.js", "insights.js"];

export function Layout({ frame, title, section, scripts = [], children }: LayoutProps) {
  return (
    <html lang="en" data-position={frame.position}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${title} · Printwarden`}</title>
        <link rel="icon" href={frame.asset("icon.svg")} type="image/svg+xml" />
        <link rel="apple-touch-icon" href={frame.asset("icon-180.png")} />
        <link rel="manifest" href="/manifest.webmanifest" />
        <meta name="theme-color" content="#f5f4f0" media="(prefers-color-scheme: light)" />
        <meta name="theme-color" content="#0e1418" media="(prefers-color-scheme: dark)" />
        <link rel="stylesheet" href={frame.asset("style.css")} />
        {scripts.some((name) => PLOTTING.includes(name)) && (
          <link rel="stylesheet" href={frame.asset("uplot.css")} />
        )}
        {[...(frame.identity ? ["live.js"] : []), "times.js", ...scripts].map((name) => (
          <script type="module" nonce={frame.nonce} src={frame.asset(name)} />
        ))}
      </head>
      <body>
        <a class="skip" href="#main">Skip to content</a>
        <Header frame={frame} section={section} />
        <main id="main" tabindex={-1}>{children}</main>
      </body>
    </html>
  );
}

function Header({ frame, section }: { frame: PageFrame; section: Section }) {
  return (
    <header class="top">
      <a class="brand" href="/">
        <Mark />
        <span>Printwarden</span>
      </a>
      {frame.identity && <RareLinks frame={frame} />}
      {frame.identity && <Navigation frame={frame} section={section} />}
    </header>
  );
}

/**
 * An instant: UTC in the markup, the reader's own time zone once a script may run. A `span` is how
 * long something has lasted since.
 */
export function When({ at, text, span }: { at: string; text: string; span?: boolean }) {
  return <time datetime={at} data-when={span ? "span" : "point"}>{text}</time>;
}

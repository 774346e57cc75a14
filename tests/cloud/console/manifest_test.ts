import * as assert from "uvu/assert";
import { startBrowser } from "../../../scripts/browser.ts";
import { hasChromium } from "../../chromium.ts";
import { siteSuite } from "../site_fixture.ts";
import { prepared } from "./console_fixture.ts";
import { BASE, visitor } from "./http_fixture.ts";

const NAME = "the console as an app";
const there = await hasChromium(NAME);
const { tests, skipped } = await siteSuite(NAME);

if (!skipped) {
  tests(
    "its manifest names pictures that are there, of the sizes that it says",
    async ({ site }) => {
      const { aggregator } = await prepared(site);
      const anybody = visitor(aggregator);
      const page = await (await anybody.get("/sign-in")).text();
      assert.match(page, /rel="manifest" href="\/manifest\.webmanifest"/);
      assert.match(page, /rel="apple-touch-icon" href="\/static\/icon-180\.[0-9a-f]+\.png"/);
      const response = await anybody.get("/manifest.webmanifest");
      assert.is(response.headers.get("Content-Type"), "application/manifest+json");
      const manifest = await response.json();
      assert.is(manifest.display, "standalone");
      const purposes = new Set<string>();
      for (const { src, sizes, type, purpose } of manifest.icons) {
        const picture = await anybody.get(src);
        assert.is(picture.headers.get("Content-Type"), type);
        purposes.add(`${type} ${sizes} ${purpose}`);
        const bytes = new Uint8Array(await picture.arrayBuffer());
        if (type !== "image/png") continue;
        // PNG (ISO 15948): the width stands at byte 16, the height at 20.
        const view = new DataView(bytes.buffer);
        assert.is(`${view.getUint32(16)}x${view.getUint32(20)}`, sizes);
      }
      for (
        const needed of [
          "image/png 192x192 any",
          "image/png 512x512 any",
          "image/png 512x512 maskable",
        ]
      ) {
        assert.ok(purposes.has(needed), needed);
      }
      for (const { url } of [{ url: manifest.start_url }, ...manifest.shortcuts]) {
        assert.is(new URL(url, BASE).origin, BASE);
      }
    },
  );

  if (there) {
    tests("chromium finds nothing that keeps it from being installed", async ({ site }) => {
      const { aggregator } = await prepared(site);
      const browser = await startBrowser();
      try {
        const { page, complaints } = await browser.visit({ width: 390, height: 844, phone: true });
        await page.goto(`${aggregator.url}/sign-in`);
        const tools = await page.context().newCDPSession(page);
        const { errors } = await tools.send("Page.getAppManifest");
        assert.equal(errors, []);
        const { installabilityErrors } = await tools.send("Page.getInstallabilityErrors");
        // A profile that is thrown away afterwards installs nothing, whatever the page is like.
        const ours = installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito");
        assert.equal(ours, []);
        assert.equal(complaints, []);
      } finally {
        await browser.close();
      }
    });
  }
}

tests.run();

import * as assert from "uvu/assert";
import { faults, lookThrough, twoCases } from "./axe_fixture.ts";
import { browserSuite, DESK } from "./browser_fixture.ts";

const { tests, skipped } = await browserSuite("what axe finds on the console's pages");

if (!skipped) {
  tests("axe finds what is planted", async ({ browser }) => {
    const { page, close } = await browser.visit(DESK);
    await page.setContent('<html lang="en"><title>x</title><img src="data:,"><button></button>');
    assert.is((await faults(page)).length, 2);
    await close();
  });

  tests("nothing serious on any page, at night", async (context) => {
    const [waiting, decided] = await twoCases(context);
    const paths = [
      "/",
      "/?state=closed",
      waiting,
      decided,
      "/printers",
      "/wall",
      "/alerts",
      "/alerts/new",
      "/insights",
      "/people",
      "/tokens",
      "/audit",
      "/account",
      "/refused",
      "/sign-in",
      "/nothing",
    ];
    await lookThrough(context, { ...DESK, dark: true }, paths);
  });
}

tests.run();

/** In a real browser: being reached by push, and a printer's page. */
import * as assert from "uvu/assert";
import { presenceMessage } from "../../../scripts/fabricate.ts";
import type { Page } from "../../../scripts/browser.ts";
import { browserKeys } from "../channels/browser_fixture.ts";
import { ADDRESS, DEVICE, until } from "../site_fixture.ts";
import { startReceiver } from "../subscriptions/receiver_fixture.ts";
import { faults } from "./axe_fixture.ts";
import { browserSuite, DESK, PHONE } from "./browser_fixture.ts";
import { prepared } from "./console_fixture.ts";

const { tests, skipped } = await browserSuite("alerts in a real browser");

interface Fake {
  endpoint: string;
  p256dh: string;
  auth: string;
}

/**
 * Browsers subscribe at their maker's push service, which no test may ask: this one takes its keys
 * and its address from the test. All else (page, form, worker) is as it is.
 */
function subscribeAt(page: Page, fake: Fake): Promise<unknown> {
  return page.addInitScript((given) => {
    const bytes = (text: string) =>
      Uint8Array.from(
        atob(text.replaceAll("-", "+").replaceAll("_", "/")),
        (char) => char.charCodeAt(0),
      ).buffer;
    const manager = (globalThis as unknown as { PushManager: { prototype: object } }).PushManager;
    Object.assign(manager.prototype, {
      subscribe: () =>
        Promise.resolve({
          endpoint: given.endpoint,
          getKey: (name: "p256dh" | "auth") => bytes(given[name]),
        }),
    });
  }, fake);
}

/** Hands a message to the page's service worker, as the browser does when one arrives. */
async function pushTo(page: Page, origin: string, data: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  let registrationId = "";
  session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
    registrationId = registrations[0]?.registrationId ?? registrationId;
  });
  await session.send("ServiceWorker.enable");
  await until("the worker", () => registrationId);
  await session.send("ServiceWorker.deliverPushMessage", { origin, registrationId, data });
}

const shown = (page: Page) =>
  page.evaluate(async () => {
    const { serviceWorker } = globalThis.navigator as unknown as {
      serviceWorker: {
        ready: Promise<{ getNotifications(): Promise<{ title: string; body: string }[]> }>;
      };
    };
    const notifications = await (await serviceWorker.ready).getNotifications();
    return notifications.map(({ title, body }) => ({ title, body }));
  });

if (!skipped) {
  tests("somebody lets a browser be reached, asks for a test, and it is shown", async (context) => {
    const { aggregator } = await prepared(context.site);
    const receiver = startReceiver();
    receiver.answer = () => new Response(null, { status: 201 });
    const { p256dh, auth, decrypt } = await browserKeys();
    const visit = await context.expertWith(DESK);
    const { page } = visit;
    await page.context().grantPermissions(["notifications"], { origin: aggregator.url });
    await subscribeAt(page, { endpoint: `${receiver.url}/browser`, p256dh, auth });
    // A slow browser: pages begin to listen only after what they shall show has happened.
    let listen = () => {};
    const mayListen = new Promise<void>((resolve) => (listen = resolve));
    await page.route("**/live", (route) => mayListen.then(() => route.continue()).catch(() => {}));
    await page.goto(`${aggregator.url}/alerts`);
    await page.getByRole("button", { name: "Reach me in this browser" }).click();
    await page.getByText("It is added").waitFor();
    await page.getByText("Browser on a desk").first().waitFor();
    await page.getByRole("button", { name: "Send a test" }).click();
    await page.getByText("A test is on its way").waitFor();
    const sent = await until("the push", () => receiver.got[0]);
    const message = await decrypt(sent.bytes);
    await pushTo(page, aggregator.url, message);
    const [notification] = await until("the notification", async () => {
      const all = await shown(page);
      return all.length > 0 ? all : null;
    });
    assert.is(notification?.title, "Test: alerts reach you here");
    assert.match(notification?.body ?? "", /Browser on a desk/);
    // Sent again after a crash it takes the place of the first.
    await pushTo(page, aggregator.url, message);
    await page.waitForTimeout(300);
    assert.is((await shown(page)).length, 1);
    const { model } = aggregator.parts;
    await until("its record", () => model.alerts.nextDueMs() === null);
    listen();
    await page.getByText("delivered").first().waitFor({ timeout: 60_000 });
    assert.equal(visit.complaints, []);
    await visit.close();
    await receiver.close();
  });

  tests("a subscription is made without any script", async (context) => {
    const { aggregator, expert } = await prepared(context.site);
    await expert.post("/alerts/channels", { type: "nats", name: "Bell", subject: "bell" });
    const visit = await context.expertWith({ ...DESK, noScript: true });
    const { page } = visit;
    await page.goto(`${aggregator.url}/alerts/new`);
    await page.getByLabel("Name").fill("By hand");
    await page.getByLabel("Only when I am on duty:").check();
    await page.getByLabel("Mon").check();
    await page.getByRole("button", { name: "Keep it so" }).click();
    await page.getByText("It is kept.").waitFor();
    assert.match(await page.locator("main").innerText(), /By hand[\s\S]*Mon 08:00–18:00/);
    await visit.close();
  });

  tests("a printer's page and the wall follow what happens, and nothing keeps people out", async (
    context,
  ) => {
    const { aggregator } = await prepared(context.site);
    const address = { ...ADDRESS, printer: "watched" };
    const say = (state: "printing" | "offline") => {
      const wallTime = new Date().toISOString();
      return context.site.send(
        DEVICE,
        presenceMessage(address, { label: "Left", state, wallTime }),
      );
    };
    const standing = () => aggregator.parts.model.printers.standing(address).standing?.state;
    await say("printing");
    await until("the printer", () => standing() === "printing");
    for (const look of [DESK, PHONE]) {
      const visit = await context.expertWith(look);
      await visit.page.goto(`${aggregator.url}/printers/site1/dev1/watched`);
      assert.equal(await faults(visit.page), []);
      assert.equal(visit.complaints, []);
      const wide = await visit.page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth",
      );
      assert.is(wide, 0);
      await visit.close();
    }
    const visit = await context.expertWith({ ...DESK, dark: true });
    await visit.page.goto(`${aggregator.url}/wall`);
    await visit.page.locator(".tile.bucket-printing", { hasText: "Left" }).waitFor();
    await visit.page.locator("html[data-live=yes]").waitFor({ state: "attached" });
    await say("offline");
    await visit.page.locator(".tile.bucket-offline", { hasText: "Left" }).waitFor();
    await visit.close();
  });

  tests(
    "a wall shows forty printers whole, and says how many more need nobody",
    async (context) => {
      const { aggregator } = await prepared(context.site);
      const wallTime = new Date().toISOString();
      for (let n = 0; n < 44; n++) {
        const address = { ...ADDRESS, printer: `wall${n}` };
        const label = `Prusa MK3S, window ${n}`;
        await context.site.send(
          DEVICE,
          presenceMessage(address, { label, state: "idle", wallTime }),
        );
      }
      await until("all", () => aggregator.parts.model.fleet.printers(100).length >= 44);
      const visit = await context.expertWith({ width: 1920, height: 1080, dark: true });
      const { page } = visit;
      await page.goto(`${aggregator.url}/wall`);
      assert.is(await page.locator(".tile").count(), 40);
      assert.match(await page.locator(".rest").innerText(), /more that need nobody/);
      const cut = await page.evaluate(
        `[...document.querySelectorAll(".tile, .rest")].filter((one) =>
      one.scrollHeight > one.clientHeight + 1 || one.getBoundingClientRect().bottom > innerHeight
    ).length`,
      );
      assert.is(cut, 0);
      await visit.close();
    },
  );
}

tests.run();

// GraphiQL at `/`, where it is embedded: in a real browser, with nothing from elsewhere.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { ESTABLISH, park, serve } from "./support.mjs";

let server, browser, page;
const complaints = [];
before(async () => {
  server = await serve();
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });
  const permissions = ["clipboard-read", "clipboard-write"];
  page = await browser.newPage({ viewport: { width: 1280, height: 800 }, permissions });
  // Its editor takes long to start on a busy machine.
  page.setDefaultTimeout(50_000);
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => ["data:", "blob:"].includes(new URL(request.url()).protocol) ||
    new URL(request.url()).host === server.host || complaints.push(`asked ${request.url()}`));
  await page.goto(`http://${server.host}/`);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const answer = (text) =>
  page.waitForFunction((text) => document.querySelector(".graphiql-response")?.textContent.replaceAll("\u00a0", " ").includes(text), text);

test("the query that it opens with is answered", async () => {
  await page.locator(".graphiql-query-editor .view-lines").first().waitFor();
  await page.locator(".graphiql-execute-button").click();
  await answer('"industrialParks": 0');
});

test("it knows the schema", async () => {
  await page.getByRole("button", { name: /documentation explorer/i }).click();
  await page.getByText("Query", { exact: true }).first().waitFor();
});

test("a query of one's own shows Persian, and a subscription follows", async () => {
  await server.ask(ESTABLISH, { input: park("GQL-1") });
  const paste = async (text) => {
    await page.locator(".graphiql-query-editor .view-lines").first().click();
    await page.keyboard.press("Control+A");
    // The editor closes brackets that are typed, not those that are pasted.
    await page.evaluate((text) => navigator.clipboard.writeText(text), text);
    await page.keyboard.press("Control+V");
    // The page learns a moment after the editor which operations it holds; before, it runs one by its old name.
    await page.waitForTimeout(2_000);
    await page.keyboard.press("Control+Enter");
  };
  await paste('{ park(by: { code: "GQL-1" }) { name } }');
  await answer("شهرک صنعتی");
  if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT });
  await paste('subscription { events(after: "0") { position event { type } } }');
  await answer('"type": "ParkEstablished"');
});

test("the browser has nothing to complain of", () => assert.deepEqual(complaints, []));

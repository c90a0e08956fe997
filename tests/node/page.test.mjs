// The page at `/` in a real browser: nothing is loaded from elsewhere, examples run, Persian shows.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { ESTABLISH, park, serve } from "./support.mjs";

let server, browser, page;
const complaints = [];
before(async () => {
  server = await serve();
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => request.url().startsWith("data:") || new URL(request.url()).host === server.host ||
    complaints.push(`asked ${request.url()}`));
  await page.goto(`http://${server.host}/`);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const told = (text) => page.waitForFunction((text) => document.getElementById("status").textContent.includes(text), text);

test("every example runs without an error, by the keyboard alone", async () => {
  const examples = await page.locator("#example option").allTextContents();
  assert.ok(examples.length >= 5);
  for (const example of examples) {
    await page.selectOption("#example", example);
    await page.locator("#query").focus();
    await page.keyboard.press("Control+Enter");
    await told("position ");
    const answer = JSON.parse(await page.locator("#answer").textContent());
    assert.equal(answer.errors, undefined, `${example}: ${JSON.stringify(answer.errors)}`);
    assert.equal(await page.locator("#status").textContent().then((text) => text.includes(answer.extensions.position)), true);
  }
});

test("an edited query with variables shows Persian as it was entered", async () => {
  await server.ask(ESTABLISH, { input: park("PAGE-1") });
  await page.locator("#query").fill("query ($code: String!) { park(by: {code: $code}) { code name } }");
  await page.locator("#variables").fill('{ "code": "PAGE-1" }');
  await page.locator("#run").click();
  await page.waitForFunction(() => document.getElementById("answer").textContent.includes("شهرک صنعتی"));
  if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT });
  await page.locator("#variables").fill("{");
  await page.locator("#run").click();
  await told("not JSON");
});

test("the schema is shown", async () => {
  await page.locator("#schema").click();
  await page.waitForFunction(() => document.getElementById("answer").textContent.includes("type Query {"));
});

test("the browser has nothing to complain of", () => assert.deepEqual(complaints, []));

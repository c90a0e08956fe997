// GraphQL over HTTP: the audit suite of `graphql-http`, whole.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { serverAudits } from "graphql-http";
import { serve } from "./support.mjs";

let server;
before(async () => { server = await serve(); });
after(() => server.stop());

const audits = serverAudits({ url: () => server.url });

test("the suite has all its audits", () => assert.ok(audits.length >= 61, `${audits.length}`));

for (const audit of audits) {
  test(`${audit.id} ${audit.name}`, async () => {
    const result = await audit.fn();
    assert.equal(result.status, "ok", result.reason);
  });
}

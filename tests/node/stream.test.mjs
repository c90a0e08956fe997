// GraphQL over SSE, distinct connections: the real client.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createClient } from "graphql-sse";
import { ESTABLISH, park, serve } from "./support.mjs";

let server;
before(async () => { server = await serve(); });
after(() => server.stop());

const client = () => createClient({ url: server.url, retryAttempts: 0 });

test("a query is answered once, and the stream ends", async () => {
  const items = [];
  for await (const item of client().iterate({ query: "{ __typename }" })) items.push(item);
  assert.deepEqual(items.map((item) => item.data), [{ __typename: "Query" }]);
});

test("a subscription tells what is recorded meanwhile, and resumes after what was seen", async () => {
  const { position } = await server.ask("{ position }");
  const query = "subscription ($after: Position!) { events(after: $after) { position event { type } } }";
  const seen = [];
  let after = position;
  for (const code of ["S-1", "S-2"]) {
    const stream = client().iterate({ query, variables: { after } });
    const next = stream.next();
    await server.ask(ESTABLISH, { input: park(code) });
    const { value } = await next;
    seen.push(value.data.events);
    after = value.data.events.position;
    await stream.return();
  }
  assert.deepEqual(seen.map((item) => [BigInt(item.position) - BigInt(position), item.event.type]), [
    [1n, "ParkEstablished"],
    [2n, "ParkEstablished"],
  ]);
});

test("a document that does not fit is refused", async () => {
  const items = async () => {
    for await (const item of client().iterate({ query: "{ nothing }" })) {
      if (item.errors) throw item.errors;
    }
  };
  await assert.rejects(items());
});

// graphql-transport-ws: the real client, and the protocol's edges one by one.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { ESTABLISH, park, serve } from "./support.mjs";

const PROTOCOL = "graphql-transport-ws";
let server;
before(async () => {
  server = await serve([], { DAFTAR_SUBSCRIPTION__INIT_MAX_SECONDS: "1", DAFTAR_SUBSCRIPTION__PER_CONNECTION_MAX: "2" });
});
after(() => server.stop());

const address = () => server.url.replace("http", "ws");

/** A raw connection: what it receives, in order, until it is closed. */
function raw(options = {}, protocol = PROTOCOL) {
  const socket = new WebSocket(address(), protocol, options);
  const received = [], waiting = [];
  const settle = (item) => (waiting.length ? waiting.shift()(item) : received.push(item));
  socket.on("message", (data) => settle(JSON.parse(data)));
  socket.on("close", (code, reason) => settle({ closed: code, reason: String(reason) }));
  socket.on("unexpected-response", (_, response) => settle({ status: response.statusCode }));
  socket.on("error", () => {});
  return {
    socket,
    opened: new Promise((resolve) => socket.once("open", resolve)),
    next: () => received.length ? Promise.resolve(received.shift()) : new Promise((resolve) => waiting.push(resolve)),
    send: (message) => socket.send(typeof message === "string" ? message : JSON.stringify(message)),
  };
}

/** A connection whose protocol is open. */
async function open() {
  const connection = raw();
  await connection.opened;
  connection.send({ type: "connection_init" });
  assert.deepEqual(await connection.next(), { type: "connection_ack" });
  return connection;
}
const subscribe = (id, query, more = {}) => ({ type: "subscribe", id, payload: { query, ...more } });
const LIVE = "subscription { events { position } }";

async function collect(client, payload, count) {
  const items = [];
  for await (const item of client.iterate(payload)) {
    items.push(item);
    if (items.length === count) break;
  }
  return items;
}

test("the client asks, commands, follows and resumes without a gap or a repetition", async () => {
  const client = createClient({ url: address(), webSocketImpl: WebSocket, retryAttempts: 0 });
  const [answer] = await collect(client, { query: "{ position }" });
  const begin = BigInt(answer.data.position);
  for (const code of ["A-1", "A-2", "A-3"]) {
    const [recorded] = await collect(client, { query: ESTABLISH, variables: { input: park(code) } });
    assert.deepEqual(recorded.data.establishPark.errors, []);
  }
  const query = "subscription ($after: Position!) { events(after: $after) { position } }";
  const two = await collect(client, { query, variables: { after: `${begin}` } }, 2);
  const last = two[1].data.events.position;
  const more = await collect(client, { query, variables: { after: last } }, 1);
  assert.deepEqual([...two, ...more].map((item) => BigInt(item.data.events.position) - begin), [1n, 2n, 3n]);
  await client.dispose();
});

test("a document that does not fit is one `error`, and the connection stays", async () => {
  const client = createClient({ url: address(), webSocketImpl: WebSocket, retryAttempts: 0 });
  await assert.rejects(collect(client, { query: "{ nothing }" }), (errors) => {
    assert.equal(errors[0].extensions.code, "GRAPHQL_VALIDATION_FAILED");
    return true;
  });
  await assert.rejects(collect(client, { query: "{ nothing" }), (errors) => {
    assert.equal(errors[0].extensions.code, "GRAPHQL_PARSE_FAILED");
    return true;
  });
  assert.equal((await collect(client, { query: "{ __typename }" })).length, 1);
  await client.dispose();
});

const init = { type: "connection_init" };
for (const [name, messages, code] of [
  ["no initialisation in time", [], 4408],
  ["a subscription before the initialisation", [subscribe("1", LIVE)], 4401],
  ["two initialisations", [init, init], 4429],
  ["two operations of one name", [init, subscribe("1", LIVE), subscribe("1", LIVE)], 4409],
  ["more operations than a connection may have", [init, ...["1", "2", "3"].map((id) => subscribe(id, LIVE))], 4429],
  ["no JSON", [init, "{"], 4400],
  ["an unknown type", [init, { type: "start", id: "1" }], 4400],
  ["a subscription without a document", [init, { type: "subscribe", id: "1", payload: {} }], 4400],
  ["a subscription without a name", [init, { type: "subscribe", payload: { query: LIVE } }], 4400],
  ["an empty name", [init, subscribe("", LIVE)], 4400],
  ["no JSON before the initialisation", ["hello"], 4400],
]) {
  test(`${name}: ${code}`, async () => {
    const connection = raw();
    await connection.opened;
    messages.forEach(connection.send);
    let item = await connection.next();
    while (item.closed === undefined) item = await connection.next();
    assert.equal(item.closed, code, item.reason);
    assert.ok(item.reason);
  });
}

test("a binary message: 4400", async () => {
  const connection = await open();
  connection.socket.send(Buffer.from("{}"));
  assert.equal((await connection.next()).closed, 4400);
});

test("pings are answered, before the initialisation too, with a payload or without", async () => {
  const connection = raw();
  await connection.opened;
  connection.send({ type: "ping" });
  assert.deepEqual(await connection.next(), { type: "pong" });
  connection.send(init);
  assert.deepEqual(await connection.next(), { type: "connection_ack" });
  connection.send({ type: "pong", payload: { unasked: true } });
  connection.send({ type: "ping", payload: { at: 1 } });
  assert.equal((await connection.next()).type, "pong");
  connection.socket.terminate();
});

test("a name is free again once its operation is complete", async () => {
  const connection = await open();
  connection.send(subscribe("1", LIVE));
  connection.send({ type: "complete", id: "1" });
  connection.send({ type: "complete", id: "never" });
  connection.send(subscribe("1", "{ __typename }"));
  assert.deepEqual((await connection.next()).payload.data, { __typename: "Query" });
  assert.deepEqual(await connection.next(), { type: "complete", id: "1" });
  connection.socket.terminate();
});

test("another protocol, and a page of another origin, are refused before the upgrade", async () => {
  assert.deepEqual(await raw({}, "graphql-ws").next(), { status: 400 });
  assert.deepEqual(await raw({ origin: "https://elsewhere.example" }).next(), { status: 403 });
});

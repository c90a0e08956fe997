// Relay: what its compiler made of `relay/documents.js`, run by its runtime and normalised into its store.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createClient } from "graphql-ws";
import relay from "relay-runtime";
import WebSocket from "ws";
import { serve, units } from "./support.mjs";
import AmendMutation from "./relay/__generated__/documentsAmendMutation.graphql.js";
import EventsSubscription from "./relay/__generated__/documentsEventsSubscription.graphql.js";
import ParkQuery from "./relay/__generated__/documentsParkQuery.graphql.js";
import unitFragment from "./relay/__generated__/documents_unit.graphql.js";
import unitsFragment from "./relay/__generated__/documents_units.graphql.js";

const PARK = { by: { code: "RELAY-1" } };
let server, socket;
before(async () => {
  server = await serve();
  await units(server, PARK.by.code, 7);
  socket = createClient({ url: server.url.replace("http", "ws"), webSocketImpl: WebSocket, retryAttempts: 0 });
});
after(async () => {
  await socket.dispose();
  await server.stop();
});

/** A client of its own, with an empty store. */
function environment() {
  const fetched = async ({ text }, variables) => {
    const response = await fetch(server.url, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/graphql-response+json" },
      body: JSON.stringify({ query: text, variables }),
    });
    return response.json();
  };
  const followed = ({ text, name }, variables) =>
    relay.Observable.create((sink) => socket.subscribe({ query: text, operationName: name, variables }, sink));
  return new relay.Environment({
    network: relay.Network.create(fetched, followed),
    store: new relay.Store(new relay.RecordSource()),
  });
}

const fetchPark = (client, variables) => relay.fetchQuery(client, ParkQuery, { ...PARK, ...variables }).toPromise();
/** What a fragment reads from the store, as a component would. */
const read = (client, fragment, reference) => client.lookup(relay.getSelector(fragment, reference)).data;
const numbers = ({ smes }) => smes.edges.map(({ node }) => Number(node.businessId));

/** The next page of the units, in one direction, as `usePaginationFragment` asks for it. */
async function page(client, direction, count, reference) {
  const { smes } = read(client, unitsFragment, reference);
  const { paginationRequest, paginationMetadata } = relay.getPaginationMetadata(unitsFragment, "test");
  const cursor = direction === "forward" ? smes.pageInfo.endCursor : smes.pageInfo.startCursor;
  const { owner } = relay.getSelector(unitsFragment, reference);
  const variables = relay.getPaginationVariables(direction, count, cursor, owner.variables, { id: reference.id }, paginationMetadata);
  await relay.fetchQuery(client, paginationRequest, variables).toPromise();
  return read(client, unitsFragment, reference).smes;
}

test("pages forward to the end, each unit once", async () => {
  const client = environment();
  const { park } = await fetchPark(client, { first: 3 });
  assert.equal(park.province.code, "IR-10");
  let { smes } = read(client, unitsFragment, park);
  assert.deepEqual([numbers({ smes }), smes.totalCount], [[1, 2, 3], 7]);
  smes = await page(client, "forward", 3, park);
  assert.equal(smes.pageInfo.hasNextPage, true);
  smes = await page(client, "forward", 3, park);
  assert.deepEqual([numbers({ smes }), smes.pageInfo.hasNextPage], [[1, 2, 3, 4, 5, 6, 7], false]);
});

test("pages backward to the beginning", async () => {
  const client = environment();
  const { park } = await fetchPark(client, { last: 3 });
  assert.deepEqual(numbers(read(client, unitsFragment, park)), [5, 6, 7]);
  await page(client, "backward", 3, park);
  const smes = await page(client, "backward", 3, park);
  assert.deepEqual([numbers({ smes }), smes.pageInfo.hasPreviousPage], [[1, 2, 3, 4, 5, 6, 7], false]);
});

test("a command changes the store, a refusal is data with its type, and a refetch by ID agrees", async () => {
  const client = environment();
  const { park } = await fetchPark(client, { first: 1 });
  const [{ node }] = read(client, unitsFragment, park).smes.edges;
  const unit = () => read(client, unitFragment, node);
  const { id, version } = unit();
  const amend = (input) => new Promise((resolve, reject) =>
    relay.commitMutation(client, {
      mutation: AmendMutation,
      variables: { input: { sme: { id }, on: "2019-05-01", ...input } },
      onCompleted: ({ amendSme }) => resolve(amendSme),
      onError: reject,
    }));
  assert.deepEqual((await amend({ headcount: 60 })).errors, []);
  assert.deepEqual([unit().headcount, unit().version], [60, version + 1]);

  const stale = await amend({ headcount: 70, expectedVersion: version });
  assert.deepEqual(stale.errors.map(({ __typename, code, rule }) => [__typename, code, rule]), [["RuleError", "STALE_VERSION", 15]]);
  const wrong = await amend({ isic: "1" });
  assert.deepEqual(wrong.errors.map(({ __typename, code, path }) => [__typename, code, path]), [["RuleError", "INVALID_IDENTIFIER", ["input", "isic"]]]);
  assert.equal(unit().headcount, 60);

  await server.ask("mutation ($input: AmendSmeInput!) { amendSme(input: $input) { position } }", {
    input: { sme: { id }, headcount: 80, on: "2019-06-01" },
  });
  const { refetchableRequest } = relay.getRefetchMetadata(unitFragment, "test");
  await relay.fetchQuery(client, refetchableRequest, { id }).toPromise();
  assert.equal(unit().headcount, 80);
});

test("a subscription tells of a command, and what it tells is in the store", async () => {
  const client = environment();
  const { position } = await server.ask("{ position }");
  const { park } = await fetchPark(client, { first: 2 });
  const [, { node }] = read(client, unitsFragment, park).smes.edges;
  const told = new Promise((resolve, reject) => {
    const { dispose } = relay.requestSubscription(client, {
      subscription: EventsSubscription,
      variables: { after: position },
      onNext: ({ events }) => { dispose(); resolve(events); },
      onError: reject,
    });
  });
  await server.ask("mutation ($input: AmendSmeInput!) { amendSme(input: $input) { position } }", {
    input: { sme: { id: read(client, unitFragment, node).id }, headcount: 99, on: "2019-05-01" },
  });
  const events = await told;
  assert.deepEqual([events.position, events.event.type], [`${BigInt(position) + 1n}`, "SmeAmended"]);
  assert.equal(read(client, unitFragment, node).headcount, 99);
});

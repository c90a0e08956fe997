// urql with the types that graphql-codegen derives from the schema: `tsc` checks this file, and it runs as it stands.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Client, fetchExchange, subscriptionExchange } from "@urql/core";
import type { OperationResult, SubscriptionForwarder } from "@urql/core";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { serve, units } from "./support.mjs";
import { useFragment as read } from "./urql/__generated__/index.ts";
import type { FragmentType } from "./urql/__generated__/index.ts";
import type { AmendSmeInput } from "./urql/__generated__/graphql.ts";
import { Amend, Events, Unit, UnitById, Units } from "./urql/documents.ts";

const FILTER = { parkCode: { eq: "URQL-1" } };
let server: Awaited<ReturnType<typeof serve>>;
let socket: ReturnType<typeof createClient>;
let client: Client;
before(async () => {
  server = await serve();
  await units(server, "URQL-1", 7);
  socket = createClient({ url: server.url.replace("http", "ws"), webSocketImpl: WebSocket, retryAttempts: 0 });
  const forwardSubscription: SubscriptionForwarder = ({ query = "", variables = {} }) => ({
    subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query, variables }, sink) }),
  });
  client = new Client({ url: server.url, exchanges: [fetchExchange, subscriptionExchange({ forwardSubscription })] });
});
after(async () => {
  await socket.dispose();
  await server.stop();
});

/** The data of an answer; an error fails the test. */
function data<T>({ data, error }: OperationResult<T>): T {
  assert.equal(error, undefined);
  assert.ok(data);
  return data;
}
const numbers = (list: FragmentType<typeof Unit>[] = []) => list.map((unit) => Number(read(Unit, unit).businessId));

test("pages forward and backward", async () => {
  const first = data(await client.query(Units, { filter: FILTER, first: 4 })).smes;
  assert.deepEqual([numbers(first?.nodes), first?.totalCount], [[1, 2, 3, 4], 7]);
  const rest = data(await client.query(Units, { filter: FILTER, first: 4, after: first?.pageInfo.endCursor })).smes;
  assert.deepEqual([numbers(rest?.nodes), rest?.pageInfo.hasNextPage], [[5, 6, 7], false]);
  const back = data(await client.query(Units, { filter: FILTER, last: 2, before: rest?.pageInfo.startCursor })).smes;
  assert.deepEqual([numbers(back?.nodes), back?.pageInfo.hasPreviousPage], [[3, 4], true]);
});

test("a unit is looked up by what people know it by, and an unknown one is null", async () => {
  const { sme } = data(await client.query(UnitById, { by: { businessId: "000000000001" } }));
  assert.deepEqual(sme?.park, { name: "شهرک صنعتی", area: "12.5" });
  const found = read(Unit, sme);
  const again = data(await client.query(UnitById, { by: { id: found?.id ?? "" } }));
  assert.deepEqual(read(Unit, again.sme), found);
  assert.equal(data(await client.query(UnitById, { by: { businessId: "999999999999" } })).sme, null);
});

test("a refused command is data, and a question that can't be answered has a code", async () => {
  const unit = read(Unit, data(await client.query(UnitById, { by: { businessId: "000000000002" } })).sme);
  assert.ok(unit);
  const input: AmendSmeInput = { sme: { id: unit.id }, headcount: 60, on: "2019-05-01", expectedVersion: unit.version };
  const amended = data(await client.mutation(Amend, { input })).amendSme;
  assert.deepEqual([read(Unit, amended.sme)?.headcount, amended.errors], [60, []]);
  const stale = data(await client.mutation(Amend, { input: { ...input, headcount: 61 } })).amendSme;
  assert.deepEqual(stale.errors.map((error) => [error.__typename, error.code]), [["RuleError", "STALE_VERSION"]]);
  assert.equal(stale.position, null);
  const { error } = await client.query(UnitById, { by: { businessId: "1" } });
  assert.equal(error?.graphQLErrors[0]?.extensions["code"], "INVALID_VALUE");
});

test("a subscription tells of a command", async () => {
  const { position } = await server.ask("{ position }");
  const told = new Promise<string>((resolve) => {
    const { unsubscribe } = client.subscription(Events, { after: position }).subscribe((result) => {
      unsubscribe();
      resolve(data(result).events.event?.type ?? "");
    });
  });
  data(await client.mutation(Amend, { input: { sme: { businessId: "000000000003" }, headcount: 7, on: "2019-05-01" } }));
  assert.equal(await told, "SmeAmended");
});

// A running server of its own for each suite, and how suites ask it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export const repository = new URL("../..", import.meta.url).pathname;
const binary = process.env.DAFTAR;


/** Serves a new record, or the reference set with `--demo` among the arguments, on a free port. */
export async function serve(arguments_ = [], settings = {}) {
  assert.ok(binary, "DAFTAR names the binary: start the suites with tests/node/run");
  const folder = await mkdtemp(join(tmpdir(), "daftar-"));
  const child = spawn(binary, ["serve", "--listen", "127.0.0.1:0", "--data", join(folder, "record"), ...arguments_], {
    env: { ...process.env, ...settings },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  let host;
  for await (const line of createInterface({ input: child.stdout })) {
    host ??= line.match(/http:\/\/([^/]+)\/graphql/)?.[1];
    if (line.includes("Stop it with")) break;
  }
  assert.ok(host, "the server started");
  const url = `http://${host}/graphql`;
  return {
    host,
    url,
    ask: (query, variables = {}) => ask(url, query, variables),
    async stop() {
      child.kill("SIGTERM");
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}

/** The data of an answer; an error fails the test. */
export async function ask(url, query, variables) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/graphql-response+json" },
    body: JSON.stringify({ query, variables }),
  });
  const answer = await response.json();
  assert.equal(answer.errors, undefined, JSON.stringify(answer.errors));
  return answer.data;
}

/** Establishes a park: the shortest command there is. */
export function park(code) {
  return {
    code, name: "شهرک صنعتی", kind: "PARK", province: "IR-10", area: "12.5", plots: 10, on: "2010-01-01",
  };
}
export const ESTABLISH =
  "mutation Establish($input: EstablishParkInput!) { establishPark(input: $input) { position errors { code path } } }";

/** A park with units, numbered from 1, taken over from before the registry. */
export async function units(server, code, count) {
  const { establishPark } = await server.ask(ESTABLISH, { input: park(code) });
  assert.deepEqual(establishPark.errors, []);
  const takeOverSme = (number) => ({
    businessId: String(number).padStart(12, "0"), legalId: "10380284790", name: `واحد ${number}`, province: "IR-10",
    park: { code }, isic: "1010", headcount: 10 + number, status: { producing: "ACTIVE" },
    licence: { number: `L-${number}`, issued: "2015-03-21", expires: "2030-03-21" },
  });
  const commands = Array.from({ length: count }, (_, index) => ({ takeOverSme: takeOverSme(index + 1) }));
  const { submit } = await server.ask("mutation ($input: SubmitInput!) { submit(input: $input) { errors { code path } } }", {
    input: { commands },
  });
  assert.deepEqual(submit.flatMap(({ errors }) => errors), []);
}

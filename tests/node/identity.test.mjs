// A real identity provider: tokens of services and of people who log in, in their right form and in every wrong one.
import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient as createStreamClient } from "graphql-sse";
import { createClient as createSocketClient } from "graphql-ws";
import { SignJWT, UnsecuredJWT, exportJWK, importJWK } from "jose";
import Provider from "oidc-provider";
import WebSocket from "ws";
import { ESTABLISH, park, serve } from "./support.mjs";

const AUDIENCE = "daftar";
/** What the provider says of its services and people. */
const GRANTS = {
  importer: { roles: ["OPERATOR"], provinces: ["IR-10"] },
  auditing: { roles: ["AUDITOR"] },
  sara: { roles: ["OPERATOR"], provinces: ["IR-23"] },
};

async function keyPair(kid, kind, options, alg) {
  const { privateKey } = generateKeyPairSync(kind, options);
  return { ...(await exportJWK(privateKey)), kid, use: "sig", alg };
}
const elliptic = (kid) => keyPair(kid, "ec", { namedCurve: "P-256" }, "ES256");

/** A provider at one address whose keys, lifetimes and answers the tests change. */
class Identities {
  away = false;
  lifetime = 600;
  algorithm = "ES256";
  asked = 0;

  async start() {
    this.rsa = await keyPair("rsa", "rsa", { modulusLength: 2048 }, "RS256");
    this.key = await elliptic("first");
    this.server = createServer((request, response) => {
      if (request.url.startsWith("/jwks")) this.asked += 1;
      if (this.away) return response.writeHead(503).end();
      this.handle(request, response);
    });
    await new Promise((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    this.issuer = `http://127.0.0.1:${this.server.address().port}`;
    this.renew();
    return this;
  }

  /** The provider of the keys of now, as after a restart. */
  renew() {
    const secret = randomBytes(16).toString("hex");
    const service = (client_id) => ({
      client_id, client_secret: client_id + client_id + client_id, grant_types: ["client_credentials"],
      redirect_uris: [], response_types: [],
    });
    const page = {
      client_id: "page", token_endpoint_auth_method: "none", application_type: "native",
      grant_types: ["authorization_code"], redirect_uris: ["http://127.0.0.1/back"],
    };
    const provider = new Provider(this.issuer, {
      clients: [service("importer"), service("auditing"), page],
      cookies: { keys: [secret] },
      jwks: { keys: [this.key, this.rsa] },
      claims: { openid: ["sub"] },
      features: {
        clientCredentials: { enabled: true },
        devInteractions: { enabled: true },
        resourceIndicators: {
          enabled: true,
          useGrantedResource: () => true,
          getResourceServerInfo: (_, resource) => ({
            scope: "registry", audience: resource.split(":").pop(), accessTokenFormat: "jwt",
            accessTokenTTL: this.lifetime, jwt: { sign: { alg: this.algorithm } },
          }),
        },
      },
      extraTokenClaims: (_, token) => GRANTS[token.accountId ?? token.clientId],
      findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    });
    this.handle = provider.callback();
  }

  async token(parameters, path = "/token") {
    const response = await fetch(this.issuer + path, { method: "POST", body: new URLSearchParams(parameters) });
    const answer = await response.json();
    assert.ok(answer.access_token, JSON.stringify(answer));
    return answer;
  }

  /** The token of a service account. */
  async service(client_id, audience = AUDIENCE) {
    const answer = await this.token({
      grant_type: "client_credentials", client_id, client_secret: client_id + client_id + client_id,
      resource: `urn:${audience}`, scope: "registry",
    });
    return answer.access_token;
  }

  /** The tokens of a person who logs in with a browser: a code, with PKCE, for a page. */
  async login(person) {
    const jar = new Map();
    const visit = async (url, form) => {
      const response = await fetch(new URL(url, this.issuer), {
        redirect: "manual", method: form ? "POST" : "GET", body: form && new URLSearchParams(form),
        headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") },
      });
      for (const cookie of response.headers.getSetCookie()) {
        const [, name, value] = cookie.match(/^([^=]+)=([^;]*)/);
        jar.set(name, value);
      }
      return response;
    };
    const verifier = randomBytes(32).toString("base64url");
    const question = new URLSearchParams({
      client_id: "page", response_type: "code", scope: "openid registry", redirect_uri: "http://127.0.0.1/back",
      resource: `urn:${AUDIENCE}`, code_challenge_method: "S256",
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    });
    let response = await visit(`/auth?${question}`);
    for (let step = 0; step < 12; step += 1) {
      const place = response.headers.get("location");
      if (place?.startsWith("http://127.0.0.1/back")) {
        const code = new URL(place).searchParams.get("code");
        assert.ok(code, place);
        return this.token({
          grant_type: "authorization_code", code, client_id: "page", code_verifier: verifier,
          redirect_uri: "http://127.0.0.1/back", resource: `urn:${AUDIENCE}`,
        });
      }
      if (place) {
        response = await visit(place);
        continue;
      }
      const text = await response.text();
      const [, action] = text.match(/<form[^>]*action="([^"]+)"/) ?? assert.fail(text);
      const prompt = text.includes('value="login"') ? { prompt: "login", login: person, password: "x" } : { prompt: "consent" };
      response = await visit(action, prompt);
    }
    assert.fail("the login does not end");
  }

  /** A token of the provider's own key that it would never make. */
  async forged(claims = {}, header = {}) {
    const now = Math.floor(Date.now() / 1000);
    const key = await importJWK(this.key, "ES256");
    return new SignJWT({
      iss: this.issuer, aud: AUDIENCE, sub: "importer", iat: now, exp: now + 600, ...GRANTS.importer, ...claims,
    }).setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid: this.key.kid, ...header }).sign(key);
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

let identities, server;
before(async () => {
  identities = await new Identities().start();
  server = await serve([], {
    DAFTAR_IDENTITY__ISSUER: identities.issuer,
    DAFTAR_IDENTITY__JWKS: `${identities.issuer}/jwks`,
    DAFTAR_IDENTITY__ALGORITHMS: "[ES256]",
    DAFTAR_IDENTITY__CLOCK_SKEW_MAX_SECONDS: "5",
    DAFTAR_IDENTITY__KEYS_RETRY_SECONDS: "1",
    DAFTAR_IDENTITY__KEYS_FRESH_SECONDS: "2",
    DAFTAR_VAULT_KEY: randomBytes(32).toString("base64"),
  });
});
after(async () => {
  await server.stop();
  identities.stop();
});

/** Status and answer of a request with a token. */
async function asked(token, query, variables) {
  const headers = { "content-type": "application/json", accept: "application/graphql-response+json" };
  if (token) headers.authorization = `Bearer ${token}`;
  const response = await fetch(server.url, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
  return { status: response.status, challenge: response.headers.get("www-authenticate"), ...(await response.json()) };
}

const VIEWER = "{ viewer { actorId roles provinces } }";

async function refused(token, why) {
  const answer = await asked(token, VIEWER);
  assert.deepEqual([answer.status, answer.errors?.[0].extensions.code], [401, "UNAUTHENTICATED"], why);
  assert.match(answer.challenge, /^Bearer/);
  assert.ok(!JSON.stringify(answer).includes(token), "the token is not told again");
}

test("a service account acts in its role and its provinces", async () => {
  const token = await identities.service("importer");
  const { data } = await asked(token, VIEWER);
  assert.deepEqual([data.viewer.roles, data.viewer.provinces], [["PUBLIC", "OPERATOR"], ["IR-10"]]);
  const recorded = await asked(token, ESTABLISH, { input: park("I-1") });
  assert.deepEqual(recorded.data.establishPark.errors, []);
  const elsewhere = await asked(token, ESTABLISH, { input: { ...park("I-2"), province: "IR-23" } });
  assert.equal(elsewhere.data.establishPark.errors[0].code, "OUT_OF_PROVINCE");
});

test("a person who logs in is known by one random ID, and an ID token lets nobody in", async () => {
  const [first, second] = [await identities.login("sara"), await identities.login("sara")];
  const viewers = [];
  for (const { access_token } of [first, second]) viewers.push((await asked(access_token, VIEWER)).data.viewer);
  assert.deepEqual(viewers[0], viewers[1]);
  assert.deepEqual(viewers[0].provinces, ["IR-23"]);
  assert.ok(!viewers[0].actorId.includes("sara"));
  await refused(first.id_token, "an ID token");
});

test("whoever shows no token is public", async () => {
  assert.deepEqual((await asked(undefined, VIEWER)).data.viewer.roles, ["PUBLIC"]);
  const recorded = await asked(undefined, ESTABLISH, { input: park("I-3") });
  assert.equal(recorded.data.establishPark.errors[0].code, "FORBIDDEN");
});

test("a token for another audience, of another issuer or by another algorithm is refused", async () => {
  await refused(await identities.service("importer", "elsewhere"), "another audience");
  await refused(await identities.forged({ iss: "http://127.0.0.1:1" }), "another issuer");
  await refused(await identities.forged({ aud: undefined }), "no audience");
  identities.algorithm = "RS256";
  try {
    await refused(await identities.service("importer"), "an algorithm that the settings don't name");
  } finally {
    identities.algorithm = "ES256";
  }
});

test("no signature, or one by the public key as a secret, counts for nothing", async () => {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: identities.issuer, aud: AUDIENCE, sub: "importer", exp: now + 600, ...GRANTS.importer };
  await refused(new UnsecuredJWT(claims).encode(), "none");
  const { d: _, ...open } = identities.key;
  for (const secret of [JSON.stringify(open), open.x, open.x + open.y]) {
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: "HS256", kid: identities.key.kid })
      .sign(new TextEncoder().encode(secret));
    await refused(token, "the public key as a secret");
  }
  const [head, body, signature] = (await identities.service("importer")).split(".");
  const other = Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(body, "base64url")), roles: ["ADMINISTRATOR"] }));
  await refused([head, other.toString("base64url"), signature].join("."), "other claims under the signature");
  await refused([head, body, signature.slice(0, -4) + "AAAA"].join("."), "another signature");
  const stranger = await importJWK(await elliptic(identities.key.kid), "ES256");
  const alike = new SignJWT(claims).setProtectedHeader({ alg: "ES256", kid: identities.key.kid, typ: "at+jwt" });
  await refused(await alike.sign(stranger), "a stranger's key under the provider's key ID");
  await refused(await identities.forged({}, { kid: "../../etc/passwd" }), "a key ID that is a path");
  await refused(await identities.forged({}, { typ: "logout+jwt" }), "another type");
});

test("clocks may differ by as much as the settings say", async () => {
  const now = Math.floor(Date.now() / 1000);
  const { status } = await asked(await identities.forged({ exp: now - 2 }), VIEWER);
  assert.equal(status, 200, "expired within the skew");
  assert.equal((await asked(await identities.forged({ nbf: now + 3 }), VIEWER)).status, 200, "not yet, within the skew");
  await refused(await identities.forged({ exp: now - 60 }), "expired");
  await refused(await identities.forged({ nbf: now + 60 }), "not yet");
  await refused(await identities.forged({ exp: undefined }), "no end");
});

test("a WebSocket ends with its token, and says so", async () => {
  const token = await identities.forged({ exp: Math.floor(Date.now() / 1000) - 3, roles: ["AUDITOR"] });
  const client = createSocketClient({
    url: server.url.replace("http", "ws"), webSocketImpl: WebSocket, retryAttempts: 0,
    connectionParams: { authorization: `Bearer ${token}` },
  });
  const closed = new Promise((resolve) => client.on("closed", resolve));
  const seen = [];
  const read = async () => {
    for await (const item of client.iterate({ query: 'subscription { events(after: "0") { position } }' })) seen.push(item);
  };
  await assert.rejects(read());
  const { code, reason } = await closed;
  assert.equal(code, 4401);
  assert.match(reason, /expired/);
  assert.ok(seen.length > 0, "it was let in before");
  const wrong = createSocketClient({
    url: server.url.replace("http", "ws"), webSocketImpl: WebSocket, retryAttempts: 0,
    connectionParams: { authorization: "Bearer x.y.z" },
  });
  const shut = new Promise((resolve) => wrong.on("closed", resolve));
  await assert.rejects(async () => { for await (const _ of wrong.iterate({ query: VIEWER })); });
  assert.equal((await shut).code, 4403);
});

test("a stream ends with its token, and says so", async () => {
  const token = await identities.forged({ exp: Math.floor(Date.now() / 1000) - 3, roles: ["AUDITOR"] });
  const client = createStreamClient({
    url: server.url, retryAttempts: 0, headers: { authorization: `Bearer ${token}` },
  });
  const items = [];
  for await (const item of client.iterate({ query: 'subscription { events(after: "0") { position } }' })) items.push(item);
  assert.equal(items.at(-1).errors[0].extensions.code, "TOKEN_EXPIRED");
  assert.ok(items[0].data.events.position, "it was let in before");
});

test("keys that were rotated are read anew, and old ones verify nothing more", async () => {
  const before = await identities.service("importer");
  assert.equal((await asked(before, VIEWER)).status, 200);
  identities.key = await elliptic("second");
  identities.renew();
  const now = await identities.service("importer");
  await sleep(1100);
  assert.equal((await asked(now, VIEWER)).status, 200);
  await refused(before, "by a key that is no longer published");
});

test("unknown key IDs have the keys asked for again, but not for each token", async () => {
  const before = identities.asked;
  for (let turn = 0; turn < 20; turn += 1) await refused(await identities.forged({}, { kid: `unknown-${turn}` }), "unknown");
  assert.ok(identities.asked - before <= 3, `${identities.asked - before} times`);
});

test("a provider that is away keeps nobody out whose key is known", async () => {
  const token = await identities.service("auditing");
  identities.away = true;
  try {
    await sleep(2200);
    const { status, data } = await asked(token, VIEWER);
    assert.deepEqual([status, data?.viewer.roles], [200, ["PUBLIC", "AUDITOR"]]);
  } finally {
    identities.away = false;
  }
});

// The gates of the published schema: graphql-eslint's rules, and what would break the clients of the last release.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { CriticalityLevel, diff } from "@graphql-inspector/core";
import graphql from "@graphql-eslint/eslint-plugin";
import { ESLint } from "eslint";
import { buildSchema, isObjectType } from "graphql";
import { repository } from "./support.mjs";

const SCHEMA = `${repository}schema/schema.graphql`;
const rules = graphql.configs;

test("graphql-eslint finds nothing in the schema", async () => {
  const eslint = new ESLint({
    cwd: repository,
    overrideConfigFile: true,
    overrideConfig: {
      files: ["**/*.graphql"],
      languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: SCHEMA } } },
      plugins: { "@graphql-eslint": graphql },
      linterOptions: { reportUnusedDisableDirectives: "error" },
      rules: {
        ...rules["flat/schema-recommended"].rules,
        ...rules["flat/schema-relay"].rules,
        "@graphql-eslint/require-description": [
          "error",
          { types: true, FieldDefinition: true, InputValueDefinition: true, EnumValueDefinition: true },
        ],
        "@graphql-eslint/require-deprecation-reason": "error",
        "@graphql-eslint/require-deprecation-date": "error",
        "@graphql-eslint/input-name": ["error", { checkInputType: true, caseSensitiveInputType: false }],
        "@graphql-eslint/no-scalar-result-type-on-mutation": "error",
        "@graphql-eslint/relay-arguments": ["error", { includeBoth: true }],
        // The test below takes its place: values, pages and payloads have no ID.
        "@graphql-eslint/strict-id-in-types": "off",
        // Relay asks edges of connections only; a list of plain objects is no connection.
        "@graphql-eslint/relay-edge-types": ["error", { listTypeCanWrapOnlyEdgeType: false, shouldImplementNode: false, withEdgeSuffix: true }],
      },
    },
  });
  const found = (await eslint.lintFiles([SCHEMA])).flatMap(({ messages }) => messages);
  assert.deepEqual(found.map(({ line, ruleId, message }) => `${line}: ${ruleId}: ${message}`), []);
});

test("what has an `id` is a Node, and the other way round", async () => {
  const schema = buildSchema(await readFile(SCHEMA, "utf8"));
  const objects = Object.values(schema.getTypeMap()).filter(isObjectType);
  const nodes = objects.filter((type) => type.getInterfaces().some(({ name }) => name === "Node"));
  assert.ok(nodes.length > 0);
  assert.deepEqual(objects.filter((type) => type.getFields().id).map(({ name }) => name), nodes.map(({ name }) => name));
  for (const type of nodes) assert.equal(String(type.getFields().id.type), "ID!", type.name);
});

test("clients of the last release still work", async () => {
  const read = async (name) => buildSchema(await readFile(`${repository}schema/${name}`, "utf8"));
  const changes = await diff(await read("released.graphql"), await read("schema.graphql"));
  const breaking = changes.filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking);
  assert.deepEqual(breaking.map(({ message }) => message), []);
});

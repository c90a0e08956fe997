// Builds GraphiQL from its npm package into the folder that the feature `graphiql` embeds.
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { build } from "esbuild";

const out = process.argv[2] ?? new URL("../../../crates/api/graphiql", import.meta.url).pathname;
const from = (name) => new URL(name, import.meta.url).pathname;
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

const { outputFiles } = await build({
  entryPoints: {
    graphiql: from("main.mjs"),
    "editor.worker": "monaco-editor/esm/vs/editor/editor.worker.js",
    "graphql.worker": "monaco-graphql/esm/graphql.worker.js",
    "json.worker": "monaco-editor/esm/vs/language/json/json.worker.js",
  },
  bundle: true,
  write: false,
  minify: true,
  legalComments: "eof",
  format: "iife",
  target: "es2022",
  loader: { ".ttf": "dataurl" },
  define: { "process.env.NODE_ENV": '"production"' },
  outdir: out,
});
for (const { path, contents } of outputFiles) {
  await writeFile(`${path}.gz`, await promisify(gzip)(contents, { level: 9 }));
}
await writeFile(`${out}/index.html`, await readFile(from("index.html")));

// GraphiQL for the server that the page came from: queries and commands over HTTP, subscriptions over a WebSocket.
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import "graphiql/style.css";
import { createClient } from "graphql-ws";
import { createElement } from "react";
import { createRoot } from "react-dom/client";

const worker = (name) => new Worker(`/graphiql/${name}.worker.js`);
globalThis.MonacoEnvironment = {
  getWorker: (_, label) => worker(["graphql", "json"].includes(label) ? label : "editor"),
};

const EXAMPLE = `# Ctrl+Enter runs; Ctrl+Space tells what may come next.
query Overview($period: PeriodInput!) {
  overview(period: $period) {
    smes { total active activeShare idle exporting }
    industrialParks exportConsortiums exportManagementCompanies
    exports { valueUsd byCommodityGroup { commodityGroup valueUsd share } }
  }
}
`;
const VARIABLES = { period: { solarHijri: { year: 1398, fromMonth: 1, toMonth: 9 } } };

const fetcher = createGraphiQLFetcher({
  url: "/graphql",
  wsClient: createClient({ url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/graphql` }),
});
createRoot(document.getElementById("graphiql")).render(
  createElement(GraphiQL, { fetcher, defaultQuery: EXAMPLE, initialVariables: JSON.stringify(VARIABLES, null, 2) }),
);

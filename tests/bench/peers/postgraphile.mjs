// PostGraphile 5 as one would run it in production: postgraphile.mjs PORT DATABASE_URL
import { createServer } from 'node:http'
import { postgraphile } from 'postgraphile'
import { makePgService } from 'postgraphile/adaptors/pg'
import { grafserv } from 'postgraphile/grafserv/node'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'
import { PostGraphileConnectionFilterPreset } from 'postgraphile-plugin-connection-filter'

const [port, connectionString] = process.argv.slice(2)
const server = createServer()
const peer = postgraphile({
  extends: [PostGraphileAmberPreset, PostGraphileConnectionFilterPreset],
  pgServices: [makePgService({ connectionString, schemas: ['registry'], poolConfig: { max: 10 } })],
  grafserv: { watch: false, graphiql: false, websockets: false },
  grafast: { explain: false },
})
await peer.createServ(grafserv).addTo(server)
server.listen(Number(port), '127.0.0.1')

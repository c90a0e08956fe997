// Fills PostgreSQL with what a Daftar server answers, asks both the same, compares the answers, and drives them in turns.
// See run. Its own processes only, on loopback, every load bounded in time; the first wrong answer ends it.
// --times N: over N times the national data. --alone: reads only, beside a Daftar over the national data once.
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { everything, items } from './questions.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const text = (fallback) => ({ type: 'string', default: fallback })
const { values: options } = parseArgs({ options: {
  lab: text(), daftar: text(), bench: text(), database: text(), seconds: text('2'), rounds: text('3'), connections: text('1,16,64'), items: text(), times: text('1'), alone: { type: 'boolean', default: false } } })
const { lab, alone } = options
const pg = createRequire(join(lab, 'package.json'))('pg')
const sleep = (time) => new Promise((done) => setTimeout(done, time))
const median = (all) => all.toSorted((a, b) => a - b)[all.length >> 1]
const free = () => new Promise((done) => {
  const socket = createServer().listen(0, '127.0.0.1', () => { const { port } = socket.address(); socket.close(() => done(port)) })
})

// ---- servers
const servers = []
const start = async (name, kind, command, port, path = '/graphql', environment = {}) => {
  const child = spawn(command[0], command.slice(1), { stdio: 'ignore', env: { ...process.env, NODE_ENV: 'production', ...environment } })
  const server = { name, kind, child, pids: [child.pid], url: `http://127.0.0.1:${port}${path}` }
  servers.push(server)
  for (let attempt = 0; attempt < 1200; attempt++) {
    assert.equal(child.exitCode, null, `${name} ended`)
    // Refused until it listens, 503 until it has read its record.
    const answer = await fetch(server.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"query":"{__typename}"}' }).catch(() => null)
    if (answer && answer.status !== 503) return server
    await sleep(500)
  }
  throw new Error(`${name} does not answer`)
}
const daftar = async (name, folder, cached) => {
  const port = await free()
  const command = [options.daftar, 'serve', '--demo', '--data', folder, '--listen', `127.0.0.1:${port}`]
  return start(name, 'daftar', command, port, '/graphql', cached ? {} : { DAFTAR_GRAPHQL__ANSWERS_CACHED_MAX: '0' })
}
const stop = async ({ child }) => {
  const gone = new Promise((done) => child.once('exit', done))
  child.kill('SIGTERM')
  await gone
  servers.splice(servers.findIndex((server) => server.child === child), 1)
}
const family = (roots) => {
  const parents = new Map(readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((pid) => {
    try { return [Number(pid), Number(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ')[1])] } catch { return [Number(pid), 0] }
  }))
  const found = [...roots]
  for (const pid of found) for (const [child, parent] of parents) if (parent === pid && !found.includes(child)) found.push(child)
  return found
}
const measured = (roots, read) => family(roots).reduce((sum, pid) => { try { return sum + read(pid) } catch { return sum } }, 0)
const processorSeconds = (server) => measured(server.pids, (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100 // USER_HZ of Linux
})
const mebibytes = (server) => measured(server.pids, (pid) => Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]) / 1024)

// ---- asking
const body = ({ kind }, item, variables) => JSON.stringify({ query: item[kind], variables: item.shape?.[kind]?.(variables) ?? variables })
const ask = async (server, content) => {
  const response = await fetch(server.url, { method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json' }, body: content })
  const answer = await response.text()
  const { data, errors } = JSON.parse(answer)
  assert.equal(errors, undefined, `${server.name}: ${answer.slice(0, 400)}\nto ${content.slice(0, 400)}`)
  return { data, answer }
}
const all = async (server, { document }) => {
  const rows = []
  for (let after = null, more = true; more;) {
    const { data: { page } } = await ask(server, JSON.stringify({ query: document, variables: { after } }))
    rows.push(...page.nodes)
    ;({ hasNextPage: more, endCursor: after } = page.pageInfo)
  }
  return rows
}

// ---- data
const read = async (source) => ({ parks: await all(source, everything.parks), units: await all(source, everything.units), exports: await all(source, everything.exports) })
const fill = async ({ parks, units, exports }) => {
  const client = new pg.Client({ connectionString: `${options.database}/postgres` })
  await client.connect()
  await client.query('drop database if exists registry')
  await client.query('create database registry')
  await client.end()
  const tables = new pg.Client({ connectionString: `${options.database}/registry` })
  await tables.connect()
  await tables.query(readFileSync(join(here, 'schema.sql'), 'utf8'))
  const insert = async (into, columns, rows) => {
    const [names, types] = [Object.keys(columns).join(), Object.values(columns)]
    for (let at = 0; at < rows.length; at += 5000) {
      const part = rows.slice(at, at + 5000), arrays = types.map((_, column) => part.map((row) => row[column]))
      await tables.query(`insert into registry.${into} (${names}) select * from unnest(${types.map((type, index) => `$${index + 1}::${type}[]`)})`, arrays)
    }
  }
  const parkNumbers = new Map(parks.map((park, index) => [park.code, index + 1]))
  const unitNumbers = new Map(units.map((unit, index) => [unit.businessId, index + 1]))
  await insert('parks', { id: 'int', code: 'text', name: 'text' }, parks.map((park, index) => [index + 1, park.code, park.name]))
  await insert('units', { id: 'int', business_id: 'text', name: 'text', province: 'text', status: 'text', park_id: 'int' },
    units.map((unit, index) => [index + 1, unit.businessId, unit.name, unit.province.code, unit.status, unit.park && parkNumbers.get(unit.park.code)]))
  await insert('exports', { unit_id: 'int', day: 'date', month: 'text', declaration: 'text', office: 'text', item: 'int', hs: 'text', country: 'text', commodity_group: 'text', kg: 'numeric', usd: 'numeric' },
    exports.map((one) => [unitNumbers.get(one.sme?.businessId), one.on, one.month, one.declaration, one.office, one.item, one.hs, one.destination.code, one.commodityGroup, one.netWeight, one.valueUsd]))
  await tables.query(readFileSync(join(here, 'indexes.sql'), 'utf8'))
  await tables.query('vacuum analyze')
  const { rows: [{ data_directory: folder }] } = await tables.query('show data_directory')
  await tables.end()
  return Number(readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')[0])
}

// Every 53rd unit and every 7th exporter; phrases of two words, a third of them as typed on an Arabic keyboard.
const variables = ({ units, exports }) => {
  const exporters = [...new Set(exports.flatMap((one) => one.sme?.businessId ?? []))]
  const every = (list, step) => list.filter((_, index) => index % step === 0)
  const provinces = [...new Set(units.map((unit) => unit.province.code))]
  const words = every(units, 149).map((unit) => unit.name.split(' ').slice(0, 2).join(' '))
  // New exports lie after the nine months, so that sums stay as they are: by units that may export then.
  const licensed = ({ licences }) => licences.some((one) => one.issuedOn <= '2020-01-01' && (one.revokedOn ?? one.expiresOn) > '2020-02-01')
  const may = (unit) => unit.status === 'ACTIVE' && unit.statusSince <= '2020-01-01' && licensed(unit)
  const active = units.filter(may).map((unit) => unit.businessId)
  const ofProvinces = provinces.flatMap((province) => ['ACTIVE', 'IDLE'].map((status) => ({ province, status, first: 20 })))
  return {
    unit: [...every(units, 53).map((unit) => unit.businessId), ...every(exporters, 7)].map((businessId) => ({ businessId })),
    'page of 20': ofProvinces,
    'page of 20, counted': ofProvinces,
    overview: [{}],
    'month × destination': [{}],
    search: words.map((phrase, index) => ({ text: index % 3 ? phrase : phrase.replaceAll('ی', 'ي').replaceAll('ک', 'ك') })),
    recordExport: every(active, 31).map((businessId, index) => ({ businessId, day: `2020-01-${String(index % 28 + 1).padStart(2, '0')}`, hs: '08042010', country: 'IQ', kg: index + 100, usd: `${index + 1000}.50` })),
  }
}
// The cursor of the row at a depth is each server's own: its list is walked there.
const deep = async (server) => {
  const found = []
  for (let rows = 0, after = null; rows < 11_000; rows += 100) {
    const { data: { page } } = await ask(server, body(server, items['10,000 rows in'], { status: 'ACTIVE', first: 100, after }))
    after = page.pageInfo.endCursor
    if (rows >= 9_900) found.push({ status: 'ACTIVE', first: 20, after })
  }
  return found
}

// ---- load
let next = 10_000_000
const slice = async (server, file, connections) => {
  const before = processorSeconds(server)
  const { stdout } = await promisify(execFile)('wrk', ['-t1', `-c${connections}`, `-d${options.seconds}s`, '--timeout', '10s', '-s', join(here, 'load.lua'), server.url, '--', file, String(next)])
  const [, requests, seconds, p50, p99, failed, asked, shown] = /RESULT (\d+) (\S+) (\S+) (\S+) (\d+) (\d+) (.*)/.exec(stdout)
  next += Number(asked) + 1
  assert.equal(failed, '0', `${server.name}: ${failed} wrong answers, such as ${shown}`)
  return { rate: requests / seconds, p50: Number(p50), p99: Number(p99), processor: (processorSeconds(server) - before) * 1e6 / requests }
}
const figure = (number) => number >= 100 ? Math.round(number).toLocaleString('en') : number.toFixed(number >= 10 ? 1 : 2)

const main = async () => {
  for (const name of ['daftar', 'computed', 'once']) rmSync(join(lab, name), { recursive: true, force: true })
  if (options.times !== '1') await promisify(execFile)(options.daftar, ['demo', '--times', options.times, '--data', join(lab, 'daftar')])
  let cached, computed, peer, data
  if (alone) {
    // Neither answers from its cache. What is asked is in both: the national data are the first part of the others.
    peer = await daftar('daftar, computed, once', join(lab, 'once'), false)
    data = await read(peer)
    cached = computed = await daftar(`daftar, computed, ${options.times} times`, join(lab, 'daftar'), false)
  } else {
    const first = await daftar('daftar', join(lab, 'daftar'), true)
    data = await read(first)
    await stop(first)
    // A second server over a copy of the store, which answers nothing from its cache.
    cpSync(join(lab, 'daftar'), join(lab, 'computed'), { recursive: true })
    cached = await daftar('daftar, cached', join(lab, 'daftar'), true)
    computed = await daftar('daftar, computed', join(lab, 'computed'), false)
    const postmaster = await fill(data), port = await free()
    peer = await start('postgraphile', 'postgraphile', [process.execPath, join(lab, 'postgraphile.mjs'), String(port), `${options.database}/registry`], port)
    peer.pids.push(postmaster)
  }
  const daftars = [...new Set([cached, computed])]
  const asked = variables(data)
  const names = options.items?.split(',') ?? [...Object.keys(items), '9 reads to 1 write'].filter((name) => !alone || items[name]?.write === undefined && items[name])
  const files = join(lab, 'load')
  mkdirSync(files, { recursive: true })
  const bodies = new Map()
  for (const server of [...daftars, peer]) {
    const of = { ...asked, '10,000 rows in': await deep(server) }
    server.bodies = Object.fromEntries(Object.entries(of).map(([name, list]) => [name, list.map((one) => body(server, items[name], one))]))
    const { unit, 'page of 20, counted': pages, recordExport } = server.bodies
    const pick = (list, index) => list[index % list.length]
    server.bodies['9 reads to 1 write'] = Array.from({ length: 2000 }, (_, index) => pick(index % 10 === 9 ? recordExport : index % 2 ? unit : pages, index))
    for (const [name, list] of Object.entries(server.bodies)) bodies.set(`${server.name} ${name}`, list)
  }
  // The same answers, before they are compared in speed.
  for (const [name, item] of Object.entries(items)) {
    if (item.write) continue
    const count = cached.bodies[name].length, step = Math.ceil(count / 40)
    for (let index = 0; index < count; index += step) {
      const told = []
      for (const server of [...daftars, peer]) {
        const { data } = await ask(server, server.bodies[name][index])
        const result = item.read[server.kind](data)
        if (name.includes('rows in') || name.includes('page')) assert.equal(result.nodes.length > 0, true)
        told.push(JSON.parse(JSON.stringify(result)))
      }
      if (alone) continue
      assert.deepEqual(told[1], told[0], name)
      if (item.agree) assert.ok(item.agree(told[0], told[2]), name)
      else assert.deepEqual(told[2], told[0], name)
    }
  }
  console.error('every question has one answer')
  console.log(`| item | connections | server | req/s | of ${peer.name} | of bare | p50 ms | p99 ms | CPU µs |\n|---|--:|---|--:|--:|--:|--:|--:|--:|`)
  for (const name of names) {
    const answers = join(lab, 'answers')
    rmSync(answers, { recursive: true, force: true })
    mkdirSync(answers)
    const mixed = !items[name], write = mixed || items[name].write
    if (!write) writeFileSync(join(answers, 'graphql'), (await ask(cached, cached.bodies[name][0])).answer)
    const barePort = await free()
    const bare = write ? null : await start('bare', 'bare', [options.bench, 'bare', `127.0.0.1:${barePort}`, answers], barePort)
    const racing = [...(write ? [cached] : daftars), peer, ...(bare ? [bare] : [])]
    for (const server of racing) {
      server.file = join(files, `${server.name}.bodies`)
      writeFileSync(server.file, (bodies.get(`${server.name} ${name}`) ?? cached.bodies[name]).join('\n') + '\n')
      await slice(server, server.file, 16)
    }
    for (const connections of options.connections.split(',').map(Number)) {
      const rounds = new Map(racing.map((server) => [server, []]))
      for (let round = 0; round < Number(options.rounds); round++) for (const [server, list] of rounds) list.push(await slice(server, server.file, connections))
      const of = (server, part) => median(rounds.get(server).map((one) => one[part]))
      for (const server of racing) {
        const beside = (other) => other && other !== server ? (of(server, 'rate') / of(other, 'rate')).toFixed(2) : ''
        console.log(`| ${name} | ${connections} | ${server.name} | ${figure(of(server, 'rate'))} | ${beside(peer)} | ${beside(bare)} | ${figure(of(server, 'p50'))} | ${figure(of(server, 'p99'))} | ${figure(of(server, 'processor'))} |`)
      }
    }
    if (bare) await stop(bare)
  }
  console.log('\n| server | MiB |\n|---|--:|')
  for (const server of [...daftars, peer]) console.log(`| ${server.name}${server.kind === 'postgraphile' ? ', with the database' : ''} | ${figure(mebibytes(server))} |`)
}

try {
  assert.ok(existsSync(options.daftar), 'the release build')
  await main()
} finally {
  for (const { child } of servers) child.kill('SIGTERM')
}

// The same questions to Daftar and to PostGraphile, and their answers in one form, so that they can be compared.
const period = { from: '2019-03-21', until: '2019-12-22' }
const dates = { dates: period }

const page = (arguments_, filter) => ({
  daftar: `query($status: OperatingStatus!, $first: Int!, $after: String${arguments_.daftar}) {
    page: smes(filter: { status: { eq: $status } ${filter.daftar} }, first: $first, after: $after) {
      COUNT nodes { businessId name park { name } } pageInfo { hasNextPage endCursor } } }`,
  postgraphile: `query($status: String!, $first: Int!, $after: Cursor${arguments_.postgraphile}) {
    page: allUnits(filter: { status: { equalTo: $status } ${filter.postgraphile} }, orderBy: [NAME_KEY_ASC, BUSINESS_ID_ASC],
      first: $first, after: $after) { COUNT nodes { businessId name park: parkByParkId { name } } pageInfo { hasNextPage endCursor } } }`,
})
const counted = (documents, with_) =>
  Object.fromEntries(Object.entries(documents).map(([server, text]) => [server, text.replace('COUNT', with_ ? 'totalCount' : '')]))
const ofProvince = page(
  { daftar: ', $province: ProvinceCode!', postgraphile: ', $province: String!' },
  { daftar: 'province: { eq: $province }', postgraphile: 'province: { equalTo: $province }' },
)
const ofAll = page({ daftar: '', postgraphile: '' }, { daftar: '', postgraphile: '' })
const readPage = ({ page }) => ({ ...page, pageInfo: page.pageInfo.hasNextPage })
const pages = { daftar: readPage, postgraphile: readPage }

// What each item asks; `variables` come from the data (see peers.mjs), where a server names them differently through `shape`.
export const items = {
  unit: {
    daftar: `query($businessId: BusinessId!) { sme(by: {businessId: $businessId}) { businessId name province { code } status park { name }
      exports(first: 5) { nodes { on destination { code } valueUsd } } } }`,
    postgraphile: `query($businessId: String!) { unitByBusinessId(businessId: $businessId) { businessId name province status
      parkByParkId { name } exportsByUnitId(first: 5, orderBy: [DAY_DESC, NUMBER_DESC]) { nodes { day country usd } } } }`,
    read: {
      daftar: ({ sme: { province, park, exports, ...unit } }) => ({
        ...unit, province: province.code, park: park?.name,
        exports: exports.nodes.map((one) => [one.on, one.destination.code, one.valueUsd]) }),
      postgraphile: ({ unitByBusinessId: { parkByParkId, exportsByUnitId, ...unit } }) => ({
        ...unit, park: parkByParkId?.name, exports: exportsByUnitId.nodes.map((one) => [one.day, one.country, one.usd]) }),
    },
  },
  'page of 20': { ...counted(ofProvince, false), read: pages },
  'page of 20, counted': { ...counted(ofProvince, true), read: pages },
  '10,000 rows in': { ...counted(ofAll, false), read: pages },
  overview: {
    daftar: `query($period: PeriodInput!) { overview(period: $period) { smes { total active exporting } industrialParks exports { count valueUsd } } }`,
    postgraphile: `query($from: Date!, $until: Date!) { overview(from: $from, until: $until) { units active exporters parks exports usd } }`,
    read: {
      daftar: ({ overview: { smes, industrialParks, exports } }) =>
        [smes.total, smes.active, smes.exporting, industrialParks, exports.count, exports.valueUsd].map(String),
      postgraphile: ({ overview: o }) => [o.units, o.active, o.exporters, o.parks, o.exports, o.usd].map(String),
    },
  },
  'month × destination': {
    daftar: `query($period: PeriodInput!) { exportSummary(period: $period, groupBy: [MONTH, DESTINATION]) { month country count valueUsd } }`,
    postgraphile: `query($from: Date!, $until: Date!) { exportSums(from: $from, until: $until) { nodes { month country count usd } } }`,
    read: {
      daftar: ({ exportSummary }) => exportSummary.map((one) => [one.month, one.country, String(one.count), one.valueUsd].join()).sort(),
      postgraphile: ({ exportSums }) => exportSums.nodes.map((one) => [one.month, one.country, one.count, one.usd].join()).sort(),
    },
  },
  search: {
    daftar: `query($text: String!) { smes(search: $text, first: 20, orderBy: [{ field: NAME }]) { nodes { businessId name province { code } } } }`,
    postgraphile: `query($text: String!) { searchUnits(text: $text, first: 20) { nodes { businessId name province } } }`,
    // Daftar also finds what contains the text once spaces are left out: where its page is whole, it has all that
    // PostgreSQL finds.
    agree: (ours, theirs) => ours.length === 20 || theirs.every((row) => ours.includes(row)),
    read: {
      daftar: ({ smes }) => smes.nodes.map((one) => [one.businessId, one.name, one.province.code].join()),
      postgraphile: ({ searchUnits }) => searchUnits.nodes.map((one) => [one.businessId, one.name, one.province].join()),
    },
  },
  recordExport: {
    write: true,
    daftar: `mutation($input: RecordExportInput!) { recordExport(input: $input) { errors { message } export { declaration valueUsd } } }`,
    postgraphile: `mutation($input: RecordExportInput!) { recordExport(input: $input) { result { declaration usd } } }`,
    shape: {
      daftar: ({ businessId, day, hs, country, kg, usd }) => ({ input: {
        exporter: { sme: { businessId } }, office: 'bench', declaration: '@NUMBER@', item: 1, hs, destination: country,
        netWeight: String(kg), valueUsd: usd, on: day } }),
      postgraphile: (one) => ({ input: { ...one, kg: String(one.kg), declaration: '@NUMBER@' } }),
    },
  },
}

// Periods are asked in one variable or in two.
for (const name of ['overview', 'month × destination']) {
  items[name].shape = { daftar: () => ({ period: dates }), postgraphile: () => period }
}

// What is read of Daftar to fill the tables.
export const everything = {
  parks: { document: 'query($after: String) { page: parks(first: 100, after: $after) { nodes { code name } pageInfo { hasNextPage endCursor } } }' },
  units: { document: `query($after: String) { page: smes(first: 100, after: $after, orderBy: [{ field: BUSINESS_ID }]) {
    nodes { businessId name province { code } status statusSince park { code } licences(kind: OPERATING) { issuedOn expiresOn revokedOn } } pageInfo { hasNextPage endCursor } } }` },
  exports: { document: `query($after: String) { page: exports(first: 100, after: $after, orderBy: [{ field: ON }]) { nodes { on month declaration
    office item hs destination { code } commodityGroup netWeight valueUsd sme { businessId } } pageInfo { hasNextPage endCursor } } }` },
}

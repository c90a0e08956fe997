-- Sends the bodies of a file, one a line: wrk … -s load.lua URL -- FILE FIRST_NUMBER
-- "@NUMBER@" in a body becomes 8 digits that no other request has. An answer with errors is counted and shown.
-- Globals: what a thread has done is read by name.
asked, bodies, number, wrong, shown = 0, {}, 0, 0, ""
local threads = {}

function setup(thread) table.insert(threads, thread) end

function init(arguments)
  number = tonumber(arguments[2])
  for line in io.lines(arguments[1]) do bodies[#bodies + 1] = line end
  wrk.method = "POST"
  wrk.headers["content-type"] = "application/json"
  wrk.headers["accept"] = "application/json"
end

function request()
  asked = asked + 1
  local body = bodies[(number + asked) % #bodies + 1]:gsub("@NUMBER@", string.format("%08d", number + asked))
  return wrk.format(nil, nil, nil, body)
end

function response(status, _, body)
  if status == 200 and not body:find('"errors":%s*%[%s*{') then return end
  wrong = wrong + 1
  if shown == "" then shown = status .. " " .. body:sub(1, 300) end
end

function done(summary, latency)
  local failed = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  local most, complaint = 0, ""
  for _, thread in ipairs(threads) do
    failed, most, complaint = failed + thread:get("wrong"), most + thread:get("asked"), thread:get("shown")
  end
  print(string.format("RESULT %d %f %f %f %d %d %s", summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, failed, most, complaint))
end

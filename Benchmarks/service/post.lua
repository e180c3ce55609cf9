-- Posts one multipart body, made beforehand, over and over; prints the figures as one line of JSON.
--
--   wrk ... -s post.lua URL -- BODY_FILE BOUNDARY KEY [PAUSE]
--
-- PAUSE is how many milliseconds a connection waits, on average, before each request.

function init(arguments)
  local file = assert(io.open(arguments[1], "rb"))
  wrk.method = "POST"
  wrk.body = file:read("*all")
  file:close()
  wrk.headers["Content-Type"] = "multipart/form-data; boundary=" .. arguments[2]
  wrk.headers["X-API-Key"] = arguments[3]
  prepared = wrk.format()
  local pause = tonumber(arguments[4])
  if pause then
    -- Spread evenly, so that connections do not come to march in step.
    delay = function() return math.floor(math.random() * 2 * pause + 0.5) end
  end
end

function request()
  return prepared
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '{"requests": %d, "microseconds": %d, "p50": %.1f, "p99": %.1f, "bad_status": %d, "failed": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end

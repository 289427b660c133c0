-- For wrk: one Recommendation on days that differ, so that each answer is made anew. Argument: where to begin.
local day = 0

function init(arguments)
  day = tonumber(arguments[1])
end

function request()
  day = day + 1
  return wrk.format("GET", os.date("!/api/v1/recommendations/X.1280?on=%Y-%m-%d", day % 60000 * 86400))
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format("RESULT %.1f %.3f %.3f %d\n", summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000,
    latency:percentile(99) / 1000, errors.status + errors.connect + errors.read + errors.timeout))
end

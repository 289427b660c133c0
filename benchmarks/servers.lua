-- For wrk: one of four queries, never twice the same text, or (same) always the same. Arguments: kind, path, file of IRIs, same|unique.
local kinds = {
  point = "SELECT ?p ?o WHERE { <%s> ?p ?o }",
  sorted = "PREFIX dct: <http://purl.org/dc/terms/> SELECT ?s ?t WHERE { ?s dct:title ?t } ORDER BY ?t LIMIT 50",
  group = "SELECT ?c (COUNT(*) AS ?n) WHERE { ?s a ?c } GROUP BY ?c",
  text = "PREFIX dct: <http://purl.org/dc/terms/> SELECT ?s ?t WHERE { ?s dct:title ?t FILTER(CONTAINS(LCASE(STR(?t)), \"security\")) } LIMIT 50",
}
local number, things = 0, {}
local headers = { Accept = "application/sparql-results+json" }

local function escaped(text)
  return (text:gsub("[^%w]", function(c) return string.format("%%%02X", string.byte(c)) end))
end

function init(arguments)
  query, path, same = kinds[arguments[1]], arguments[2], arguments[4] == "same"
  for line in io.lines(arguments[3]) do things[#things + 1] = line end
  math.randomseed(os.time())
  number = math.random(1000000000)
end

function request()
  if not same then number = number + 1 end
  local text = string.format(query, things[1 + number % #things]) .. " # " .. number
  return wrk.format("GET", path .. "?query=" .. escaped(text), headers)
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format("RESULT %.1f %.3f %.3f %d\n", summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000,
    latency:percentile(99) / 1000, errors.status + errors.connect + errors.read + errors.timeout))
end

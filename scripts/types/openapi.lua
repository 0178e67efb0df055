--- The description of the API of `luatos --board` (OpenAPI 3.1), out of the declarations of the table `device`.
local ldoc = require "types.ldoc"
local schema = require "types.schema"

local openapi = {
    --- Where it is for the program to serve.
    PATH = "src/bin/luatos/board/openapi.json",
}

--- Functions that take functions or return objects: the API does not have them.
local WITHOUT = { ["device.on"] = true, ["device.i2c"] = true, ["device.spi"] = true, ["device.uart"] = true }

--- What stands for the methods of an object: a call whose first argument is the port.
local PORT = { name = "port", schema = { type = "integer" }, about = "1 to 3, or 129 for USB" }

local BYTES = {
    description = "Bytes: a string where they are UTF-8, else base64",
    anyOf = {
        { type = "string" },
        {
            type = "object", required = { "base64" }, additionalProperties = false,
            properties = { base64 = { type = "string", contentEncoding = "base64" } },
        },
    },
}

local PROBLEM = { type = "object", required = { "error" }, properties = { error = { type = "string" } } }

local function json_of(content)
    return { ["application/json"] = { schema = content } }
end

local FAILURE = { description = "What is wrong", content = json_of { ["$ref"] = "#/components/schemas/Problem" } }

local function binary(kind)
    return { [kind] = { schema = { type = "string", format = "binary" } } }
end

--- Reads the declarations: functions with their parameters and results, and classes with their fields.
local function read(path)
    local functions, schemas, class = {}, {}, nil
    local function fresh()
        return { about = {}, parameters = {}, results = {}, overloads = {} }
    end
    local entry = fresh()
    for _, line in ipairs(ldoc.lines(path)) do
        local tag, rest = line:match "^%-%-%-@(%a+) (.*)$"
        local name = line:match "^function ([%w_.:]+)%("
        if tag == "param" then
            local parameter, optional, behind = rest:match "^([%w_.]+)(%??) (.*)$"
            local kind, about = schema.type_and_rest(behind)
            local is_optional = optional ~= ""
            table.insert(entry.parameters, { name = parameter, is_optional = is_optional, kind = kind, about = about })
        elseif tag == "return" then
            local kind, about = schema.type_and_rest(rest)
            table.insert(entry.results, { kind = kind, about = about })
        elseif tag == "overload" then
            table.insert(entry.overloads, rest:match "^fun%((.*)%)$")
        elseif tag == "class" or tag == "alias" then
            class = rest:match "^device%.(%w+)"
            schemas[class or ""] = tag == "class" and { type = "object", properties = {}, required = {} }
                or { type = "string", enum = {} }
        elseif tag == "field" then
            local field, optional, behind = rest:match "^([%w_]+)(%??) (.*)$"
            local kind, about = schema.type_and_rest(behind)
            local description = about ~= "" and about or nil
            schemas[class].properties[field] = schema.with(schema.of(kind), { description = description })
            if optional == "" then
                table.insert(schemas[class].required, field)
            end
        elseif line:find "^%-%-%-|" then
            table.insert(schemas[class].enum, line:match '"([^"]+)"')
        elseif name then
            entry.name = name
            functions[#functions + 1] = entry
            entry = fresh()
        elseif line:find "^%-%-%-" then
            table.insert(entry.about, line:sub(4))
        else
            entry = fresh()
        end
    end
    schemas[""], schemas.End = nil, nil
    return functions, schemas
end

--- The schema of a list of arguments or results.
local function list(items)
    local result = { type = "array", prefixItems = {}, minItems = 0, maxItems = 0 }
    for _, item in ipairs(items) do
        local description = item.about ~= "" and item.about or nil
        local of = item.schema or schema.of(item.kind)
        local described = schema.with(of, { title = item.name, description = description })
        if item.is_optional then
            described = { title = item.name, anyOf = { described, { type = "null" } } }
        else
            result.minItems = result.minItems + 1
        end
        table.insert(result.prefixItems, described)
        result.maxItems = result.maxItems + 1
    end
    if not result.prefixItems[1] then
        result.prefixItems = nil
    end
    return result
end

--- The parameters that can be given as JSON: functions cannot.
local function given(parameters)
    local kept = {}
    for _, parameter in ipairs(parameters) do
        if parameter.schema or not parameter.kind:find "^fun%(" then
            kept[#kept + 1] = parameter
        end
    end
    return kept
end

--- The parameters of an `@overload`.
local function overloaded(text)
    local parameters = {}
    for name, optional, kind in text:gmatch "([%w_]+)(%??): ([%w_.|]+)" do
        table.insert(parameters, { name = name, is_optional = optional ~= "", kind = kind, about = "" })
    end
    return parameters
end

local function arguments(entry)
    local lists = { list(given(entry.parameters)) }
    for _, text in ipairs(entry.overloads) do
        lists[#lists + 1] = list(overloaded(text))
    end
    return #lists == 1 and lists[1] or { anyOf = lists }
end

--- The values that a function returns; `...` is any number of them, and what may be nil may be missing.
local function values(results)
    for _, result in ipairs(results) do
        if result.kind == "any" and result.about:find "^%.%.%." then
            return { type = "array" }
        end
    end
    local result = list(results)
    result.minItems = 0
    return result
end

--- What a call is, as a path of the description.
local function call(name, entry)
    return {
        post = {
            operationId = name,
            summary = table.concat(entry.about, " "),
            requestBody = { content = json_of(arguments(entry)) },
            responses = {
                ["200"] = { description = "What the function returns", content = json_of(values(entry.results)) },
                default = FAILURE,
            },
        },
    }
end

--- The paths that are no calls.
local function further_paths()
    local path = { name = "path", ["in"] = "path", required = true, schema = { type = "string" },
        description = "A path of the device, such as nvm_para.lua; it may have further slashes" }
    local done = { ["204"] = { description = "Done" }, default = FAILURE }
    return {
        ["/api/changes"] = {
            get = {
                operationId = "changes",
                summary = "A WebSocket: JSON objects of the state, of what the device does, and of what befalls it",
                parameters = {
                    { name = "log", ["in"] = "query", schema = { type = "integer", minimum = 0, default = 2000 },
                        description = "Lines of the log that come first" },
                },
                responses = {
                    ["101"] = { description = "From now on a message each", content = json_of {
                        ["$ref"] = "#/components/schemas/Message",
                    } },
                    default = FAILURE,
                },
            },
        },
        ["/api/files/{path}"] = {
            parameters = { path },
            get = {
                operationId = "read_file", summary = "Reads a file of the device",
                responses = {
                    ["200"] = { description = "Its bytes", content = binary "application/octet-stream" },
                    default = FAILURE,
                },
            },
            put = {
                operationId = "write_file", summary = "Writes a file of the device",
                requestBody = { required = true, content = binary "application/octet-stream" }, responses = done,
            },
            delete = { operationId = "remove_file", summary = "Removes a file of the device", responses = done },
        },
        ["/api/openapi.json"] = {
            get = {
                operationId = "description", summary = "This description",
                responses = {
                    ["200"] = { description = "It", content = json_of { type = "object" } },
                    default = FAILURE,
                },
            },
        },
    }
end

--- What a GET adds to a path that is a call as well.
local function readings()
    return {
        ["/api/state"] = {
            operationId = "get_state", summary = "The whole device as it is now",
            responses = {
                ["200"] = { description = "The state", content = json_of { ["$ref"] = "#/components/schemas/State" } },
                default = FAILURE,
            },
        },
        ["/api/picture"] = {
            operationId = "get_picture", summary = "What a display shows now",
            parameters = { { name = "display", ["in"] = "query", schema = { type = "string" } } },
            responses = { ["200"] = { description = "A picture", content = binary "image/png" }, default = FAILURE },
        },
    }
end

local MESSAGE = {
    type = "object",
    required = { "name", "values" },
    properties = {
        name = { type = "string",
            description = "state, action (topic, text), lost (how many), or a name of device.on" },
        values = { type = "array", description = "What there is to say, as device.on has it" },
        number = { type = "integer", description = "Of a change: from 1; one that is missing is lost" },
        time = { type = "number", description = "Seconds since the device was switched on" },
        text = { type = "string", description = "What --trace prints" },
    },
}

--- The description as JSON.
-- @string[opt] path of the declarations
function openapi.text(path)
    local functions, schemas = read(path or "scripts/types/declared/device.lua")
    local paths = further_paths()
    for _, entry in ipairs(functions) do
        local method = entry.name:match "^End:(%w+)$"
        if method then
            table.insert(entry.parameters, 1, PORT)
            paths["/api/uart." .. method] = call("uart." .. method, entry)
        elseif not WITHOUT[entry.name] then
            local name = entry.name:match "^device%.([%w_]+)$"
            paths["/api/" .. name] = call(name, entry)
        end
    end
    for place, reading in pairs(readings()) do
        paths[place].get = reading
    end
    schemas.Bytes, schemas.Problem, schemas.Message = BYTES, PROBLEM, MESSAGE
    return schema.json({
        openapi = "3.1.0",
        info = {
            title = "luatos --board",
            version = "1",
            description = "A simulated device. A call, POST /api/NAME, has its arguments in a JSON array and answers"
                .. " with an array of what device.NAME returns.",
        },
        paths = paths,
        components = {
            schemas = schemas,
            securitySchemes = {
                bearer = { type = "http", scheme = "bearer" },
                query = { type = "apiKey", ["in"] = "query", name = "token" },
            },
        },
        security = { { bearer = schema.EMPTY }, { query = schema.EMPTY } },
    }) .. "\n"
end

return openapi

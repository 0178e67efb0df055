--- Our modules beside LuatOS-Air's own: the cases of `tests/fidelity` run on both, and what they print is compared. The
-- differences that remain are in `tests/fidelity/differences.lua`, with their reasons.
--
-- `LUATOS_VENDOR_LIB` names folders with such a library, separated by colons. Without it nothing is compared.
local differences = dofile "tests/fidelity/differences.lua"

local CASES = { "misc", "network", "patch", "phone", "pins", "sound", "surface", "sys", "texts", "utils" }

local folders = {}
for folder in (os.getenv "LUATOS_VENDOR_LIB" or ""):gmatch "[^:]+" do
    folders[#folders + 1] = folder
end

--- The version that a library says it has.
local function version_of(folder)
    local file = assert(io.open(folder .. "/sys.lua", "rb"))
    local text = file:read "a"
    file:close()
    return text:match 'SCRIPT_LIB_VER%s*=%s*"([^"]+)"' or "?"
end

--- What a case prints: for each section a list of lines, each with its label.
local function printed(case, options)
    local data = os.tmpname()
    os.remove(data)
    local command = "LUATOS_MODEM=register_after=300 timeout -s KILL 100 target/release/luatos --instant --timeout 90"
        .. (" --data %s %s tests/fidelity/case_%s.lua 2>&1"):format(data, options, case)
    local process = io.popen(command)
    local sections, others = {}, {}
    for line in process:lines() do
        local section, label = line:match "^([^\t%[]+)\t([^\t]+)\t%d+\t"
        if section then
            sections[section] = sections[section] or {}
            table.insert(sections[section], { label = label, line = line })
        else
            others[#others + 1] = line
        end
    end
    process:close()
    os.execute("rm -rf " .. data)
    return sections, table.concat(others, "\n")
end

--- Whether a difference of this label is known for this version.
local function is_known(section, label, version)
    local reason = (differences[section] or {})[label]
    return type(reason) == "string" or type(reason) == "table" and reason[version] ~= nil
end

--- The lines of a section whose labels `takes` accepts, as one text.
local function lines_of(list, takes)
    local lines = {}
    for _, entry in ipairs(list or {}) do
        if takes(entry.label) then
            lines[#lines + 1] = entry.line
        end
    end
    return table.concat(lines, "\n")
end

--- The keys of two tables.
local function both(first, second)
    local keys = {}
    for _, t in ipairs { first, second } do
        for key in pairs(t) do
            keys[key] = true
        end
    end
    return keys
end

if not folders[1] then
    print "# SKIPPED: fidelity_spec.lua, because LUATOS_VENDOR_LIB names no folder with LuatOS-Air's library"
end

for _, case in ipairs(CASES) do
    it("a case runs on our modules: " .. case, function()
        local sections, others = printed(case, "")
        assert.is_not_nil(next(sections), others)
    end)

    for _, folder in ipairs(folders) do
        local version = version_of(folder)

        it(("%s is as in library %s"):format(case, version), function()
            local ours, our_others = printed(case, "--lib-version " .. version)
            local theirs, their_others = printed(case, "--lib " .. folder)
            assert.is_not_nil(next(theirs), their_others)
            for section in pairs(both(ours, theirs)) do
                local function is_equal(label) return not is_known(section, label, version) end
                assert.equal(lines_of(theirs[section], is_equal), lines_of(ours[section], is_equal),
                    section .. "\n" .. our_others .. "\n" .. their_others)
                for label in pairs(differences[section] or {}) do
                    local function is_or_equal(other) return other == label or is_equal(other) end
                    if is_known(section, label, version) then
                        assert(lines_of(theirs[section], is_or_equal) ~= lines_of(ours[section], is_or_equal),
                            "a difference that is none any more: " .. section .. ", " .. label)
                    end
                end
            end
        end)
    end
end

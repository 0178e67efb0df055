--- Attaches the parts of `--part` and `luatos.toml`.
local use = ...
local wishes = use("native.parts").wishes
local pcall, ipairs, tostring = pcall, ipairs, tostring

--- @return nil, or why one cannot be attached
return function()
    for _, wish in ipairs(wishes()) do
        local ok, problem = pcall(use("device.parts").attach_wished, wish)
        if not ok then
            return wish.origin .. ": " .. tostring(problem)
        end
    end
end

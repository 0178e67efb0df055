--- Files of this computer as texts.
local text_file = {}

--- The whole content of a file, which has to be there.
function text_file.read(path)
    local file = assert(io.open(path))
    local text = file:read "*a"
    file:close()
    return text
end

return text_file

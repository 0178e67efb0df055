--- Where our modules differ from LuatOS-Air's own, and why: by section and label of the cases. A reason that holds for
-- one version of the library only stands under that version.
local LOSS = "ours tells when the network is lost and found, in time; the other one keeps its mode, and tells less"
local TWICE = "the other one tells the state of the flight mode again when it asks for it after a loss"

return {
    ["utils split"] = {
        ["a--b at --"] = "the second hyphen makes a pattern of the delimiter there, which matches everywhere",
    },
    ["net values"] = {
        band = { ["2.4.0"] = "a function of the newer library" },
    },
    ["flight mode"] = {
        NET_STATE_UNREGISTER = LOSS,
        NET_UPD_NET_MODE = LOSS,
        GPRS_ATTACH = LOSS,
        FLYMODE = TWICE,
    },
    ["card out and in"] = {
        NET_STATE_UNREGISTER = LOSS,
        NET_UPD_NET_MODE = LOSS,
        GPRS_ATTACH = LOSS,
        FLYMODE = TWICE,
    },
    ["misc temperature"] = {
        callback = { ["2.4.0"] = "the newer library calls back" },
    },
}

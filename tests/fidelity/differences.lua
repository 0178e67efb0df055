--- Where our modules differ from LuatOS-Air's own, and why: by section and label of the cases. A reason that holds for
-- one version of the library only stands under that version.
local LOSS = "ours tells when the network is lost and found, in time; the other one keeps its mode, and tells less"
local TWICE = "the other one tells the state of the flight mode again when it asks for it after a loss"

local NEWER = { ["2.4.0"] = "of the newer library" }
local INSIDE = "a part of the other one's inside, which no documentation names"
local OLDER_INSIDE = { ["2.4.0"] = INSIDE }
local OURS = "a part of the inside of our objects"
local KEPT = "ours keeps the parts of a text on the card until the callback has it"

return {
    surface = {
        ["ftp.request"] = { ["2.4.0"] = "a function of older libraries" },
        ["link.CELLULAR"] = NEWER,
        ["link.CH395"] = NEWER,
        ["link.W5500"] = NEWER,
        ["link.closeNetWork"] = NEWER,
        ["link.getIp"] = NEWER,
        ["link.getNetwork"] = NEWER,
        ["link.openNetwork"] = NEWER,
        ["link.setReady"] = NEWER,
        ["net.getBand"] = NEWER,
        ["nvm.para"] = NEWER,
        ["pmd.libScriptInit"] = NEWER,
        ["socket object.forget_input"] = OURS,
        ["socket object.stop_heartbeat"] = OURS,
        ["socket object.unsubscribe"] = OURS,
        ["aLiYun.clientAuthTask"] = OLDER_INSIDE,
        ["aLiYun.clientDataTask"] = OLDER_INSIDE,
        ["aLiYunOta.getPercent"] = OLDER_INSIDE,
        ["errDump.clientTask"] = OLDER_INSIDE,
        ["errDump.updateNetworkLog"] = OLDER_INSIDE,
        ["link.cgdcontRsp"] = INSIDE,
        ["link.pdpCmdCnf"] = INSIDE,
        ["mqtt object.checkKeepAlive"] = OLDER_INSIDE,
        ["mqtt object.read"] = OLDER_INSIDE,
        ["mqtt object.waitfor"] = OLDER_INSIDE,
        ["mqtt object.write"] = OLDER_INSIDE,
        ["sms.Charmap"] = INSIDE,
        ["sms.Charmapctl"] = INSIDE,
        ["sms.gsm7bitdecode"] = INSIDE,
        ["sms.gsm8bitdecode"] = INSIDE,
        ["update.clientTask"] = OLDER_INSIDE,
    },
    ["a long message that comes"] = {
        SMS_NEW_MSG_IND = KEPT,
        SMS_READ_CNF = KEPT,
        SMS_DELETE_CNF = KEPT,
    },
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

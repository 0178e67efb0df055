---@meta
-- Written by luatos for editors; do not edit.

---Telephone calls.
---
---语音通话。
---@class cc
cc = {}

cc.ALERTING = 3
cc.CONNECTED = 0
cc.DIALING = 2
cc.DISCONNECTED = 99
cc.DISCONNECTING = 98
cc.HOLD = 1
cc.INCOMING = 4
cc.WAITING = 5

---Answers a call that comes. Does nothing for any other.
---
---接听来电。
---@param num string
function cc.accept(num) end

---Whether there is any call, also one that is being dialled or hung up.
---
---是否有通话。
---@return boolean
function cc.anyCallExist() end

---Calls somebody. `CALL_CONNECTED` is published with the number when the other side answers,
---`CALL_DISCONNECTED` with the reason when there is no call any more.
---
---拨打电话。
---@param num string
---@param delay? number ms to wait first; default 0
---@return boolean # false for no number
function cc.dial(num, delay) end

---Sets whether keys of the other side are told: `CALL_DTMF_DETECT` is published with each.
---
---打开或关闭对端 DTMF 按键的检测。
---@param enable boolean
---@param sens? number how readily something counts as a key; default 3
function cc.dtmfDetect(enable, sens) end

---One of the states, `cc.CONNECTED` and so on; `cc.DISCONNECTED` for none.
---
---查询某个号码的通话状态。
---@param num string number of the other side
---@return integer
function cc.getState(num) end

---Hangs up, and refuses who calls. The modem ends whatever call there is, also one under another form of the number.
---
---挂断电话，或拒接来电。
---@param num string of the other side
function cc.hangUp(num) end

---Presses keys for the other side, one after the other.
---
---通话中发送 DTMF 按键。
---@param str string digits, `*`, `#`, `A` to `D`
---@param playtime? number ms; the modem has its own
---@param intvl? number ms; likewise
---@return false|nil # false for other characters
function cc.sendDtmf(str, playtime, intvl) end

---Plays a voice to the other side.
---
---通话中向对端播放语音数据。
---@param data string AMR at 12.2 kbit/s, with or without the head of a file
---@param loop? boolean again and again; default false
---@param downLinkPlay? boolean to this side, too; default false
---@return boolean # false for data of another kind, and if there is no room for it
function cc.transVoice(data, loop, downLinkPlay) end

return cc

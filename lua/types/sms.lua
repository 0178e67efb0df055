---@meta
-- Written by luatos for editors; do not edit.

---Text messages.
---
---短信。
---@class sms
sms = {}

---Removes the message at a place of the card; `SMS_DELETE_CNF` is published with whether it worked.
---
---删除 SIM 卡上指定位置的短信。
---@param pos number
---@return boolean # false while messages cannot be removed, or for no place
function sms.delete(pos) end

---Whether messages can be sent and come.
---
---短信功能是否就绪。
---@return boolean
function sms.getsmsstate() end

---Reads the message at a place of the card; `SMS_READ_CNF` is published with it.
---
---读取 SIM 卡上指定位置的短信。
---@param pos number
---@return boolean # false while messages cannot be read, or for no place
function sms.read(pos) end

---Sends a text. One after the other is sent; those that are sent before the network is there wait for it.
---
---发送短信，长短信自动分段。
---@param num string number of the receiver: up to 20 digits, perhaps after a plus sign
---@param data string text; one that is too long for a message goes in parts, up to 255. A message has room for 160 characters of the alphabet of GSM, or for 70 of any
---@param cbFnc? fun(ok: boolean, number: string, text: string) called with whether the network has taken it, the number, and the text in hexadecimal UCS-2
---@param idx? number place in the queue, from 1; by default the last. What is being sent is not interrupted
---@return boolean # whether the text was accepted; else the callback is called with false
function sms.send(num, data, cbFnc, idx) end

---Sets the function that gets the messages. Those that come while there is none wait for it.
---
---设置新短信的回调：号码、内容、时间。
---@param callback? fun(number: string, text: string, time: string) called, in a task of its own, with the sender's number without +86, the text, and the time as `yy/mm/dd,hh:mm:ss+zz` (zone in quarters of an hour); nil removes it
function sms.setNewSmsCb(callback) end

return sms

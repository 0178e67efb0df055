---@meta
-- Written by luatos for editors; do not edit.

---A voice that reads texts: what `audio.play` uses for "TTS".
---
---底层语音合成，脚本一般用 audio.play。
---@class ttsply
ttsply = {}

---Starts the voice.
---
---启动语音合成引擎。
---@return true
function ttsply.initEngine() end

---Sets a parameter of the voice.
---
---设置语速、音量、音调等参数。
---@param parameter number 0 speed, 1 volume, 2 pitch, 3 character set
---@param value number 0 to 100
---@return boolean done
function ttsply.setParm(parameter, value) end

---Reads a text aloud; `rtos.MSG_TTSPLY_STATUS` follows at the end.
---
---播报一段 GB2312 文本。
---@param text string in GB2312
---@return boolean started false for an empty text, and while something else sounds
function ttsply.play(text) end

---Ends it; `rtos.MSG_TTSPLY_STATUS` follows.
---
---停止播报。
---@return boolean stopped whether something was read
function ttsply.stop() end

return ttsply

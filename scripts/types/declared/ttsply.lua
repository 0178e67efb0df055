---A voice that reads texts: what `audio.play` uses for "TTS".
---@class ttsply
ttsply = {}

---Starts the voice.
---@return true
function ttsply.initEngine() end

---Sets a parameter of the voice.
---@param parameter number 0 speed, 1 volume, 2 pitch, 3 character set
---@param value number 0 to 100
---@return boolean done
function ttsply.setParm(parameter, value) end

---Reads a text aloud; `rtos.MSG_TTSPLY_STATUS` follows at the end.
---@param text string in GB2312
---@return boolean started false for an empty text, and while something else sounds
function ttsply.play(text) end

---Ends it; `rtos.MSG_TTSPLY_STATUS` follows.
---@return boolean stopped whether something was read
function ttsply.stop() end

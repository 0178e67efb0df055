---@meta
-- Written by luatos for editors; do not edit.

---Sounds and speech, one at a time, by their priorities.
---
---音频播放、语音播报与音量。
---@class audio
audio = {}

---Volume of calls, 0 to 7.
---
---查询通话音量。
---@return integer
function audio.getCallVolume() end

---Volume of the microphone, 0 to 15.
---
---查询麦克风音量。
---@return integer
function audio.getMicVolume() end

---Volume of what sounds, 0 to 7.
---
---查询播放音量。
---@return integer
function audio.getVolume() end

---Plays a sound. One of a higher priority than what sounds displaces that.
---
---播放音频文件、语音播报（TTS）或录音，高优先级打断低优先级。
---@param priority number
---@param kind string "FILE", "TTS" (speech), "TTSCC" (speech in a call), "RECORD" (what `record` has recorded)
---@param path string|table|number path of the file (amr, mp3, pcm, wav, spx by its ending), or a list of paths of amr, pcm or mp3, which are played as one; or the text of speech, in UTF-8
---@param vol? number 0 to 7; default 4
---@param cbFnc? fun(result: 0|1|2|4|5) called, in a task of its own, with 0 at the end, 1 if it cannot be played, 2 if its priority is too low, 4 if something else has displaced it, 5 if `audio.stop` has ended it
---@param dup? boolean repeat it until something else ends it; default false
---@param dupInterval? number ms from one repetition to the next; default 0
---@return true
function audio.play(priority, kind, path, vol, cbFnc, dup, dupInterval) end

---Sets the volume of calls.
---
---设置通话音量。
---@param vol number 0 to 7
---@return true
function audio.setCallVolume(vol) end

---Sets where sounds come from and which microphone is used.
---
---设置音频的输出和输入通道。
---@param output? number 0 handset, 1 earpiece, 2 loudspeaker; default 2
---@param input? number 0 main, 1 auxiliary, 3 or 4 that of the headset; default 0
function audio.setChannel(output, input) end

---Sets the amplification of the microphone.
---
---设置麦克风增益。
---@param mode string "call" or "record"
---@param level number 0 to 7
---@return boolean # whether mode and level exist
function audio.setMicGain(mode, level) end

---Sets the volume of the microphone.
---
---设置麦克风音量。
---@param vol number 0 to 15
---@return true
function audio.setMicVolume(vol) end

---Sets whether a sound displaces one of the same priority.
---
---设置优先级相同时是否打断。
---@param strategy number 1: it does; 0, the default: it does not
function audio.setStrategy(strategy) end

---Sets how fast texts are read.
---
---设置语音播报的语速。
---@param speed number 0 to 100; at first 50
---@return true|nil # nil for another speed
function audio.setTTSSpeed(speed) end

---Sets the volume of what sounds; `audio.play` sets it, too.
---
---设置播放音量。
---@param vol number 0 to 7
---@return boolean # whether it is a volume
function audio.setVolume(vol) end

---Ends what sounds.
---
---停止播放。
---@param cbFnc? fun(result: 0) called with 0 when it is silent
function audio.stop(cbFnc) end

return audio

---@meta
-- Written by luatos for editors; do not edit.

---Recordings by the microphone or of a call.
---
---录音。
---@class record
record = {}

---Removes the recording.
---
---删除录音。
function record.delete() end

---Whether there is a recording.
---
---是否有录音。
---@return boolean
function record.exists() end

---Reads a part of the recording.
---
---读取录音的一部分数据。
---@param offset number bytes from the beginning
---@param len number bytes
---@return string # "" where there is nothing
function record.getData(offset, len) end

---Path of the recording's file.
---
---查询录音文件的路径。
---@return string
function record.getFilePath() end

---Size of the recording in bytes.
---
---查询录音的大小和时长。
---@return integer
---@return integer # its seconds, if it is AMR
function record.getSize() end

---Whether something is being recorded.
---
---是否正在录音。
---@return boolean
function record.isBusy() end

---Begins a recording.
---
---开始录音，到文件或以流的方式。
---@param seconds number length; up to 50 to a file
---@param cbFnc? fun(ok: boolean, size: integer, what: "END"|"STREAM") called, in a task of its own, with whether it worked, bytes, and "END" at the end; before that, of a recording as a stream, with true, the bytes that can be read by `audiocore.streamrecordread`, and "STREAM"
---@param kind? string "FILE" or "STREAM"; default "FILE"
---@param quality? number 0 to 3; default 1
---@param rcdType? number 1 microphone, 2 call; default 1
---@param format? number 1 pcm, 2 wav, 3 amr, 4 spx; default 3
---@param streamRptLen? number bytes from one call with "STREAM" to the next
---@return true|nil # nil if it cannot begin, and then the callback is called with false
function record.start(seconds, cbFnc, kind, quality, rcdType, format, streamRptLen) end

---Ends the recording; what was recorded is kept.
---
---停止录音，保留已录的内容。
---@param cbFnc? fun(result: 0|1) called with 0 when it has ended, or if there was none; with 1 if it is being stopped already
function record.stop(cbFnc) end

return record

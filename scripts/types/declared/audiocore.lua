---Sounds, recordings, volumes: what the module `audio` is made of.
---@class audiocore
audiocore = {}

---Plays a file; `rtos.MSG_AUDIO` follows with `play_end_ind` at the end, or with `play_error_ind` at once if it is not
---what its name says.
---@param path string its ending names the format: amr, mp3, pcm, wav, spx
---@return boolean|nil started false if there is no such file or something else sounds; nil if the name tells no format
function audiocore.play(path) end

---Plays data; the messages are those of `audiocore.play`.
---@param data string
---@param format number `audiocore.AMR`, `MP3`, `PCM`, `WAV` or `SPX`
---@param loop? boolean|0|1 true or 1: again and again, until `audiocore.stop`; default 0
---@return boolean started
function audiocore.playdata(data, format, loop) end

---Adds data to what is played as a stream. There is room for 4 KiB, which empty as they sound.
---@param format number `audiocore.AMR`, `MP3`, `PCM`, `WAV` or `SPX`
---@param data string
---@param type? number where it sounds: `audiocore.PLAY_LOCAL`, `PLAY_VOLTE` or `PLAY_POC`; default 0
---@return integer taken bytes; 0 for an unknown format and while something else sounds
function audiocore.streamplay(format, data, type) end

---@return integer bytes of the stream that have not sounded yet
function audiocore.streamremain() end

---Ends the sound; `rtos.MSG_AUDIO` follows with `play_end_ind` false, unless another one begins first.
function audiocore.stop() end

---Records to a file; `rtos.MSG_RECORD` follows with `record_end_ind` or `record_error_ind`.
---@param path string
---@param seconds number length
---@param quality? number 0 to 3; default 0
---@param type? number what: `audiocore.RECORE_MIC`, `RECORE_VOICE` and so on; default 0
---@param format? number of the recording; default 0
---@return 0|1 started
function audiocore.record(path, seconds, quality, type, format) end

---Records as a stream: `rtos.MSG_STREAM_RECORD` with `wait_read_len` follows again and again, then `rtos.MSG_RECORD`.
---@param seconds number length
---@param quality? number 0 to 3; default 0
---@param type? number what: `audiocore.RECORE_MIC`, `RECORE_VOICE` and so on; default 0
---@param format? number of the recording; default 0
---@param length? number bytes from one message to the next; default 0
---@return 0|1 started
function audiocore.streamrecord(seconds, quality, type, format, length) end

---Reads what a stream has recorded.
---@param size number bytes at most
---@return string data
function audiocore.streamrecordread(size) end

---Ends the recording.
---@return 0|1 was_recording
function audiocore.stoprecord() end

---Removes the recording; only then the next one can begin.
---@return 1
function audiocore.deleterecord() end

---Sets the volume of sounds.
---@param volume number 0 to 7
---@return 0|1 done
function audiocore.setvol(volume) end

---Sets the volume of calls.
---@param volume number 0 to 7
---@return 0|1 done
function audiocore.setsphvol(volume) end

---Sets the volume of the loudspeaker.
---@param volume number 0 to 7
---@return 0|1 done
function audiocore.setspeakervol(volume) end

---Sets the volume of the microphone.
---@param volume number 0 to 15
---@return 0|1 done
function audiocore.setmicvol(volume) end

---Sets where sounds come from and which microphone is used.
---@param output number `audiocore.HANDSET`, `EARPIECE` or `LOUDSPEAKER`
---@param input? number 0 main, 1 auxiliary, 3 or 4 that of the headset; default 0
---@return 0|1 done
function audiocore.setchannel(output, input) end

---Leads the microphone to an output, to try them.
---@param flag number 0 or 1; 1: on
---@param type number `audiocore.LOOPBACK_HANDSET`, `LOOPBACK_EARPIECE` or `LOOPBACK_LOUDSPEAKER`
---@param setvol number 0 or 1; whether the volume is set
---@param volume number 0 to 7
---@return 0|1 done
function audiocore.setloopback(flag, type, setvol, volume) end

---Sets the class of the amplifier.
---@param class number `audiocore.CLASS_AB` or `CLASS_D`
---@return 0|1 done
function audiocore.setpa(class) end

---@return integer class of the amplifier: `audiocore.CLASS_AB` or `CLASS_D`
function audiocore.getpa() end

---Sets the pin that turns an amplifier outside the module on.
---@param gpio number pin
---@param output number the output that it belongs to: `audiocore.HANDSET`, `EARPIECE` or `LOUDSPEAKER`
---@param count? number pulses; default 0
---@param us? number microseconds of each; default 0
---@param enable? number default 0
---@param delay? number default 0
---@return 0|1 done
function audiocore.pa(gpio, output, count, us, enable, delay) end

---Is for a call that is not there.
---@return false
function audiocore.startvoice() end

---Sets up the detection of a headset.
---@param auto number 1: the output changes by itself
function audiocore.headsetinit(auto) end

---Says which kind of headset is there.
---@param type number 0 to 2
---@return 0|1 done
function audiocore.head_plug(type) end

---Is not supported here: there is a warning.
---@param url string
---@return false
function audiocore.rtmpopen(url) end

---Is not supported here: there is a warning.
---@return false
function audiocore.rtmpclose() end

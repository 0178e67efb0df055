---@meta
-- Written by luatos for editors; do not edit.

---Sounds, recordings, volumes: what the module `audio` is made of.
---
---底层音频：播放、录音、音量。脚本一般用 audio 和 record。
---@class audiocore
audiocore = {}

---Plays a file; `rtos.MSG_AUDIO` follows with `play_end_ind` at the end, or with `play_error_ind` at once if it is not
---what its name says.
---
---播放文件。
---@param path string its ending names the format: amr, mp3, pcm, wav, spx
---@return boolean|nil started false if there is no such file or something else sounds; nil if the name tells no format
function audiocore.play(path) end

---Plays data; the messages are those of `audiocore.play`.
---
---播放内存中的音频数据。
---@param data string
---@param format number `audiocore.AMR`, `MP3`, `PCM`, `WAV` or `SPX`
---@param loop? boolean|0|1 true or 1: again and again, until `audiocore.stop`; default 0
---@return boolean started
function audiocore.playdata(data, format, loop) end

---Adds data to what is played as a stream. There is room for 4 KiB, which empty as they sound.
---
---追加流式播放的数据，返回接受的字节数。
---@param format number `audiocore.AMR`, `MP3`, `PCM`, `WAV` or `SPX`
---@param data string
---@param type? number where it sounds: `audiocore.PLAY_LOCAL`, `PLAY_VOLTE` or `PLAY_POC`; default 0
---@return integer taken bytes; 0 for an unknown format and while something else sounds
function audiocore.streamplay(format, data, type) end

---流式播放还剩多少字节。
---@return integer bytes of the stream that have not sounded yet
function audiocore.streamremain() end

---Ends the sound; `rtos.MSG_AUDIO` follows with `play_end_ind` false, unless another one begins first.
---
---停止播放。
function audiocore.stop() end

---Records to a file; `rtos.MSG_RECORD` follows with `record_end_ind` or `record_error_ind`.
---
---录音到文件。
---@param path string
---@param seconds number length
---@param quality? number 0 to 3; default 0
---@param type? number what: `audiocore.RECORE_MIC`, `RECORE_VOICE` and so on; default 0
---@param format? number of the recording; default 0
---@return 0|1 started
function audiocore.record(path, seconds, quality, type, format) end

---Records as a stream: `rtos.MSG_STREAM_RECORD` with `wait_read_len` follows again and again, then `rtos.MSG_RECORD`.
---
---以流的方式录音。
---@param seconds number length
---@param quality? number 0 to 3; default 0
---@param type? number what: `audiocore.RECORE_MIC`, `RECORE_VOICE` and so on; default 0
---@param format? number of the recording; default 0
---@param length? number bytes from one message to the next; default 0
---@return 0|1 started
function audiocore.streamrecord(seconds, quality, type, format, length) end

---Reads what a stream has recorded.
---
---读取流式录音的数据。
---@param size number bytes at most
---@return string data
function audiocore.streamrecordread(size) end

---Ends the recording.
---
---停止录音。
---@return 0|1 was_recording
function audiocore.stoprecord() end

---Removes the recording; only then the next one can begin.
---
---删除录音，之后才能再次录音。
---@return 1
function audiocore.deleterecord() end

---Sets the volume of sounds.
---
---设置播放音量。
---@param volume number 0 to 7
---@return 0|1 done
function audiocore.setvol(volume) end

---Sets the volume of calls.
---
---设置通话音量。
---@param volume number 0 to 7
---@return 0|1 done
function audiocore.setsphvol(volume) end

---Sets the volume of the loudspeaker.
---
---设置喇叭音量。
---@param volume number 0 to 7
---@return 0|1 done
function audiocore.setspeakervol(volume) end

---Sets the volume of the microphone.
---
---设置麦克风音量。
---@param volume number 0 to 15
---@return 0|1 done
function audiocore.setmicvol(volume) end

---Sets where sounds come from and which microphone is used.
---
---设置输出和输入通道。
---@param output number `audiocore.HANDSET`, `EARPIECE` or `LOUDSPEAKER`
---@param input? number 0 main, 1 auxiliary, 3 or 4 that of the headset; default 0
---@return 0|1 done
function audiocore.setchannel(output, input) end

---Leads the microphone to an output, to try them.
---
---设置回环测试：麦克风直通到输出。
---@param flag number 0 or 1; 1: on
---@param type number `audiocore.LOOPBACK_HANDSET`, `LOOPBACK_EARPIECE` or `LOOPBACK_LOUDSPEAKER`
---@param setvol number 0 or 1; whether the volume is set
---@param volume number 0 to 7
---@return 0|1 done
function audiocore.setloopback(flag, type, setvol, volume) end

---Sets the class of the amplifier.
---
---设置功放类型：AB 类或 D 类。
---@param class number `audiocore.CLASS_AB` or `CLASS_D`
---@return 0|1 done
function audiocore.setpa(class) end

---查询功放类型。
---@return integer class of the amplifier: `audiocore.CLASS_AB` or `CLASS_D`
function audiocore.getpa() end

---Sets the pin that turns an amplifier outside the module on.
---
---设置外部功放的使能引脚。
---@param gpio number pin
---@param output number the output that it belongs to: `audiocore.HANDSET`, `EARPIECE` or `LOUDSPEAKER`
---@param count? number pulses; default 0
---@param us? number microseconds of each; default 0
---@param enable? number default 0
---@param delay? number default 0
---@return 0|1 done
function audiocore.pa(gpio, output, count, us, enable, delay) end

---Is for a call that is not there.
---
---用于通话，这里不起作用。
---@return false
function audiocore.startvoice() end

---Sets up the detection of a headset.
---
---初始化耳机检测。
---@param auto number 1: the output changes by itself
function audiocore.headsetinit(auto) end

---Says which kind of headset is there.
---
---设置耳机类型。
---@param type number 0 to 2
---@return 0|1 done
function audiocore.head_plug(type) end

---Is not supported here: there is a warning.
---
---打开 RTMP 流：不支持，会给出警告。
---@param url string
---@return false
function audiocore.rtmpopen(url) end

---Is not supported here: there is a warning.
---
---关闭 RTMP 流：不支持，会给出警告。
---@return false
function audiocore.rtmpclose() end

audiocore.AMR = 3
audiocore.CLASS_AB = 0
audiocore.CLASS_D = 1
audiocore.EARPIECE = 1
audiocore.HANDSET = 0
audiocore.LOOPBACK_EARPIECE = 1
audiocore.LOOPBACK_HANDSET = 0
audiocore.LOOPBACK_LOUDSPEAKER = 2
audiocore.LOUDSPEAKER = 2
audiocore.MIC_VOL0 = 0
audiocore.MIC_VOL1 = 1
audiocore.MIC_VOL10 = 10
audiocore.MIC_VOL11 = 11
audiocore.MIC_VOL12 = 12
audiocore.MIC_VOL13 = 13
audiocore.MIC_VOL14 = 14
audiocore.MIC_VOL15 = 15
audiocore.MIC_VOL2 = 2
audiocore.MIC_VOL3 = 3
audiocore.MIC_VOL4 = 4
audiocore.MIC_VOL5 = 5
audiocore.MIC_VOL6 = 6
audiocore.MIC_VOL7 = 7
audiocore.MIC_VOL8 = 8
audiocore.MIC_VOL9 = 9
audiocore.MP3 = 0
audiocore.PCM = 1
audiocore.PLAY_LOCAL = 1
audiocore.PLAY_POC = 3
audiocore.PLAY_VOLTE = 2
audiocore.RECORE_MIC = 1
audiocore.RECORE_POC = 5
audiocore.RECORE_VOICE = 2
audiocore.RECORE_VOICE_DUAL = 3
audiocore.SPX = 4
audiocore.VOL0 = 0
audiocore.VOL1 = 1
audiocore.VOL2 = 2
audiocore.VOL3 = 3
audiocore.VOL4 = 4
audiocore.VOL5 = 5
audiocore.VOL6 = 6
audiocore.VOL7 = 7
audiocore.WAV = 2

return audiocore

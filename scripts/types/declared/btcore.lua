---Bluetooth, with nobody around. Functions return 0, or -1 if the radio is off or nobody is connected;
---`rtos.MSG_BLUETOOTH` tells by its field `event` what comes of them.
---@class btcore
btcore = {}

---Turns the radio on; `btcore.MSG_OPEN_CNF` follows.
---@param mode? number 0 peripheral, 1 central, 2 classic; default 0
---@return 0|-1
function btcore.open(mode) end

---Turns the radio off; `btcore.MSG_CLOSE_CNF` follows.
---@return 0|-1
function btcore.close() end

---@return 0|-1 whether the radio is on
function btcore.state() end

---Begins or ends to look for devices; `btcore.MSG_BLE_SCAN_CNF` follows.
---@param enable number 0 or 1
---@return 0|-1
function btcore.scan(enable) end

---Connects; `btcore.MSG_BLE_CONNECT_CNF` follows, whose `result` is not 0.
---@param address string
---@param type? number of the address; default 0
---@return 0|-1
function btcore.connect(address, type) end

---Ends a connection.
---@param handle? number default 0
---@return 0|-1
function btcore.disconnect(handle) end

---Begins or ends to advertise.
---@param enable number 0 or 1
---@return 0|-1
function btcore.advertising(enable) end

---Takes what has come.
---@param most number bytes
---@return string uuid "" for nothing
---@return string data
---@return integer length bytes
function btcore.recv(most) end

---Sends.
---@param data string
---@param uuid number|string of the characteristic
---@param handle? number default 0
---@param mode? number default 0
---@return 0|-1
function btcore.send(data, uuid, handle, mode) end

---@return string address of the radio, such as "02:00:00:00:00:01"
function btcore.getaddr() end

---Sets the name that others see.
---@param name string
---@return 0|-1
function btcore.setname(name) end

---Sets how the radio advertises.
---@param shortest number interval, 0.625 ms each
---@param longest number likewise
---@param type number of the advertisements
---@param own_type number of the own address
---@param channels number map of the channels
---@param filter number policy
---@param address_type? number of the other side; default 0
---@param address? string of the other side
---@return 0|-1
function btcore.setadvparam(shortest, longest, type, own_type, channels, filter, address_type, address) end

---Sets how the radio looks for devices.
---@param type number 0 passive, 1 active
---@param interval number 0.625 ms each
---@param window number likewise
---@param filter number policy
---@param own_type number of the own address
---@return 0|-1
function btcore.setscanparam(type, interval, window, filter, own_type) end

---Sets what is advertised.
---@param data string
---@return 0|-1
function btcore.setadvdata(data) end

---Sets the answer to those that ask for more than the advertisement.
---@param data string
---@return 0|-1
function btcore.setscanrspdata(data) end

---Sets up an iBeacon.
---@param uuid string
---@param major number
---@param minor number
---@return 0|-1
function btcore.setbeacondata(uuid, major, minor) end

---Adds a service.
---@param uuid number|string
---@return 0|-1
function btcore.addservice(uuid) end

---Adds a characteristic to the service that was added last.
---@param uuid number|string
---@param type number properties
---@param permission? number default 0
---@return 0|-1
function btcore.addcharacteristic(uuid, type, permission) end

---Adds a descriptor to the characteristic that was added last.
---@param uuid number|string
---@param value? number|string
---@return 0|-1
function btcore.adddescriptor(uuid, value) end

---Adds a device to the white list.
---@param address string
---@param type? number of the address; default 0
---@return 0|-1
function btcore.addwhitelist(address, type) end

---Takes a device out of the white list.
---@param address string
---@param type? number of the address; default 0
---@return 0|-1
function btcore.removewhitelist(address, type) end

---Empties the white list.
---@return 0|-1
function btcore.clearwhitelist() end

---Sets the value of a characteristic.
---@param data string
---@param uuid number|string
---@param length? number default 0
---@return 0|-1
function btcore.setvalue(data, uuid, length) end

---Sets the largest size of a packet.
---@param size number bytes
---@return 0|-1
function btcore.setmtu(size) end

---Asks the other side for its services.
---@param handle? number default 0
---@return 0|-1
function btcore.findservice(handle) end

---Asks the other side for the characteristics of a service.
---@param uuid number|string
---@param handle? number default 0
---@return 0|-1
function btcore.findcharacteristic(uuid, handle) end

---Has the other side tell of changes of a characteristic.
---@param uuid number|string
---@param handle? number default 0
---@return 0|-1
function btcore.opennotification(uuid, handle) end

---Ends `btcore.opennotification`.
---@param uuid number|string
---@param handle? number default 0
---@return 0|-1
function btcore.closenotification(uuid, handle) end

---Asks for the value of a characteristic.
---@param uuid number|string
---@param handle? number default 0
---@return 0|-1
function btcore.readvalue(uuid, handle) end

---Sets who sees the radio, of classic Bluetooth.
---@param flags number
---@return 0|-1
function btcore.setvisibility(flags) end

---@return integer flags as set by `btcore.setvisibility`
function btcore.getvisibility() end

---Sets the volume of a headset for calls.
---@param volume number
---@return 0|-1
function btcore.sethfpvol(volume) end

---Answers a call.
---@return 0|-1
function btcore.hfpcallanswer() end

---Refuses a call.
---@return 0|-1
function btcore.hfpcallreject() end

---Hangs up.
---@return 0|-1
function btcore.hfpcallhangup() end

---Dials the last number again.
---@return 0|-1
function btcore.hfpcallredial() end

---Dials a number.
---@param number string
---@return 0|-1
function btcore.hfpcalldial(number) end

---Sets the volume of music.
---@param volume number 0 to 127
---@return 0|-1
function btcore.setavrcpvol(volume) end

---@return integer volume of music, 0 to 127
function btcore.getavrcpvol() end

---@return integer state of the music; 0: nothing is played
function btcore.getavrcpstate() end

---Controls the music.
---@param state number
---@return 0|-1
function btcore.setavrcpsongs(state) end

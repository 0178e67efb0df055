---@meta
-- Written by luatos for editors; do not edit.

---Bluetooth, with nobody around. Functions return 0, or -1 if the radio is off or nobody is connected;
---`rtos.MSG_BLUETOOTH` tells by its field `event` what comes of them.
---
---蓝牙，周围没有任何设备；结果由 rtos.MSG_BLUETOOTH 上报。
---@class btcore
btcore = {}

---Turns the radio on; `btcore.MSG_OPEN_CNF` follows.
---
---打开蓝牙：外设、主机或经典蓝牙模式。
---@param mode? number 0 peripheral, 1 central, 2 classic; default 0
---@return 0|-1
function btcore.open(mode) end

---Turns the radio off; `btcore.MSG_CLOSE_CNF` follows.
---
---关闭蓝牙。
---@return 0|-1
function btcore.close() end

---蓝牙是否已打开。
---@return 0|-1 whether the radio is on
function btcore.state() end

---Begins or ends to look for devices; `btcore.MSG_BLE_SCAN_CNF` follows.
---
---开始或停止扫描。
---@param enable number 0 or 1
---@return 0|-1
function btcore.scan(enable) end

---Connects; `btcore.MSG_BLE_CONNECT_CNF` follows, whose `result` is not 0.
---
---连接设备。
---@param address string
---@param type? number of the address; default 0
---@return 0|-1
function btcore.connect(address, type) end

---Ends a connection.
---
---断开连接。
---@param handle? number default 0
---@return 0|-1
function btcore.disconnect(handle) end

---Begins or ends to advertise.
---
---开始或停止广播。
---@param enable number 0 or 1
---@return 0|-1
function btcore.advertising(enable) end

---Takes what has come.
---
---取走收到的数据。
---@param most number bytes
---@return string uuid "" for nothing
---@return string data
---@return integer length bytes
function btcore.recv(most) end

---Sends.
---
---发送数据。
---@param data string
---@param uuid number|string of the characteristic
---@param handle? number default 0
---@param mode? number default 0
---@return 0|-1
function btcore.send(data, uuid, handle, mode) end

---查询本机蓝牙地址。
---@return string address of the radio, such as "02:00:00:00:00:01"
function btcore.getaddr() end

---Sets the name that others see.
---
---设置蓝牙名称。
---@param name string
---@return 0|-1
function btcore.setname(name) end

---Sets how the radio advertises.
---
---设置广播参数。
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
---
---设置扫描参数。
---@param type number 0 passive, 1 active
---@param interval number 0.625 ms each
---@param window number likewise
---@param filter number policy
---@param own_type number of the own address
---@return 0|-1
function btcore.setscanparam(type, interval, window, filter, own_type) end

---Sets what is advertised.
---
---设置广播数据。
---@param data string
---@return 0|-1
function btcore.setadvdata(data) end

---Sets the answer to those that ask for more than the advertisement.
---
---设置扫描响应数据。
---@param data string
---@return 0|-1
function btcore.setscanrspdata(data) end

---Sets up an iBeacon.
---
---设置 iBeacon 数据。
---@param uuid string
---@param major number
---@param minor number
---@return 0|-1
function btcore.setbeacondata(uuid, major, minor) end

---Adds a service.
---
---添加服务。
---@param uuid number|string
---@return 0|-1
function btcore.addservice(uuid) end

---Adds a characteristic to the service that was added last.
---
---添加特征。
---@param uuid number|string
---@param type number properties
---@param permission? number default 0
---@return 0|-1
function btcore.addcharacteristic(uuid, type, permission) end

---Adds a descriptor to the characteristic that was added last.
---
---添加描述符。
---@param uuid number|string
---@param value? number|string
---@return 0|-1
function btcore.adddescriptor(uuid, value) end

---Adds a device to the white list.
---
---添加到白名单。
---@param address string
---@param type? number of the address; default 0
---@return 0|-1
function btcore.addwhitelist(address, type) end

---Takes a device out of the white list.
---
---从白名单移除。
---@param address string
---@param type? number of the address; default 0
---@return 0|-1
function btcore.removewhitelist(address, type) end

---Empties the white list.
---
---清空白名单。
---@return 0|-1
function btcore.clearwhitelist() end

---Sets the value of a characteristic.
---
---设置特征的值。
---@param data string
---@param uuid number|string
---@param length? number default 0
---@return 0|-1
function btcore.setvalue(data, uuid, length) end

---Sets the largest size of a packet.
---
---设置 MTU。
---@param size number bytes
---@return 0|-1
function btcore.setmtu(size) end

---Asks the other side for its services.
---
---查找对端的服务。
---@param handle? number default 0
---@return 0|-1
function btcore.findservice(handle) end

---Asks the other side for the characteristics of a service.
---
---查找某个服务的特征。
---@param uuid number|string
---@param handle? number default 0
---@return 0|-1
function btcore.findcharacteristic(uuid, handle) end

---Has the other side tell of changes of a characteristic.
---
---打开特征的通知。
---@param uuid number|string
---@param handle? number default 0
---@return 0|-1
function btcore.opennotification(uuid, handle) end

---Ends `btcore.opennotification`.
---
---关闭特征的通知。
---@param uuid number|string
---@param handle? number default 0
---@return 0|-1
function btcore.closenotification(uuid, handle) end

---Asks for the value of a characteristic.
---
---读取特征的值。
---@param uuid number|string
---@param handle? number default 0
---@return 0|-1
function btcore.readvalue(uuid, handle) end

---Sets who sees the radio, of classic Bluetooth.
---
---设置经典蓝牙的可见性。
---@param flags number
---@return 0|-1
function btcore.setvisibility(flags) end

---查询经典蓝牙的可见性。
---@return integer flags as set by `btcore.setvisibility`
function btcore.getvisibility() end

---Sets the volume of a headset for calls.
---
---设置通话音量。
---@param volume number
---@return 0|-1
function btcore.sethfpvol(volume) end

---Answers a call.
---
---接听电话。
---@return 0|-1
function btcore.hfpcallanswer() end

---Refuses a call.
---
---拒接电话。
---@return 0|-1
function btcore.hfpcallreject() end

---Hangs up.
---
---挂断电话。
---@return 0|-1
function btcore.hfpcallhangup() end

---Dials the last number again.
---
---重拨上一个号码。
---@return 0|-1
function btcore.hfpcallredial() end

---Dials a number.
---
---拨打号码。
---@param number string
---@return 0|-1
function btcore.hfpcalldial(number) end

---Sets the volume of music.
---
---设置音乐音量。
---@param volume number 0 to 127
---@return 0|-1
function btcore.setavrcpvol(volume) end

---查询音乐音量。
---@return integer volume of music, 0 to 127
function btcore.getavrcpvol() end

---查询音乐播放状态。
---@return integer state of the music; 0: nothing is played
function btcore.getavrcpstate() end

---Controls the music.
---
---控制音乐播放。
---@param state number
---@return 0|-1
function btcore.setavrcpsongs(state) end

btcore.MSG_BLE_CONNECT_CNF = 56
btcore.MSG_BLE_CONNECT_IND = 68
btcore.MSG_BLE_DATA_IND = 100
btcore.MSG_BLE_DISCONNECT_CNF = 57
btcore.MSG_BLE_DISCONNECT_IND = 69
btcore.MSG_BLE_FIND_CHARACTERISTIC_IND = 70
btcore.MSG_BLE_FIND_CHARACTERISTIC_UUID_IND = 72
btcore.MSG_BLE_FIND_SERVICE_IND = 71
btcore.MSG_BLE_MTU_EXCHANGE_IND = 74
btcore.MSG_BLE_READ_VALUE_IND = 73
btcore.MSG_BLE_SCAN_CNF = 64
btcore.MSG_BLE_SCAN_IND = 66
btcore.MSG_BT_AVRCP_CONNECT_IND = 26
btcore.MSG_BT_AVRCP_DISCONNECT_IND = 27
btcore.MSG_BT_HFP_CALLSETUP_INCOMING = 23
btcore.MSG_BT_HFP_CALLSETUP_OUTGOING = 22
btcore.MSG_BT_HFP_CONNECT_IND = 18
btcore.MSG_BT_HFP_DISCONNECT_IND = 19
btcore.MSG_BT_HFP_RING_INDICATION = 25
btcore.MSG_CLOSE_CNF = 2
btcore.MSG_OPEN_CNF = 1

return btcore

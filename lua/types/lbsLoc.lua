---@meta
-- Written by luatos for editors; do not edit.

---Asks a service for the place of the cells and WLANs around.
---
---基站与 WiFi 定位。
---@class lbsLoc
lbsLoc = {}

---Asks for the place of the device, in a task of its own.
---
---请求定位，由回调函数返回经纬度，可同时返回地址和时间。
---@param cbFnc fun(result: integer, lat: string, lng: string, addr: string|nil, time: string, kind: integer) called once with the result: 0 found, 1 no network, 2 not connected, 3 not sent, 4 no answer, 5 not known, 6 no socket; and if it is 0 with latitude and longitude, such as "031.2425864", the address or nil, the time in six bytes from the year (since 2000) to the second, or what is left of the answer, and 0 (by cells) or 255 (by WLANs)
---@param reqAddr? boolean ask for the address too
---@param timeout? number|false ms for the network and for each of three attempts; default 20000
---@param productKey? string|false default PRODUCT_KEY
---@param host? string|false of the service; default "bs.openluat.com"
---@param port? number|string|false 0 to 65535; default 12411
---@param reqTime? boolean ask for the time too
---@param reqWifi? table<string, number>|false signals in dBm by the addresses of WLANs, such as `["1a:fe:34:9e:a1:77"] = -63`
function lbsLoc.request(cbFnc, reqAddr, timeout, productKey, host, port, reqTime, reqWifi) end

return lbsLoc

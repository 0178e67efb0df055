---@meta
-- Written by luatos for editors; do not edit.

---New versions that Alibaba Cloud IoT offers to a device of `aLiYun`.
---
---阿里云物联网平台的远程升级。
---@class aLiYunOta
aLiYunOta = {}

---`aLiYun` calls this when its connection has come or gone.
---
---连接状态变化时由 aLiYun 调用。
---@param is_connected boolean whether there is one
---@param key? string of the product, for a connection that has come
---@param name? string of the device, likewise
function aLiYunOta.connectCb(is_connected, key, name) end

---Whether a new version is being downloaded.
---
---是否正在下载新版本。
---@return boolean
function aLiYunOta.isDownloading() end

---Sets what is called at the end of a download. Without it the device restarts with the new version.
---
---设置下载结束的回调，不设置则重启升级。
---@param cbFnc? fun(ok: boolean, path: string|nil) called with whether it is there and whole, and the path of the file, if `setName` has named one
function aLiYunOta.setCb(cbFnc) end

---Sets the file that a new version goes to. Without it, that is the device's own update.
---
---设置新版本的保存文件名。
---@param name string path
function aLiYunOta.setName(name) end

---Sets the version that is reported, in place of PROJECT_VERSION_firmware, and reports it.
---
---设置并上报版本号。
---@param ver string|number the version
function aLiYunOta.setVer(ver) end

---`aLiYun` calls this with the platform's offer. It is downloaded by a task; `LIB_ALIYUN_OTA_DOWNLOAD_BEGIN` is
---published with its version.
---
---收到升级通知时由 aLiYun 调用。
---@param payload string JSON
function aLiYunOta.upgrade(payload) end

---Reports the version to the platform, if there is a connection; again and again until that has worked.
---
---上报版本号，直到成功。
function aLiYunOta.verRpt() end

return aLiYunOta

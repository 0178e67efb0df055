---@meta
-- Written by luatos for editors; do not edit.

---Digests, checksums and ciphers. Digests are upper-case hexadecimal; a length cuts the text off.
---
---摘要、校验和与加解密。摘要为大写十六进制文本。
---@class crypto
crypto = {}

---@alias crypto.KeyMode "PUBLIC_KEY"|"PRIVATE_KEY"
---@alias crypto.CryptMode "PUBLIC_CRYPT"|"PRIVATE_CRYPT"
---@alias crypto.Padding "NONE"|"ZERO"|"PKCS5"|"PKCS7"

---Encodes as Base64.
---
---Base64 编码。
---@param text string
---@param length number bytes of the text that count
---@return string
function crypto.base64_encode(text, length) end

---Decodes Base64.
---
---Base64 解码。
---@param text string
---@param length number bytes of the text that count
---@return string bytes "" for what is no Base64
function crypto.base64_decode(text, length) end

---MD5 of a text or a file.
---
---计算文本或文件的 MD5。
---@param text string the text, or the path of the file
---@param length number|"file" bytes of the text that count, or "file"; a file that cannot be read counts as empty
---@return string
function crypto.md5(text, length) end

---SHA-1 of a text.
---
---计算 SHA-1。
---@param text string
---@param length number bytes of the text that count
---@return string
function crypto.sha1(text, length) end

---SHA-256 of a text.
---
---计算 SHA-256。
---@param text string
---@param length? number means nothing
---@return string
function crypto.sha256(text, length) end

---HMAC with MD5.
---
---计算 HMAC-MD5。
---@param text string
---@param length number bytes of the text that count
---@param key string
---@param key_length number bytes of the key that count
---@return string
function crypto.hmac_md5(text, length, key, key_length) end

---HMAC with SHA-1.
---
---计算 HMAC-SHA1。
---@param text string
---@param length number bytes of the text that count
---@param key string
---@param key_length number bytes of the key that count
---@return string
function crypto.hmac_sha1(text, length, key, key_length) end

---HMAC with SHA-256.
---
---计算 HMAC-SHA256。
---@param text string
---@param key string
---@return string
function crypto.hmac_sha256(text, key) end

---@class crypto.FlowMd5
local FlowMd5 = {}

---Adds a piece.
---
---输入一段数据。
---@param text string
function FlowMd5:update(text) end

---取得全部数据的 MD5。
---@return string digest of all pieces
function FlowMd5:hexdigest() end

---Begins an MD5 that is made piece by piece.
---
---创建流式 MD5 对象，可分段输入数据。
---@return crypto.FlowMd5
function crypto.flow_md5() end

---@class crypto.FlowSm3
local FlowSm3 = {}

---Adds a piece.
---
---输入一段数据。
---@param text string
function FlowSm3:sm3update(text) end

---取得全部数据的 SM3。
---@return string digest of all pieces
function FlowSm3:sm3finish() end

---Begins an SM3 that is made piece by piece.
---
---创建流式国密 SM3 对象，可分段输入数据。
---@return crypto.FlowSm3
function crypto.sm3start() end

---CRC-8 of a text.
---
---计算 CRC-8。
---@param text string
---@param length number bytes of the text that count
---@return integer
function crypto.crc8(text, length) end

---CRC-16 of a text.
---
---计算 CRC-16，可选多种标准或自定义参数。
---@param method "MODBUS"|"IBM"|"X25"|"MAXIM"|"USB"|"CCITT"|"CCITT-FALSE"|"XMODEM"|"DNP"|"USER-DEFINED" the last takes the parameters that follow
---@param text string
---@param poly? number default 0
---@param init? number default 0
---@param xorout? number default 0
---@param refin? number 1: the bits of the input are turned round; default 0
---@param refout? number 1: those of the result; default 0
---@return integer
function crypto.crc16(method, text, poly, init, xorout, refin, refout) end

---CRC-16 of Modbus.
---
---计算 Modbus 的 CRC-16。
---@param text string
---@param length number bytes of the text that count
---@return integer
function crypto.crc16_modbus(text, length) end

---CRC-32 of a text.
---
---计算 CRC-32。
---@param text string
---@param length number bytes of the text that count
---@return integer
function crypto.crc32(text, length) end

---Encrypts with AES.
---
---AES 加密，可选模式与填充方式。
---@param mode "ECB"|"CBC"|"CTR"
---@param padding crypto.Padding
---@param text string
---@param key string 16, 24 or 32 bytes
---@param iv? string 16 bytes; not for ECB
---@return string
function crypto.aes_encrypt(mode, padding, text, key, iv) end

---Decrypts with AES.
---
---AES 解密，可选模式与填充方式。
---@param mode "ECB"|"CBC"|"CTR"
---@param padding crypto.Padding
---@param text string
---@param key string 16, 24 or 32 bytes
---@param iv? string 16 bytes; not for ECB
---@return string
function crypto.aes_decrypt(mode, padding, text, key, iv) end

---Encrypts with AES-128, ECB, padding `ZERO`.
---
---AES-128 加密：ECB 模式，零填充。
---@param text string
---@param length any means nothing
---@param key string 16 bytes
---@return string
function crypto.aes128_ecb_encrypt(text, length, key) end

---Decrypts with AES-128, ECB, padding `ZERO`.
---
---AES-128 解密：ECB 模式，零填充。
---@param text string
---@param length any means nothing
---@param key string 16 bytes
---@return string
function crypto.aes128_ecb_decrypt(text, length, key) end

---Encrypts with DES.
---
---DES 加密。
---@param mode "ECB"|"CBC"
---@param padding crypto.Padding
---@param text string
---@param key string 8 bytes
---@param iv? string 8 bytes
---@return string
function crypto.des_encrypt(mode, padding, text, key, iv) end

---Decrypts with DES.
---
---DES 解密。
---@param mode "ECB"|"CBC"
---@param padding crypto.Padding
---@param text string
---@param key string 8 bytes
---@param iv? string 8 bytes
---@return string
function crypto.des_decrypt(mode, padding, text, key, iv) end

---Encrypts with triple DES.
---
---三重 DES 加密。
---@param mode "ECB"|"CBC"
---@param padding crypto.Padding
---@param text string
---@param key string 24 bytes
---@param iv? string 8 bytes
---@return string
function crypto.des3_encrypt(mode, padding, text, key, iv) end

---Decrypts with triple DES.
---
---三重 DES 解密。
---@param mode "ECB"|"CBC"
---@param padding crypto.Padding
---@param text string
---@param key string 24 bytes
---@param iv? string 8 bytes
---@return string
function crypto.des3_decrypt(mode, padding, text, key, iv) end

---Encrypts with SM4.
---
---国密 SM4 加密。
---@param mode "ECB"|"CBC"
---@param padding crypto.Padding
---@param text string
---@param key string 16 bytes
---@param iv? string 16 bytes
---@return string
function crypto.sm4_encrypt(mode, padding, text, key, iv) end

---Decrypts with SM4.
---
---国密 SM4 解密。
---@param mode "ECB"|"CBC"
---@param padding crypto.Padding
---@param text string
---@param key string 16 bytes
---@param iv? string 16 bytes
---@return string
function crypto.sm4_decrypt(mode, padding, text, key, iv) end

---Encrypts with RSA.
---
---RSA 加密，可用公钥或私钥。
---@param key_mode crypto.KeyMode which key `pem` is
---@param pem string
---@param bits number those of the key, such as 2048
---@param crypt_mode crypto.CryptMode
---@param text string
---@param password? string of the key
---@return string "" if it cannot be done
function crypto.rsa_encrypt(key_mode, pem, bits, crypt_mode, text, password) end

---Decrypts with RSA.
---
---RSA 解密，可用公钥或私钥。
---@param key_mode crypto.KeyMode which key `pem` is
---@param pem string
---@param bits number those of the key, such as 2048
---@param crypt_mode crypto.CryptMode
---@param text string
---@param password? string of the key
---@return string "" if it cannot be done
function crypto.rsa_decrypt(key_mode, pem, bits, crypt_mode, text, password) end

---Signs with RSA and SHA-1.
---
---RSA-SHA1 签名。
---@param key_mode crypto.KeyMode
---@param pem string
---@param bits number those of the key, such as 2048
---@param crypt_mode crypto.CryptMode
---@param text string
---@param password? string of the key
---@return string signature "" if it cannot be done
function crypto.rsa_sha1_sign(key_mode, pem, bits, crypt_mode, text, password) end

---Signs with RSA and SHA-256.
---
---RSA-SHA256 签名。
---@param key_mode crypto.KeyMode
---@param pem string
---@param bits number those of the key, such as 2048
---@param crypt_mode crypto.CryptMode
---@param text string
---@param password? string of the key
---@return string signature "" if it cannot be done
function crypto.rsa_sha256_sign(key_mode, pem, bits, crypt_mode, text, password) end

---Checks a signature with RSA and SHA-1.
---
---RSA-SHA1 验签。
---@param key_mode crypto.KeyMode
---@param pem string
---@param bits number those of the key, such as 2048
---@param crypt_mode crypto.CryptMode
---@param signature string
---@param text string
---@param password? string of the key
---@return boolean
function crypto.rsa_sha1_verify(key_mode, pem, bits, crypt_mode, signature, text, password) end

---Checks a signature with RSA and SHA-256.
---
---RSA-SHA256 验签。
---@param key_mode crypto.KeyMode
---@param pem string
---@param bits number those of the key, such as 2048
---@param crypt_mode crypto.CryptMode
---@param signature string
---@param text string
---@param password? string of the key
---@return boolean
function crypto.rsa_sha256_verify(key_mode, pem, bits, crypt_mode, signature, text, password) end

---Encrypts with XXTEA.
---
---XXTEA 加密。
---@param text string
---@param key string
---@return string|nil
function crypto.xxtea_encrypt(text, key) end

---Decrypts with XXTEA.
---
---XXTEA 解密。
---@param text string
---@param key string
---@return string|nil
function crypto.xxtea_decrypt(text, key) end

return crypto

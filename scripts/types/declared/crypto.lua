---Digests, checksums and ciphers. Digests are upper-case hexadecimal; a length cuts the text off.
---@class crypto
crypto = {}

---@alias crypto.KeyMode "PUBLIC_KEY"|"PRIVATE_KEY"
---@alias crypto.CryptMode "PUBLIC_CRYPT"|"PRIVATE_CRYPT"
---@alias crypto.Padding "NONE"|"ZERO"|"PKCS5"|"PKCS7"

---Encodes as Base64.
---@param text string
---@param length number bytes of the text that count
---@return string
function crypto.base64_encode(text, length) end

---Decodes Base64.
---@param text string
---@param length number bytes of the text that count
---@return string bytes "" for what is no Base64
function crypto.base64_decode(text, length) end

---MD5 of a text or a file.
---@param text string the text, or the path of the file
---@param length number|"file" bytes of the text that count, or "file"; a file that cannot be read counts as empty
---@return string
function crypto.md5(text, length) end

---SHA-1 of a text.
---@param text string
---@param length number bytes of the text that count
---@return string
function crypto.sha1(text, length) end

---SHA-256 of a text.
---@param text string
---@param length? number means nothing
---@return string
function crypto.sha256(text, length) end

---HMAC with MD5.
---@param text string
---@param length number bytes of the text that count
---@param key string
---@param key_length number bytes of the key that count
---@return string
function crypto.hmac_md5(text, length, key, key_length) end

---HMAC with SHA-1.
---@param text string
---@param length number bytes of the text that count
---@param key string
---@param key_length number bytes of the key that count
---@return string
function crypto.hmac_sha1(text, length, key, key_length) end

---HMAC with SHA-256.
---@param text string
---@param key string
---@return string
function crypto.hmac_sha256(text, key) end

---@class crypto.FlowMd5
local FlowMd5 = {}

---Adds a piece.
---@param text string
function FlowMd5:update(text) end

---@return string digest of all pieces
function FlowMd5:hexdigest() end

---Begins an MD5 that is made piece by piece.
---@return crypto.FlowMd5
function crypto.flow_md5() end

---@class crypto.FlowSm3
local FlowSm3 = {}

---Adds a piece.
---@param text string
function FlowSm3:sm3update(text) end

---@return string digest of all pieces
function FlowSm3:sm3finish() end

---Begins an SM3 that is made piece by piece.
---@return crypto.FlowSm3
function crypto.sm3start() end

---CRC-8 of a text.
---@param text string
---@param length number bytes of the text that count
---@return integer
function crypto.crc8(text, length) end

---CRC-16 of a text.
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
---@param text string
---@param length number bytes of the text that count
---@return integer
function crypto.crc16_modbus(text, length) end

---CRC-32 of a text.
---@param text string
---@param length number bytes of the text that count
---@return integer
function crypto.crc32(text, length) end

---Encrypts with AES.
---@param mode "ECB"|"CBC"|"CTR"
---@param padding crypto.Padding
---@param text string
---@param key string 16, 24 or 32 bytes
---@param iv? string 16 bytes; not for ECB
---@return string
function crypto.aes_encrypt(mode, padding, text, key, iv) end

---Decrypts with AES.
---@param mode "ECB"|"CBC"|"CTR"
---@param padding crypto.Padding
---@param text string
---@param key string 16, 24 or 32 bytes
---@param iv? string 16 bytes; not for ECB
---@return string
function crypto.aes_decrypt(mode, padding, text, key, iv) end

---Encrypts with AES-128, ECB, padding `ZERO`.
---@param text string
---@param length any means nothing
---@param key string 16 bytes
---@return string
function crypto.aes128_ecb_encrypt(text, length, key) end

---Decrypts with AES-128, ECB, padding `ZERO`.
---@param text string
---@param length any means nothing
---@param key string 16 bytes
---@return string
function crypto.aes128_ecb_decrypt(text, length, key) end

---Encrypts with DES.
---@param mode "ECB"|"CBC"
---@param padding crypto.Padding
---@param text string
---@param key string 8 bytes
---@param iv? string 8 bytes
---@return string
function crypto.des_encrypt(mode, padding, text, key, iv) end

---Decrypts with DES.
---@param mode "ECB"|"CBC"
---@param padding crypto.Padding
---@param text string
---@param key string 8 bytes
---@param iv? string 8 bytes
---@return string
function crypto.des_decrypt(mode, padding, text, key, iv) end

---Encrypts with triple DES.
---@param mode "ECB"|"CBC"
---@param padding crypto.Padding
---@param text string
---@param key string 24 bytes
---@param iv? string 8 bytes
---@return string
function crypto.des3_encrypt(mode, padding, text, key, iv) end

---Decrypts with triple DES.
---@param mode "ECB"|"CBC"
---@param padding crypto.Padding
---@param text string
---@param key string 24 bytes
---@param iv? string 8 bytes
---@return string
function crypto.des3_decrypt(mode, padding, text, key, iv) end

---Encrypts with SM4.
---@param mode "ECB"|"CBC"
---@param padding crypto.Padding
---@param text string
---@param key string 16 bytes
---@param iv? string 16 bytes
---@return string
function crypto.sm4_encrypt(mode, padding, text, key, iv) end

---Decrypts with SM4.
---@param mode "ECB"|"CBC"
---@param padding crypto.Padding
---@param text string
---@param key string 16 bytes
---@param iv? string 16 bytes
---@return string
function crypto.sm4_decrypt(mode, padding, text, key, iv) end

---Encrypts with RSA.
---@param key_mode crypto.KeyMode which key `pem` is
---@param pem string
---@param bits number those of the key, such as 2048
---@param crypt_mode crypto.CryptMode
---@param text string
---@param password? string of the key
---@return string "" if it cannot be done
function crypto.rsa_encrypt(key_mode, pem, bits, crypt_mode, text, password) end

---Decrypts with RSA.
---@param key_mode crypto.KeyMode which key `pem` is
---@param pem string
---@param bits number those of the key, such as 2048
---@param crypt_mode crypto.CryptMode
---@param text string
---@param password? string of the key
---@return string "" if it cannot be done
function crypto.rsa_decrypt(key_mode, pem, bits, crypt_mode, text, password) end

---Signs with RSA and SHA-1.
---@param key_mode crypto.KeyMode
---@param pem string
---@param bits number those of the key, such as 2048
---@param crypt_mode crypto.CryptMode
---@param text string
---@param password? string of the key
---@return string signature "" if it cannot be done
function crypto.rsa_sha1_sign(key_mode, pem, bits, crypt_mode, text, password) end

---Signs with RSA and SHA-256.
---@param key_mode crypto.KeyMode
---@param pem string
---@param bits number those of the key, such as 2048
---@param crypt_mode crypto.CryptMode
---@param text string
---@param password? string of the key
---@return string signature "" if it cannot be done
function crypto.rsa_sha256_sign(key_mode, pem, bits, crypt_mode, text, password) end

---Checks a signature with RSA and SHA-1.
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
---@param text string
---@param key string
---@return string|nil
function crypto.xxtea_encrypt(text, key) end

---Decrypts with XXTEA.
---@param text string
---@param key string
---@return string|nil
function crypto.xxtea_decrypt(text, key) end

--- `crypto`: every function beside another implementation, OpenSSL's command or Python's standard library, and
--- what happens to wrong arguments.
require "luatos"
local crypto = require "crypto"

local folder

setup(function()
    local pipe = io.popen("mktemp -d")
    folder = pipe:read("l")
    pipe:close()
end)

teardown(function()
    os.execute("rm -r " .. folder)
end)

local function write(name, content)
    local path = folder .. "/" .. name
    local file = assert(io.open(path, "wb"))
    file:write(content)
    file:close()
    return path
end

--- What a shell command prints; it must succeed.
local function output(command)
    local pipe = io.popen(command .. " 2>" .. folder .. "/errors")
    local text = pipe:read("a")
    local ok = pipe:close()
    if not ok then
        local errors = io.open(folder .. "/errors")
        error(command .. ": " .. errors:read("a"))
    end
    return text
end

local function hex(text)
    return (text:gsub(".", function(letter) return ("%02x"):format(letter:byte()) end))
end

--- What an expression of Python gives; `text` and `key` are its bytes.
local function python(expression, text, key)
    write("text", text)
    write("key", key or "")
    local program = "import binascii, hashlib, hmac, zlib, base64; text = open('%s/text', 'rb').read();"
        .. "key = open('%s/key', 'rb').read(); print(%s, end='')"
    return output(("python3 -c \"%s\""):format(program:format(folder, folder, expression)))
end

--- Texts whose lengths lie around the borders of blocks.
local TEXTS = {}
for _, length in ipairs { 0, 1, 7, 8, 15, 16, 17, 55, 56, 64, 200 } do
    local bytes = {}
    for index = 1, length do
        bytes[index] = string.char((index * 37 + length) % 256)
    end
    TEXTS[#TEXTS + 1] = table.concat(bytes)
end

describe("digests", function()
    it("are Python's, in upper case", function()
        for _, text in ipairs(TEXTS) do
            local expected = python("*(getattr(hashlib, name)(text).hexdigest().upper()"
                .. " for name in ('md5', 'sha1', 'sha256'))", text)
            local all = { crypto.md5(text, #text), crypto.sha1(text, #text), crypto.sha256(text) }
            assert.equal(expected, table.concat(all, " "))
        end
    end)

    it("with keys of any length are Python's", function()
        for index, text in ipairs(TEXTS) do
            local key = TEXTS[#TEXTS + 1 - index]
            local expected = python("*(hmac.new(key, text, name).hexdigest().upper()"
                .. " for name in ('md5', 'sha1', 'sha256'))", text, key)
            local md5 = crypto.hmac_md5(text, #text, key, #key)
            local sha1 = crypto.hmac_sha1(text, #text, key, #key)
            assert.equal(expected, table.concat({ md5, sha1, crypto.hmac_sha256(text, key) }, " "))
        end
    end)

    it("take a text in pieces", function()
        local md5, sm3 = crypto.flow_md5(), crypto.sm3start()
        for _, text in ipairs(TEXTS) do
            md5:update(text)
            sm3:sm3update(text)
        end
        local whole = table.concat(TEXTS)
        assert.equal(crypto.md5(whole, #whole), md5:hexdigest())
        local path = write("whole", whole)
        assert.equal(output("openssl dgst -sm3 -r " .. path):match("%x+"):upper(), sm3:sm3finish())
    end)

    it("of a file are those of its content, and of a missing one those of nothing", function()
        local content = TEXTS[#TEXTS]:rep(1000)
        assert.equal(crypto.md5(content, #content), crypto.md5(write("file", content), "file"))
        assert.equal(crypto.md5("", 0), crypto.md5(folder .. "/missing", "file"))
    end)

    it("count as much of the text as the length says", function()
        assert.equal(crypto.md5("abc", 3), crypto.md5("abcdef", 3))
        assert.equal(crypto.md5("abc", 3), crypto.md5("abc", 100))
        assert.equal(crypto.sha1("", 0), crypto.sha1("abc", -1))
        assert.equal(crypto.hmac_md5("ab", 2, "k", 1), crypto.hmac_md5("abc", 2, "key", 1))
        assert.equal(crypto.sha1("12.5", 3), crypto.sha1(12.5, 3.9))
    end)
end)

describe("Base64", function()
    it("is Python's and comes back", function()
        for _, text in ipairs(TEXTS) do
            local encoded = crypto.base64_encode(text, #text)
            assert.equal(python("base64.b64encode(text).decode()", text), encoded)
            assert.equal(text, crypto.base64_decode(encoded, #encoded))
        end
    end)

    it("counts as much as the length says", function()
        -- What the library's websocket module does for its handshake.
        assert.equal("OC4wMjg4MDI0ODEyNQ==", crypto.base64_encode("8.0288024812566e+1" .. 0, 13))
        assert.equal("foo", crypto.base64_decode("Zm9vYmFy", 4))
    end)
end)

describe("checksums", function()
    it("are Python's CRC-32 and XMODEM", function()
        for _, text in ipairs(TEXTS) do
            local expected = python("zlib.crc32(text), binascii.crc_hqx(text, 0), binascii.crc_hqx(text, 0xffff)", text)
            local false_ccitt = crypto.crc16("CCITT-FALSE", text)
            local all = { crypto.crc32(text, #text), crypto.crc16("XMODEM", text), false_ccitt }
            assert.equal(expected, table.concat(all, " "))
        end
    end)

    it("have the values of the catalogue for the digits 1 to 9", function()
        local digits = "123456789"
        local expected = {
            MODBUS = 0x4b37, IBM = 0xbb3d, X25 = 0x906e, MAXIM = 0x44c2, USB = 0xb4c8, CCITT = 0x2189,
            ["CCITT-FALSE"] = 0x29b1, XMODEM = 0x31c3, DNP = 0xea82,
        }
        for method, value in pairs(expected) do
            assert.equal(value, crypto.crc16(method, digits), method)
        end
        assert.equal(0xf4, crypto.crc8(digits, 9))
        assert.equal(0x4b37, crypto.crc16_modbus(digits, 9))
        assert.equal(0x4b37, crypto.crc16_modbus(digits .. "0", 9))
        assert.equal("integer", math.type(crypto.crc32(digits, 9)))
    end)

    it("take parameters of the script", function()
        local digits = "123456789"
        assert.equal(0xfee8, crypto.crc16("USER-DEFINED", digits, 0x8005))                   -- UMTS
        assert.equal(0xc2b7, crypto.crc16("USER-DEFINED", digits, 0x3d65, 0, 0xffff, 0, 0))  -- EN 13757
        assert.equal(0x4b37, crypto.crc16("USER-DEFINED", digits, 0x8005, 0xffff, 0, 1, 1))  -- MODBUS
    end)

    it("of an unknown method are an error", function()
        assert.error_matches(function() crypto.crc16("CRC", "text") end,
            'crypto.crc16: method: MODBUS, .* or USER%-DEFINED expected, got "CRC"')
    end)
end)

describe("ciphers", function()
    local KEY, IV = "0123456789abcdefghijklmnopqrstuv", "ABCDEFGHIJKLMNOP"

    --- Compares both directions with OpenSSL's `enc`.
    local function compare(name, openssl, mode, key, text)
        local iv = mode ~= "ECB" and IV:sub(1, name:match("^des") and 8 or 16) or nil
        local encrypted = crypto[name .. "_encrypt"](mode, "PKCS7", text, key, iv)
        local vector = iv and "-iv " .. hex(iv) or ""
        local command = "openssl enc -%s -provider legacy -provider default -K %s %s -in %s"
        local expected = output(command:format(openssl, hex(key), vector, write("plain", text)))
        if mode == "CTR" then
            -- OpenSSL does not fill up a text whose ciphertext needs no whole blocks.
            encrypted = crypto[name .. "_encrypt"](mode, "NONE", text, key, iv)
            assert.equal(expected, encrypted)
            assert.equal(text, crypto[name .. "_decrypt"](mode, "NONE", encrypted, key, iv))
            return
        end
        assert.equal(hex(expected), hex(encrypted))
        assert.equal(text, crypto[name .. "_decrypt"](mode, "PKCS5", encrypted, key, iv))
    end

    for _, case in ipairs {
        { "aes", "aes-%d-%s", 16, "ECB" }, { "aes", "aes-%d-%s", 24, "ECB" }, { "aes", "aes-%d-%s", 32, "ECB" },
        { "aes", "aes-%d-%s", 16, "CBC" }, { "aes", "aes-%d-%s", 24, "CBC" }, { "aes", "aes-%d-%s", 32, "CBC" },
        { "aes", "aes-%d-%s", 16, "CTR" }, { "aes", "aes-%d-%s", 24, "CTR" }, { "aes", "aes-%d-%s", 32, "CTR" },
        { "des", "des-ecb", 8, "ECB" }, { "des", "des-cbc", 8, "CBC" },
        { "des3", "des-ede-ecb", 16, "ECB" }, { "des3", "des-ede3-ecb", 24, "ECB" },
        { "des3", "des-ede-cbc", 16, "CBC" }, { "des3", "des-ede3-cbc", 24, "CBC" },
        { "sm4", "sm4-ecb", 16, "ECB" }, { "sm4", "sm4-cbc", 16, "CBC" },
    } do
        local name, openssl, length, mode = table.unpack(case)
        it(("%s in mode %s with a key of %d bytes is OpenSSL's"):format(name, mode, length), function()
            openssl = openssl:format(length * 8, mode:lower())
            for _, text in ipairs(TEXTS) do
                compare(name, openssl, mode, KEY:sub(1, length), text)
            end
        end)
    end

    it("fill up with zeros, and take them away", function()
        local key = KEY:sub(1, 16)
        for _, text in ipairs { "", "text", ("x"):rep(16), ("x"):rep(40) } do
            local encrypted = crypto.aes_encrypt("ECB", "ZERO", text, key)
            assert.equal((#text // 16 + 1) * 16, #encrypted)
            local filled = text .. ("\0"):rep(#encrypted - #text)
            assert.equal(filled, crypto.aes_decrypt("ECB", "NONE", encrypted, key))
            assert.equal(text, crypto.aes_decrypt("ECB", "ZERO", encrypted, key))
            assert.equal(encrypted, crypto.aes128_ecb_encrypt(text, #text, key))
            assert.equal(text, crypto.aes128_ecb_decrypt(encrypted, #encrypted, key))
        end
    end)

    it("give nothing where the key is wrong", function()
        local encrypted = crypto.aes_encrypt("CBC", "PKCS7", "secret", ("k"):rep(16), IV)
        assert.equal("", crypto.aes_decrypt("CBC", "PKCS7", encrypted, ("m"):rep(16), IV))
    end)

    it("refuse what does not fit and say what", function()
        local cases = {
            ["key: 16, 24 or 32 bytes expected, got 5"] = { "aes_encrypt", "ECB", "ZERO", "text", "short" },
            ["key: 8 bytes expected, got 16"] = { "des_encrypt", "ECB", "ZERO", "text", ("k"):rep(16) },
            ["key: 16 or 24 bytes expected, got 8"] = { "des3_encrypt", "ECB", "ZERO", "text", "12345678" },
            ["iv: 16 bytes expected, got 0"] = { "aes_encrypt", "CBC", "ZERO", "text", ("k"):rep(16) },
            ["data: a multiple of 16 bytes expected, got 4"] = { "aes_decrypt", "ECB", "ZERO", "text", ("k"):rep(16) },
            ['mode: ECB, CBC or CTR expected, got "OFB"'] = { "aes_encrypt", "OFB", "ZERO", "text", ("k"):rep(16) },
            ['mode: ECB or CBC expected, got "CTR"'] = { "des_encrypt", "CTR", "ZERO", "text", "12345678" },
            ['padding: NONE, ZERO, PKCS5 or PKCS7 expected, got "zero"'] =
                { "aes_encrypt", "ECB", "zero", "text", ("k"):rep(16) },
            ["text: string expected, got nil"] = { "aes_encrypt", "ECB", "ZERO" },
        }
        for expected, call in pairs(cases) do
            local ok, problem = pcall(crypto[call[1]], table.unpack(call, 2))
            assert.is_false(ok)
            assert.equal("crypto." .. call[1] .. ": " .. expected, (problem:gsub("^[^:]*:%d+: ", "")))
        end
    end)
end)

describe("RSA", function()
    for _, bits in ipairs { 1024, 2048 } do
        it(("with %d bits works together with OpenSSL"):format(bits), function()
            local private, public = folder .. "/private.pem", folder .. "/public.pem"
            output(("openssl genrsa -traditional -out %s %d"):format(private, bits))
            output(("openssl rsa -in %s -pubout -out %s"):format(private, public))
            local private_key, public_key = io.open(private):read("a"), io.open(public):read("a")
            local text = "the text that goes there and back"
            local path, result = write("text", text), folder .. "/result"

            local encrypted = crypto.rsa_encrypt("PUBLIC_KEY", public_key, bits, "PUBLIC_CRYPT", text)
            assert.equal(bits // 8, #encrypted)
            assert.equal(text, output(("openssl pkeyutl -decrypt -inkey %s -in %s"):format(private,
                write("encrypted", encrypted))))
            output(("openssl pkeyutl -encrypt -pubin -inkey %s -in %s -out %s"):format(public, path, result))
            encrypted = io.open(result, "rb"):read("a")
            assert.equal(text, crypto.rsa_decrypt("PRIVATE_KEY", private_key, bits, "PRIVATE_CRYPT", encrypted))

            -- The other way round: what a private key encrypts, OpenSSL calls a signature without a digest.
            local sealed = crypto.rsa_encrypt("PRIVATE_KEY", private_key, bits, "PRIVATE_CRYPT", text)
            assert.equal(output(("openssl pkeyutl -sign -inkey %s -in %s"):format(private, path)), sealed)
            assert.equal(text, crypto.rsa_decrypt("PUBLIC_KEY", public_key, bits, "PUBLIC_CRYPT", sealed))

            for _, digest in ipairs { "sha1", "sha256" } do
                local sign, verify = crypto["rsa_" .. digest .. "_sign"], crypto["rsa_" .. digest .. "_verify"]
                local signature = sign("PRIVATE_KEY", private_key, bits, "PRIVATE_CRYPT", text)
                assert.equal(output(("openssl dgst -%s -sign %s %s"):format(digest, private, path)), signature)
                assert.is_true(verify("PUBLIC_KEY", public_key, bits, "PUBLIC_CRYPT", signature, text))
                assert.is_false(verify("PUBLIC_KEY", public_key, bits, "PUBLIC_CRYPT", signature, text .. "!"))
            end
        end)
    end

    it("opens an encrypted private key with its password", function()
        local path = folder .. "/encrypted.pem"
        output("openssl genrsa -aes128 -passout pass:open -out " .. path .. " 1024")
        local key = io.open(path):read("a")
        local sign = crypto.rsa_sha256_sign
        local signature = sign("PRIVATE_KEY", key, 1024, "PRIVATE_CRYPT", "text", "open")
        assert.equal(128, #signature)
        assert.equal("", sign("PRIVATE_KEY", key, 1024, "PRIVATE_CRYPT", "text", "shut"))
    end)

    it("gives nothing for what cannot be done, and an error for what makes no sense", function()
        assert.equal("", crypto.rsa_encrypt("PUBLIC_KEY", "no key", 2048, "PUBLIC_CRYPT", "text"))
        assert.is_false(crypto.rsa_sha256_verify("PUBLIC_KEY", "no key", 2048, "PUBLIC_CRYPT", "text", "text"))
        assert.error_matches(function() crypto.rsa_encrypt("KEY", "", 2048, "PUBLIC_CRYPT", "text") end,
            'crypto.rsa_encrypt: key mode: PUBLIC_KEY or PRIVATE_KEY expected, got "KEY"')
        output("openssl genrsa -out " .. folder .. "/small.pem 1024")
        local key = io.open(folder .. "/small.pem"):read("a")
        assert.error_matches(function() crypto.rsa_sha256_sign("PRIVATE_KEY", key, 2048, "PRIVATE_CRYPT", "text") end,
            "crypto.rsa_sha256_sign: bits: those of the key expected, 1024, got 2048")
    end)
end)

describe("XXTEA", function()
    it("is that of the implementations of xxtea.org", function()
        local text = "Hello World! 你好，中国！"
        local encrypted = crypto.xxtea_encrypt(text, "1234567890")
        local shared = "QncB1C0rHQoZ1eRiPM4dsZtRi9pNrp7sqvX76cFXvrrIHXL6"
        assert.equal(shared, crypto.base64_encode(encrypted, #encrypted))
        assert.equal(text, crypto.xxtea_decrypt(encrypted, "1234567890"))
    end)

    it("gives nil for what was not encrypted so", function()
        assert.is_nil(crypto.xxtea_decrypt("text", "key"))
        assert.is_nil(crypto.xxtea_encrypt("", "key"))
    end)
end)

it("wrong arguments are errors that name them", function()
    local cases = {
        ["crypto.md5: second argument: length of the text or \"file\" expected, got nil"] = { "md5", "text" },
        ["crypto.sha1: length of text: number expected, got nil"] = { "sha1", "text" },
        ["crypto.sha256: text: string expected, got table"] = { "sha256", {} },
        ["crypto.hmac_sha1: key: string expected, got nil"] = { "hmac_sha1", "text", 4 },
        ["crypto.base64_encode: text: string expected, got nil"] = { "base64_encode" },
    }
    for expected, call in pairs(cases) do
        local ok, problem = pcall(crypto[call[1]], table.unpack(call, 2))
        assert.is_false(ok)
        assert.equal(expected, (problem:gsub("^[^:]*:%d+: ", "")))
    end
    local digest = crypto.flow_md5()
    local ok, problem = pcall(digest.update, digest)
    assert.is_false(ok)
    assert.truthy(tostring(problem):find("crypto.flow_md5: update: text: string expected, got nil", 1, true))
end)

#!/bin/sh
# Makes the certificates and keys of the TLS tests in the folder $1: a CA, one that nobody trusts,
# server certificates in every state, and client keys in every form. The password is "secret".
set -eu
mkdir -p "$1"
cd "$1"
exec >make_certs.log 2>&1

key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; }

ca() {
    key "$1"
    openssl req -x509 -new -key "$1.key" -subj "/CN=$1" -days 3650 -out "$1.pem" \
        -addext basicConstraints=critical,CA:TRUE -addext keyUsage=keyCertSign
}

# issue NAME CA SAN START END: START and END as YYMMDDHHMMSSZ
issue() {
    openssl req -new -key "$1.key" -subj "/CN=$1" -out "$1.csr"
    rm -rf "db-$1"
    mkdir "db-$1"
    : >"db-$1/index.txt"
    cat >"db-$1/ca.cnf" <<END
[ca]
default_ca = default
[default]
new_certs_dir = db-$1
database = db-$1/index.txt
default_md = sha256
rand_serial = yes
policy = policy
x509_extensions = extensions
[policy]
commonName = supplied
[extensions]
basicConstraints = ${6:-CA:FALSE}
subjectAltName = $3
END
    openssl ca -batch -notext -config "db-$1/ca.cnf" -cert "$2.pem" -keyfile "$2.key" -in "$1.csr" -out "$1.pem" \
        -startdate "$4" -enddate "$5"
}

always() { issue "$1" "$2" "$3" 200101000000Z 491231235959Z "${4:-}"; }

ca ca
ca other-ca

local_names=DNS:localhost,IP:127.0.0.1
for name in good expired future wrong-host self-signed untrusted chained client other-client; do key "$name"; done
always good ca $local_names
issue expired ca $local_names 200101000000Z 210101000000Z
issue future ca $local_names 450101000000Z 491231235959Z
always wrong-host ca DNS:elsewhere.example
always untrusted other-ca $local_names
openssl req -x509 -new -key self-signed.key -subj /CN=localhost -addext "subjectAltName=$local_names" -days 3650 \
    -out self-signed.pem

# A server certificate that leads to the CA by way of an intermediate one, sent along.
key intermediate
always intermediate ca DNS:intermediate CA:TRUE
always chained intermediate $local_names
cat intermediate.pem >>chained.pem

# Another intermediate certificate, servers that send the chain or only their own certificate, and issuers
# that must not be accepted: expired, or not a CA.
for name in issuing expired-issuing other-issuing deep bare stale misissued client-chained; do key "$name"; done
always issuing intermediate DNS:issuing CA:TRUE
issue expired-issuing intermediate DNS:issuing 200101000000Z 210101000000Z CA:TRUE
always other-issuing ca DNS:issuing CA:TRUE
always deep issuing $local_names
always bare issuing $local_names
always stale expired-issuing $local_names
always misissued good $local_names
cat issuing.pem intermediate.pem >>deep.pem
cat expired-issuing.pem intermediate.pem >>stale.pem
cat good.pem >>misissued.pem

always client ca DNS:client
always client-chained issuing DNS:client
cp client-chained.pem client-unchained.pem
cat issuing.pem intermediate.pem >>client-chained.pem
always other-client other-ca DNS:client

# An RSA server, and the client's key in every form.
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.key
always rsa ca $local_names
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out client-rsa.key
always client-rsa ca DNS:client
openssl rsa -traditional -in client-rsa.key -out client-rsa-pkcs1.key
openssl rsa -traditional -aes256 -passout pass:secret -in client-rsa.key -out client-rsa-legacy.key
openssl pkcs8 -topk8 -passout pass:secret -in client-rsa.key -out client-rsa-encrypted.key
openssl pkey -in client.key -out client-pkcs8.key
openssl ec -aes128 -passout pass:secret -in client.key -out client-legacy.key
openssl pkcs8 -topk8 -passout pass:secret -in client.key -out client-encrypted.key

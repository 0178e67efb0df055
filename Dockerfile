# Debian with luatos, busted and Lua 5.3, for the CI of projects: docker build -t luatos .
# The release archive alone: docker build --target dist --output target/dist .
# make docker-test runs these steps without Docker.

# An old glibc, so that the archive is for newer ones too.
FROM rust:1-bullseye AS build
WORKDIR /luatos-air
COPY . .
ARG SOURCE_DATE_EPOCH=0
RUN make dist

FROM scratch AS dist
COPY --from=build /luatos-air/target/dist/*.tar.* /

FROM debian:trixie-slim
COPY --from=build /luatos-air/target/dist/*.tar.gz /tmp/
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates git lua-busted lua5.3 make \
    && rm -rf /var/lib/apt/lists/* \
    && mkdir /tmp/luatos \
    && tar -xzf /tmp/luatos-*.tar.gz -C /tmp/luatos --strip-components=1 \
    && /tmp/luatos/install.sh \
    && rm -r /tmp/luatos* \
    && luatos --version
WORKDIR /project
CMD ["luatos", "--help"]

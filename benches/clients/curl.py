"""libcurl by way of Python's pycurl. Usage: curl.py WORKLOAD PORT COUNT; see benches/run."""

import io
import os
import sys

import pycurl

workload, port, count = sys.argv[1], sys.argv[2], int(sys.argv[3])


def mark(what):
    os.write(1, what.encode() + b"\n")
    os.read(0, 16)


curl = pycurl.Curl()
curl.setopt(pycurl.FORBID_REUSE, True)


def request(size, sink):
    curl.setopt(pycurl.URL, f"http://127.0.0.1:{port}/{size}")
    curl.setopt(pycurl.WRITEDATA, sink)
    curl.perform()
    assert curl.getinfo(pycurl.RESPONSE_CODE) == 200
    assert sink.tell() == size


mark("begin")
for _ in range(count):
    if workload == "http":
        request(256, io.BytesIO())
    else:
        with open(os.path.join(os.environ["BENCH_FOLDER"], "curl"), "wb") as file:
            request(16 << 20, file)
mark("end")

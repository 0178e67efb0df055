--- Two access points are around.
device.wifi { ["01:23:45:67:89:ab"] = -60, ["00:01:02:03:04:05"] = -81 }
sys.wait(3600000)

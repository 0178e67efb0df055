--- Somebody presses two keys of the matrix.
sys.wait(500)
device.press(1, 2)
sys.wait(300)
device.press(3, 0)
sys.wait(3600000)

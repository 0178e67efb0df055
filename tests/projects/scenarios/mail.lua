--- A message comes.
sys.wait(4000)
device.sms("13900000000", "您的验证码是 123456")
sys.wait(3600000)

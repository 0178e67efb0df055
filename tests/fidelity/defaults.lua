--- The defaults of the parameters in `case_texts.lua`.
-- luacheck: ignore
module(...)

word = "abc"
count = 1
list = { a = 1 }

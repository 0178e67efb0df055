--- What a user sets.
module(...)

--- Who gives orders by text message.
OWNER = "+8613800000000"

--- The country of numbers without one.
COUNTRY = "+86"

--- The pin of the door's opener, and for how many milliseconds it is high.
PIN, OPEN_FOR = 5, 3000

--- What a user sets.
module(...)

--- Where messages go: `http://` or `https://`, the latter without a check of the certificate.
URL = "http://hook.example/messages"

--- Seconds after which a long message goes on without the parts of it that have not come.
PATIENCE = 24 * 60 * 60

--- Milliseconds before a message that did not get through is tried again: at first, and at most.
FIRST_DELAY, LONGEST_DELAY = 2000, 60000

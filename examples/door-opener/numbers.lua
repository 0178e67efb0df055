--- The form of telephone numbers in which they can be compared.
module(..., package.seeall)

require "config"

--- Makes a number the same however it is written.
-- @string number as the network shows it, or somebody writes it: with the country after `+` or `00`, or without
-- @return with `+` and the country
function normal(number)
    number = number:gsub("[^%d+]", ""):gsub("^00", "+")
    if number:sub(1, 1) == "+" then
        return number
    end
    return config.COUNTRY .. number
end

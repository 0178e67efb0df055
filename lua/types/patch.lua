---@meta
-- Written by luatos for editors; do not edit.

---Replaces functions of the standard libraries and core tables by safe ones when it is loaded.
---
---用更安全的函数替换部分标准库和核心库函数。
---@class patch
patch = {}

return patch

---@meta
-- Written by luatos for editors; do not edit.

---Additions to `string`, `table` and `io`.
---
---为 string、table、io 增加常用函数。
---@class utils
utils = {}

return utils

---@meta
-- Written by scripts/types/generate; do not edit.

---Additions to `string`, `table` and `io`.
---
---为 string、table、io 增加常用函数。
---@class utils
utils = {}

return utils

//! What LuatOS-Air's own library has and this program has not.

/// Modules of that library, of either generation, of which there are none here.
const MODULES: [&str; 9] =
    ["agps", "agpsHxxt", "agpsZkw", "gps", "gpsHxxt", "gpsZkw", "socketCh395", "socketW5500", "uiWin"];

/// How a project gets them.
pub const HOW_TO_GIVE: &str =
    "luatos --lib DIR PROJECT gives the folder of that library, such as script_LuaTask/lib of its SDK";

/// Whether a module is only in LuatOS-Air's own library.
#[must_use]
pub fn has(module: &str) -> bool {
    MODULES.contains(&module)
}

//! Which core functions have no real hardware to act on. The only list of its kind: whether a function exists
//! is asked of the Lua state.

/// Functions by table; `*` stands for all of a table. They check their arguments, answer as a board with
/// nothing attached does, and show in `--trace`.
pub const SIMULATED: &[(&str, &[&str])] = &[
    ("adc", &["*"]),
    ("audiocore", &["*"]),
    ("btcore", &["*"]),
    ("disp", &["*"]),
    ("i2c", &["*"]),
    ("pio", &["*"]),
    ("pmd", &["*"]),
    ("pwm", &["*"]),
    (
        "rtos",
        &[
            "fota_end",
            "fota_process",
            "fota_start",
            "get_env_usage",
            "get_fatal_info",
            "keypad_state",
            "notify_sim_detect",
            "poweron",
            "remove_fatal_info",
            "set_lua_info",
            "sys32k_clk_out",
        ],
    ),
    ("spi", &["*"]),
    ("ttsply", &["*"]),
    ("uart", &["*"]),
    ("wifi", &["*"]),
];

/// Whether `uart.setup` or the like has no real hardware to act on.
pub fn is_simulated(name: &str) -> bool {
    let (table, field) = name.split_once('.').unwrap_or((name, ""));
    SIMULATED.iter().any(|(known, fields)| *known == table && (fields.contains(&"*") || fields.contains(&field)))
}
